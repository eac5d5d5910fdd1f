"""A retracted work is marked in lists and on its own page, with the way to the notice and back."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from ingest.pipeline import ingest
from ingest.rules import open_corpus
from views.result_list import to_rows
from views.state import load_state

ROOT = Path(__file__).parent.parent
BIB = """@article{a, title={Night shifts and sleep among hospital porters}, author={Osei, A}, year={2018}}
@article{b, title={Retraction: Night shifts and sleep among hospital porters}, author={Osei, A}, year={2020}}
@article{c, title={Correction: A work that nobody has added to this corpus}, author={Lund, B}, year={2020}}
"""


def make(path: Path) -> dict[str, str]:
    (path.parent / "toil.bib").write_text(BIB, encoding="utf-8")
    with open_corpus(path, ROOT / "corpus" / "framework", create=True) as corpus:
        ingest([path.parent / "toil.bib"], corpus)
        return {(record.title or "").partition(" ")[0]: record.id for record in corpus.records()}


def run_page(key: str, path: str, root: str) -> None:
    from pathlib import Path

    from ingest.rules import open_corpus
    from views.pages import PAGES
    from views.state import load_state

    corpus = open_corpus(Path(path), Path(root) / "corpus" / "framework")
    next(page for page in PAGES if page.key == key).render(load_state(corpus))


def open_page(key: str, path: Path, **query: str) -> AppTest:
    at = AppTest.from_function(run_page, args=(key, str(path), str(ROOT)), default_timeout=60)
    at.query_params.update(query)
    at.run()
    assert not at.exception
    return at


def test_search_marks_what_was_retracted_and_what_is_a_notice(tmp_path: Path) -> None:
    path = tmp_path / "toil.sqlite"
    make(path)
    open_page("search", path)
    with open_corpus(path, ROOT / "corpus" / "framework") as corpus:
        rows = to_rows(load_state(corpus), corpus.records(), "")
    marks = sorted((row["badge"], row["grave"]) for row in rows if row["badge"])
    assert marks == [("Correction", False), ("Retracted", True), ("Retraction notice", False)]


def test_a_record_says_what_became_of_it_and_a_notice_what_it_is_about(tmp_path: Path) -> None:
    path = tmp_path / "toil.sqlite"
    ids = make(path)
    work = open_page("record", path, id=ids["Night"])
    assert [e.value for e in work.error] == [
        "Retracted. Its publisher or authors took this work back: do not rely on what it reports. "
        "Title and authors of notice and work agree\\."
    ]
    assert "Open the notice" in [m.value for m in work.markdown]
    notice = open_page("record", path, id=ids["Retraction:"])
    assert not notice.error
    assert "Retraction notice: this is a notice about another work" in notice.info[0].value
    assert "Open the work it is about" in [m.value for m in notice.markdown]
    alone = open_page("record", path, id=ids["Correction:"])
    assert "The work it is about is not in this collection." in alone.info[0].value
