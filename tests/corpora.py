"""Corpora for the tests of pages: empty, three records, records no tag is found in, and the founding collection.

Built once a session; a test that changes one works on a copy (``copy_corpus``).
"""

import shutil
from pathlib import Path

from corpus.store import Corpus
from ingest.founding import add_founding
from ingest.pipeline import Upload, ingest
from ingest.rules import open_corpus

ROOT = Path(__file__).parent.parent
FRAMEWORK = ROOT / "corpus" / "framework"

TINY = """
@article{one, title = {Sexual harassment of nurses by patients in hospital wards}, author = {Osei, Ama and Lund, Kari},
  year = {2021}, journal = {Journal of Made-up Nursing}, doi = {10.5555/lacuna.one},
  abstract = {We surveyed nurses in two hospitals. One in three reported sexual harassment by patients.}}
@article{two, title = {Pay gap between women and men among surgeons: a cohort study}, author = {Otieno, Grace},
  year = {2018}, journal = {Made-up Surgery}, url = {javascript:alert(1)}}
@article{three, title = {Sexual assault of medical residents: ![x](http://example.invalid/x.png) <b>a survey</b>},
  author = {Wambui, N.}, year = {2015}, journal = {Made-up Education}}
"""
UNTAGGED = """
@article{soup, title = {Boiling water in tall pots}, author = {Cook, C.}, year = {2011}, journal = {Kettles}}
@article{moss, title = {Moss on north-facing stones}, author = {Green, M.}, year = {2012}, journal = {Stones}}
"""
KINDS = ("empty", "tiny", "untagged", "founding")


def make_corpus(path: Path, kind: str) -> Path:
    """A corpus of one of the KINDS in one file."""
    with open_corpus(path, FRAMEWORK, create=True) as corpus:
        if kind == "founding":
            add_founding(corpus, ROOT / "corpus" / "founding")
        elif kind != "empty":
            add(corpus, {"tiny": TINY, "untagged": UNTAGGED}[kind], f"{kind}.bib")
        corpus.settle()
    return path


def add(corpus: Corpus, text: str, name: str = "more.bib", accept: bool = True) -> int:
    """One upload of one file, by the real pipeline; its number."""
    return ingest([Upload(name, text.encode())], corpus, accept=accept, who="a tester", source="made up").id


def copy_corpus(path: Path, folder: Path) -> Path:
    return Path(shutil.copy(path, folder / "corpus.sqlite"))


def open_copy(path: Path) -> Corpus:
    return open_corpus(path, FRAMEWORK)


def run_page(key: str, path: str) -> None:
    """The script of a page test: one page on one corpus, as the app would draw it."""
    from pathlib import Path

    import corpora
    import streamlit as st

    from views import address
    from views.pages import PAGES
    from views.state import load_state

    @st.cache_resource(max_entries=8)
    def open_once(path: str):  # type: ignore[no-untyped-def]
        return corpora.open_copy(Path(path))

    page = next(page for page in PAGES if page.key == key)
    address.enter(page.key)
    page.render(load_state(open_once(path)))
