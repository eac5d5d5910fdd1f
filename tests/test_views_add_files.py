"""Adding files: what is read, what would change, that nothing changes before it is accepted, that all can be undone."""

import pytest
from corpora import FRAMEWORK, add, copy_corpus, open_copy, run_page
from streamlit.testing.v1 import AppTest

from ingest.rules import open_corpus
from views.preview import get_ready, load_preview
from views.progress import UPDATES, Meter
from views.state import load_state

MORE = """@article{new, title={Sexual harassment of midwives in long-term care}, author={Lund, K},
  year={2020}, journal={Care}}
@article{same, title={Sexual harassment of nurses by patients in hospital wards}, doi={10.5555/lacuna.one}, year={2021},
  author={Osei, Ama}}
@article{broken, title={No end
@article{soup, title={A recipe for soup}, author={Cook, C}, year={2011}, journal={Food}}
"""


@pytest.fixture
def path(corpora_made, tmp_path):
    return copy_corpus(corpora_made["tiny"], tmp_path)


def open_page(path, **address: str) -> AppTest:
    at = AppTest.from_function(run_page, args=("add-files", str(path)), default_timeout=60)
    for name, value in address.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception[0].message
    return at


def upload(path, *files: tuple[str, str]) -> AppTest:
    at = open_page(path)
    at.file_uploader(key="add_files.files").set_value(
        [(name, text.encode(), "text/plain") for name, text in files]
    ).run()
    at.button(key="add_files.read").click().run()
    assert not at.exception, at.exception[0].message
    return at


def n_records(path) -> int:
    with open_copy(path) as corpus:
        return len(corpus.snapshot())


def test_nothing_changes_before_it_is_accepted(path):
    at = upload(path, ("more.bib", MORE))
    assert n_records(path) == 3
    assert "Found 4 = 2 new + 1 merged + 0 held + 1 rejected" in [t.value for t in at.text]
    assert (at.metric[0].label, at.metric[0].value) == ("New records", "2")
    assert any("1 of the 2 would be counted on the map" in m.value for m in at.markdown)
    at.button(key="add_files.accept.2").click().run()
    assert n_records(path) == 5
    assert at.success[0].value == "Accepted: 2 records joined the collection, now 5."


def plain(text: str) -> str:
    return text.replace("\\", "")


def test_each_reject_has_its_line_reason_and_first_words(path):
    at = upload(path, ("more.bib", MORE))
    assert "1 could not be read" in [s.value for s in at.subheader]
    (said,) = [plain(m.value) for m in at.markdown if "line 5" in m.value]
    assert said.startswith('- **more.bib, line 5.** The value of "title" is never closed')
    assert said.endswith("“@article{broken, title={No end”")
    assert any(plain(m.value) == "**more.bib** was read as BibTeX (.bib)." for m in at.markdown)


def test_of_many_rejects_the_first_are_told_and_all_stand_in_a_table_when_asked(path):
    at = upload(path, ("bad.bib", MORE + "".join(f"@article{{b{n}, title={{No end {n}\n" for n in range(11))))
    (said,) = [m.value for m in at.markdown if "line 5" in m.value]
    assert said.count("\n- ") == 9
    assert not at.dataframe
    at.session_state["add_files.rejects"] = True
    at.run()
    assert len(at.dataframe[0].value) == 12


def test_many_files_add_up_in_the_last_row(path):
    at = upload(path, ("a.bib", MORE), ("b.bib", MORE), ("c.pdf", "%PDF-1.7 nothing to read"))
    assert "Found 8 = 2 new + 4 merged + 0 held + 2 rejected" in [t.value for t in at.text]
    (said,) = [plain(m.value) for m in at.markdown if "nothing found" in m.value]
    assert said.split("\n") == [
        "- **a.bib**, BibTeX (.bib): 4 found, 2 new, 1 merged, 1 rejected",
        "- **b.bib**, BibTeX (.bib): 4 found, 3 merged, 1 rejected",
        "- **c.pdf**, not recognised: nothing found",
    ]
    at.session_state["add_files.all"] = True
    report = at.run().dataframe[0].value
    assert report["File"].tolist() == ["a.bib", "b.bib", "c.pdf", "All files"]
    assert report[["Found", "New", "Merged", "Held", "Rejected"]].values.tolist()[-1] == [8, 2, 4, 0, 2]
    assert any("c.pdf" in plain(error.value) for error in at.error)


def test_a_file_with_nothing_in_it_leaves_nothing_behind(path):
    at = upload(path, ("empty.bib", ""))
    assert at.warning[0].value.startswith("No reference was found")
    assert "the file is empty" in at.error[0].value
    assert not at.button(key="add_files.read").disabled
    assert not [b for b in at.button if b.key == "add_files.stop"]
    assert not at.table
    assert not any("empty" in m.value for m in open_page(path).markdown)
    assert n_records(path) == 3


def test_accepting_twice_is_accepting_once(path):
    at = upload(path, ("more.bib", MORE))
    with open_copy(path) as corpus:
        corpus.accept(2)  # the first click of two, or another window
    at.button(key="add_files.accept.2").click().run()
    assert not at.exception and not at.error
    assert at.success
    assert n_records(path) == 5


def test_undo_and_bring_back(path):
    at = upload(path, ("more.bib", MORE))
    at.button(key="add_files.accept.2").click().run()
    at.button(key="add_files.undo.2").click().run()
    assert n_records(path) == 3
    at.button(key="add_files.redo.2").click().run()
    assert n_records(path) == 5


def test_a_declined_upload_is_not_part_of_the_collection(path):
    at = upload(path, ("more.bib", MORE))
    at.button(key="add_files.decline.2").click().run()
    assert any("declined" in info.value for info in at.info)
    assert n_records(path) == 3


def test_uploads_that_wait_are_listed_and_open_by_their_address(path):
    with open_copy(path) as corpus:
        waiting = add(corpus, MORE, accept=False)
    assert open_page(path).header[0].value == "1 waiting for a decision"
    at = open_page(path, upload=str(waiting))
    at.button(key=f"add_files.accept.{waiting}").click().run()
    assert n_records(path) == 5
    assert open_page(path, upload="99").error


def test_the_preview_names_the_cells_that_accepting_changes(path):
    corpus = open_copy(path)
    proposed = add(corpus, MORE, accept=False)
    preview = load_preview(load_state(corpus), proposed)
    assert preview.grown == 1
    cell = next(c for c in preview.cells if (c.rows, c.columns) == ("population", "behaviour"))
    assert (cell.before, cell.after) == (1, 2)
    assert {(change.rows, change.columns) for change in preview.cells} <= set(corpus.framework.headline_pairs)
    corpus.accept(proposed)
    after = load_preview(load_state(corpus), proposed)
    assert (after.cells, after.grown, after.gaps.empty) == ((), 0, True)


def test_the_preview_of_a_first_upload_counts_from_nothing(tmp_path):
    with open_corpus(tmp_path / "new.sqlite", FRAMEWORK, create=True) as corpus:
        proposed = add(corpus, MORE, accept=False)
        preview = load_preview(load_state(corpus), proposed)
    assert preview.grown == 2
    assert all(change.fills for change in preview.cells)


def test_once_read_the_preview_stands_in_place_of_the_drop_and_has_an_address(path):
    at = upload(path, ("more.bib", MORE))
    assert at.query_params["upload"] == "2"
    assert [h.value for h in at.header] == ["Look at it, then decide", "What would change", "Report"]
    assert not [b for b in at.button if b.key == "add_files.read"]


def test_the_largest_changes_stand_in_a_small_table(path):
    at = upload(path, ("more.bib", MORE))
    (table,) = [m.value for m in at.markdown if m.value.startswith("| Cell | Before | After |")]
    assert plain(table).split("\n")[1:] == [
        "| --- | ---: | ---: |",
        "| Primary, home and long-term care × sexual harassment and assault | 0 | 1 |",
        "| Nurses and midwives × sexual harassment and assault | 1 | 2 |",
    ]


def test_once_a_file_is_dropped_what_its_preview_needs_is_made_ready_and_not_before(path, monkeypatch):
    asked = []
    monkeypatch.setattr("views.add_files.get_ready", asked.append)
    at = open_page(path)
    assert asked == []
    at.file_uploader(key="add_files.files").set_value([("more.bib", MORE.encode(), "text/plain")]).run()
    assert len(asked) == 1
    at.button(key="add_files.read").click().run()
    assert len(asked) == 1


def test_making_ready_builds_the_tagger_and_changes_nothing(path):
    corpus = open_copy(path)
    get_ready(load_state(corpus))
    assert "tagger" in vars(corpus)
    assert [done.state for done in corpus.imports()] == ["accepted"]


class Bar:
    def __init__(self) -> None:
        self.shown: list[tuple[float, str]] = []

    def progress(self, value: float, text: str) -> None:
        self.shown.append((value, text))


@pytest.mark.parametrize("known", [True, False], ids=["end known", "end unknown"])
def test_progress_moves_a_few_times_with_numbers(known):
    bar = Bar()
    meter = Meter(bar, 1)  # type: ignore[arg-type]
    for done in range(500, 1_000_001, 500):
        meter("reading a.bib", done, 1_000_000 if known else 0)
    assert 5 < len(bar.shown) <= UPDATES + 1
    assert bar.shown[0][1] == ("Reading a.bib: 500 of 1,000,000" if known else "Reading a.bib: 500 items")
    assert all(0 <= value <= 1 for value, _ in bar.shown)


def test_a_stop_while_reading_leaves_nothing_behind(path, monkeypatch):
    from ingest.pipeline import Upload, ingest

    class Stopped(BaseException):
        """What Streamlit raises in a run that a click has ended."""

    class StoppingBar(Bar):
        def progress(self, value: float, text: str) -> None:
            raise Stopped

    corpus = open_copy(path)
    meter = Meter(StoppingBar(), 1)  # type: ignore[arg-type]
    with pytest.raises(Stopped):
        ingest([Upload("more.bib", MORE.encode())], corpus, accept=False, progress=meter)
    assert meter.stopped
    assert [done.state for done in corpus.imports()] == ["accepted"]
