"""Adding files: what is read, what would change, that nothing changes before it is accepted, that all can be undone."""

import pytest
from corpora import add, copy_corpus, open_copy, run_page
from streamlit.testing.v1 import AppTest

from analysis.coverage import cross
from views.preview import Change, find_changes, headline_changes, most_telling
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


def test_each_reject_has_its_line_reason_and_first_words(path):
    at = upload(path, ("more.bib", MORE))
    table = next(frame.value for frame in at.dataframe if "Why" in frame.value.columns)
    assert table[["File", "Line", "First words"]].values.tolist() == [["more.bib", 5, "@article{broken, title={No end"]]
    assert table["Why"][0]


def test_many_files_add_up_in_the_last_row(path):
    at = upload(path, ("a.bib", MORE), ("b.bib", MORE), ("c.pdf", "%PDF-1.7 nothing to read"))
    report = next(frame.value for frame in at.dataframe if "Rejected" in frame.value.columns)
    assert report["File"].tolist() == ["a.bib", "b.bib", "c.pdf", "All files"]
    assert report[["Found", "New", "Merged", "Held", "Rejected"]].values.tolist()[-1] == [8, 2, 4, 0, 2]
    assert any("c.pdf" in error.value.replace("\\", "") for error in at.error)


def test_a_file_with_nothing_in_it_leaves_nothing_behind(path):
    at = upload(path, ("empty.bib", ""))
    assert at.warning[0].value.startswith("No reference was found")
    assert not at.button(key="add_files.read").disabled
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
    changes, grown = headline_changes(load_state(corpus), proposed)
    assert grown == 1
    cell = next(c for c in changes if (c.rows, c.columns) == ("population", "behaviour"))
    assert (cell.before, cell.after) == (1, 2)
    pairs = {(change.rows, change.columns) for change in changes}
    corpus.accept(proposed)
    after, grown = headline_changes(load_state(corpus), proposed)
    assert (after, grown) == ([], 0)
    assert pairs <= set(corpus.framework.headline_pairs)


def test_only_cells_that_differ_are_changes(path):
    corpus = open_copy(path)
    before = cross(corpus.snapshot(), "population", "behaviour", level="tag")
    assert find_changes(before, before) == []
    add(corpus, MORE)
    after = cross(corpus.snapshot(), "population", "behaviour", level="tag")
    assert [(c.row, c.column, c.before, c.after, c.fills) for c in find_changes(before, after)] == [
        ("midwife", "sexual-harassment", 0, 1, True)
    ]


def test_filled_cells_come_first_then_large_steps():
    cells = [
        Change("a", "b", str(n), "x", "", "", before, after)
        for n, (before, after) in enumerate([(3, 4), (5, 9), (0, 1)])
    ]
    assert [change.row for change in most_telling(cells)] == ["2", "1", "0"]


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
