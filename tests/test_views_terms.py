"""Terms: a change is previewed with its records and cells before it is saved, and can be put back."""

import json
import shutil
from pathlib import Path

import pytest
from pages_toy import LAKES, lakes
from streamlit.testing.v1 import AppTest

from corpus.__main__ import main
from corpus.records import Ruling
from corpus.terms import change_lists, lists_of, read_file
from ingest.rules import open_corpus
from views.trial import try_lists

TITLES = {"Dredging and perch in {n}": 4, "Dredging and algae in {n}": 3, "Suction of mud and perch in {n}": 2}


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    """A corpus and a framework folder that may be changed."""
    folder = Path(shutil.copytree(LAKES, tmp_path / "framework"))
    return lakes(tmp_path / "c.sqlite", TITLES), folder


def run_page(path: str, folder: str, can_curate: bool) -> None:
    from pathlib import Path

    from ingest.rules import open_corpus
    from views import terms
    from views.state import load_state

    with open_corpus(Path(path), Path(folder)) as corpus:
        terms.render(load_state(corpus, can_curate=can_curate))


def open_page(made: tuple[Path, Path], can_curate: bool = True) -> AppTest:
    path, folder = made
    at = AppTest.from_function(run_page, args=(str(path), str(folder), can_curate), default_timeout=60)
    at.query_params.update(facet="measure", tag="dredging")
    return at.run()


def ask(at: AppTest, terms: str) -> AppTest:
    at.text_area[0].set_value(terms)
    at.button(key="terms.preview").click().run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return "\n".join(e.value for kind in (at.markdown, at.success, at.error, at.info, at.caption) for e in kind)


def figures(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def count(made: tuple[Path, Path]) -> int:
    with open_corpus(*made) as corpus:
        return int(corpus.snapshot().has("measure", "dredging").sum())


def test_a_tag_is_shown_with_its_terms_and_weights(made):
    at = open_page(made)
    assert [h.value for h in at.header] == ["Dredging", "What earns it"]
    assert "Sediment is taken out" in said(at)
    assert "7 records have it." in said(at)
    assert "title 2, keywords and headings 2" in said(at)
    assert at.text_area[0].value == "dredg*\nsediment removal"


def test_the_preview_shows_records_passages_and_cells_and_saves_nothing(made):
    at = ask(open_page(made), "suction of mud\nsediment removal")
    assert figures(at) == {
        "Have it now": "7", "Would have it": "2", "Would gain it": "2", "Would lose it": "7", "Cells that change": "2",
    }  # fmt: skip
    assert [s.value for s in at.subheader] == [
        "Cells of the headline maps", "Would gain the tag: 2", "Would lose the tag: 7",
    ]  # fmt: skip
    assert "“Suction of mud” in the title" in said(at)
    assert "“Dredging” in the title" in said(at)
    cells = at.dataframe[0].value.set_index("Cell")[["Now", "Then"]]
    assert sorted(cells.to_numpy().tolist()) == [[3, 0], [4, 2]]
    assert count(made) == 7
    assert read_file(made[1], "measure") == read_file(LAKES, "measure")


def test_saving_changes_the_file_and_the_corpus_and_can_be_put_back(made):
    before = read_file(made[1], "measure")
    at = ask(open_page(made), "dredg*\nsediment removal\nsuction of mud")
    at.text_input(key="curator.name").set_value("Ada").run()
    at.button(key="terms.save").click().run()
    assert not at.exception
    assert "Every record has been tagged again" in said(at)
    assert read_file(made[1], "measure") == before.replace('"sediment removal"', '"sediment removal", "suction of mud"')
    assert count(made) == 9
    at = open_page(made)
    assert "Before the change of measure/dredging by Ada" in said(at).replace("\\", "")
    (back,) = [b for b in at.button if b.label == "Put back"]
    back.click().run()
    assert not at.exception
    assert read_file(made[1], "measure") == before
    assert count(made) == 7


def test_an_earlier_text_can_be_looked_at_first(made):
    at = ask(open_page(made), "suction of mud")
    at.button(key="terms.save").click().run()
    at = open_page(made)
    next(b for b in at.button if b.label == "Preview" and b.key != "terms.preview").click().run()
    assert (figures(at)["Would gain it"], figures(at)["Would lose it"]) == ("7", "2")


def test_a_term_that_cannot_be_read_is_refused_in_words(made):
    at = ask(open_page(made), "dredg*\n{nobody} removal")
    assert 'names the list "nobody"' in at.error[0].value.replace("\\", "")
    assert not at.metric


def test_no_change_is_no_preview(made):
    at = ask(open_page(made), "sediment removal\ndredg*\n")
    assert "Nothing has been changed yet" in said(at)


def test_a_folder_that_may_not_be_written_gives_the_file_instead(made, monkeypatch):
    monkeypatch.setattr("views.terms.can_write", lambda folder, facet: False)
    at = ask(open_page(made), "suction of mud")
    assert "cannot be written here" in said(at)
    assert [b.label for b in at.get("download_button")] == ["Download measure.toml"]
    assert not [b for b in at.button if b.key == "terms.save"]


def test_others_see_the_terms_and_change_none(made):
    at = open_page(made, can_curate=False)
    assert "Only a curator can change terms" in said(at)
    assert "dredg*\nsediment removal" in [t.value for t in at.text]
    assert not at.text_area


def test_a_file_changed_meanwhile_is_told(made):
    def run_changed(path: str, folder: str) -> None:
        from pathlib import Path

        from ingest.rules import open_corpus
        from views import terms
        from views.state import load_state

        with open_corpus(Path(path), Path(folder)) as corpus:
            file = Path(folder) / "response.toml"
            file.write_text(file.read_text(encoding="utf-8") + "# one more line\n", encoding="utf-8")
            terms.render(load_state(corpus))

    at = AppTest.from_function(run_changed, args=tuple(map(str, made)), default_timeout=60).run()
    assert not at.exception
    assert "have been changed since this page was opened" in at.warning[0].value
    assert not at.text_area


def test_a_persons_ruling_stays_whatever_the_terms_say(made):
    with open_corpus(*made) as corpus:
        records = corpus.records()
        muddy = next(r for r in records if "mud" in (r.title or ""))
        dredged = next(r for r in records if "Dredging" in (r.title or ""))
        corpus.rule(Ruling("tag", muddy.entries, "rejected", "measure", "dredging"), who="Ada")
        corpus.rule(Ruling("tag", dredged.entries, "confirmed", "measure", "dredging"), who="Ada")
        trial = try_lists(corpus, "measure", "dredging", {"terms": ["suction of mud"]})
        assert (trial.n_before, trial.n_after, len(trial.gained), len(trial.lost)) == (7, 2, 1, 6)
        assert muddy.id not in trial.gained
        assert dredged.id not in trial.lost


def test_the_preview_is_what_comes_true(made):
    path, folder = made
    wanted = {"terms": ["suction of mud", "algae"], "unless": ["dredging and algae"], "wide": ["mud"]}
    with open_corpus(path, folder) as corpus:
        trial = try_lists(corpus, "measure", "dredging", wanted)
    (folder / "measure.toml").write_bytes(trial.text.encode())
    with open_corpus(path, folder) as corpus:
        assert int(corpus.snapshot().has("measure", "dredging").sum()) == trial.n_after
        assert {
            name: list(v) for name, v in lists_of(corpus.framework.tag("measure", "dredging")).items() if v
        } == wanted


def test_the_command_tries_without_saving(made, capsys):
    path, folder = made
    where = ["--corpus", str(path), "--framework", str(folder)]
    change = ["measure", "dredging", "--add", "suction of mud", "--remove", "dredg*"]
    assert main(["framework", "try", *change, *where, "--json"]) == 0
    tried = json.loads(capsys.readouterr().out)
    assert (tried["before"], tried["after"], len(tried["gained"]), len(tried["lost"])) == (7, 2, 2, 7)
    assert sorted((c["before"], c["after"]) for c in tried["cells"]) == [(3, 0), (4, 2)]
    assert main(["framework", "try", *change, *where]) == 0
    text = capsys.readouterr().out
    assert "Dredging: 7 records have it now, 2 would. Nothing has been saved." in text
    assert "7 records would lose it:" in text
    assert "[“Suction of mud” in the title]" in text
    assert count(made) == 7
    assert main(["framework", "try", "measure", "dredging", "--remove", "mud", *where]) == 1
    assert '"mud" is not among the terms of measure/dredging' in capsys.readouterr().err


def test_the_command_checks_with_file_and_line(made, capsys, tmp_path):
    path, folder = made
    where = ["--corpus", str(path), "--framework", str(folder), "--cases", str(tmp_path / "none.json")]
    assert main(["framework", "check", *where, "--facet", "measure"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["never", "measure.toml:19", "dredging", "sediment", "removal", "none", "of", "9", "records"] in lines
    assert lines[-1][-2:] == ["0", "faults."]
    text = change_lists(read_file(folder, "measure"), "dredging", {"terms": ["dredg*", "Dredgers", "dredger"]})
    (folder / "measure.toml").write_text(text, encoding="utf-8")
    assert main(["framework", "check", *where, "--json", "--only", "twice"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["faults"] == 1
    assert (found["findings"][0]["term"], found["findings"][0]["file"]) == ("dredger", "measure.toml")
    assert text.splitlines()[found["findings"][0]["line"] - 1].startswith("terms")
