"""A small corpus about lakes for the page tests, and a page run without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from ingest.pipeline import ingest
from ingest.rules import open_corpus

LAKES = Path(__file__).parent / "cases" / "framework-lakes"

WORDS = {
    "dredging": "Dredging",
    "aeration": "Aeration",
    "biomanipulation": "Biomanipulation",
    "buffer": "Riparian buffer",
}
RESPONSES = ("Secchi depth", "algae", "macrophyte", "perch", "cost")

# How many records of each title. 12 of each combination, but none on aeration and fish, one on dredging and cost, and
# hardly any on the diversion of sewage.
TITLES = {f"{word} and {response} in {{n}}": 12 for word in WORDS.values() for response in RESPONSES} | {
    "Aeration and perch in {n}": 0,
    "Dredging and cost in {n}": 1,
    "Sewage diversion and Secchi depth in {n}": 3,
    "Perch after acidification of {n}": 4,
}


def lakes(path: Path, titles: dict[str, int] | None = None) -> Path:
    """A corpus of made-up titles, each numbered; the file's path."""
    rows = ["title,year,doi"]
    n = 0
    for title, count in (TITLES if titles is None else titles).items():
        for _ in range(count):
            n += 1
            rows.append(f'"{title.format(n=NAMES[n].title())}",{1990 + n % 30},10.1000/{n}')
    source = path.with_suffix(".csv")
    source.write_text("\n".join(rows), encoding="utf-8")
    with open_corpus(path, LAKES, create=True) as corpus:
        if n:
            ingest([source], corpus)
    return path


_SYLLABLES = ("ul", "mar", "fen", "tor", "ond", "kes", "bri", "val")
NAMES = [f"Lake {a}{b}{c}" for a in _SYLLABLES for b in _SYLLABLES for c in ("mere", "tarn", "loch", "pond", "see")]


def open_page(key: str, path: Path, **query: object) -> AppTest:
    """A page of this corpus, run once; ``query`` is its address."""
    at = AppTest.from_function(_run_page, args=(key, str(path), str(LAKES)), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value  # type: ignore[assignment]
    at.run()
    assert not at.exception
    return at


def _run_page(key: str, path: str, framework: str) -> None:
    from pathlib import Path

    from ingest.rules import open_corpus
    from views.pages import PAGES
    from views.state import load_state

    page = next(page for page in PAGES if page.key == key)
    with open_corpus(Path(path), Path(framework)) as corpus:
        page.render(load_state(corpus))


def words(at: AppTest) -> str:
    """All the text of a page, one element a line."""
    kinds = (at.title, at.header, at.subheader, at.markdown, at.text, at.info, at.error, at.code)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")
