"""How long a person waits for each page, beside a bare page of Streamlit in the same run; and many people at once.

``first`` is the time from opening the address to the frame in which the script has ended and what the page is about
stands; ``rerun`` from the key Enter in a filter (or the click on Read) to the frame in which the script has ended and
the answer stands. Bare is a page with a title, a filter and a line; for an upload it reads the same file with
bibtexparser into a table. Bare and ours take turns, each value is asked for the first time, medians of ROUNDS.

Without --data the corpora are made here: the founding collection, and 100,000 made-up records with tags (this takes a
quarter of an hour). --data DIR takes ``small.sqlite`` and ``large.sqlite`` of that folder. --sessions N instead opens
N sessions at once on the small one.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page

from benchmarks.browsing import ROOT, WAIT, Server, open_browser, serve, settle
from benchmarks.ingest import FRAMEWORK, write_entries
from corpus.framework import load_framework
from ingest.founding import add_founding
from ingest.pipeline import ingest
from ingest.rules import open_corpus

ROUNDS = 10
N_LARGE = 100_000
N_UPLOAD = 1_000
UPLOADS = 5  # files of other works each; the first is not counted
FIRST_YEAR = 1990

BARE = """
import streamlit as st
st.set_page_config(layout="wide")
st.title("Bare")
year = st.number_input("From year", 1800, 2200, value=None, placeholder="Any")
asked = st.text_input("Ask")
number = st.number_input("Number of topics", 2, 60, value=None, placeholder="Any")
st.write(f"Since {year}, asked {asked}, number {number}.")
"""
BARE_UPLOAD = """
import bibtexparser
import pandas as pd
import streamlit as st
st.set_page_config(layout="wide")
st.title("Bare")
file = st.file_uploader("File")
if st.button("Read the files") and file:
    read = bibtexparser.parse_string(file.getvalue().decode())
    rows = [{name: field.value for name, field in entry.fields_dict.items()} for entry in read.entries]
    st.dataframe(pd.DataFrame(rows))
    st.header(f"{len(rows)} entries")
"""
# In every page opened: its text, shadow roots of components included, and when the page has first been complete.
SCRIPT = """
() => {
  const text = () => {
    let all = document.body ? document.body.textContent : "";
    for (const host of document.querySelectorAll("[data-testid^=stBidiComponent], [data-testid^=stBidiComponent] *"))
      if (host.shadowRoot) all += host.shadowRoot.textContent;
    return all;
  };
  const state = () => document.querySelector('[data-testid="stApp"]')?.getAttribute("data-test-script-state");
  const when = (wanted, ready, start) => new Promise((done) => {
    const look = () => {
      if (ready() && state() === "notRunning" && (!wanted || text().includes(wanted))) done(performance.now() - start);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  window.firstDone = (wanted) => when(wanted, () => true, 0);
  window.watch = (wanted, event) => {
    window.waited = new Promise((done) => {
      document.addEventListener(event, (happened) => {
        if (event === "keydown" && happened.key !== "Enter") return;
        let ran = Boolean(wanted);  // without words to wait for, wait until a run has begun
        new MutationObserver(() => { ran = ran || state() !== "notRunning"; })
          .observe(document.querySelector('[data-testid="stApp"]'), {attributes: true});
        when(wanted, () => ran, performance.now()).then(done);
      }, {once: true, capture: true});
    });
  };
}
"""


@dataclass(frozen=True)
class Case:
    """A page: where it is, words that show it is there, and how a filter on it is changed."""

    name: str
    address: str
    shown: str
    field: str = "From year"
    values: tuple[str, ...] = tuple(str(FIRST_YEAR + n) for n in range(ROUNDS + 1))
    answer: str = "Since {value}"  # what stands once a value is in force
    bare_answer: str = "Since {value}"
    limit: tuple[float, float] = (1.5, 1.5)  # what a person should at most wait, in bare pages
    large_limit: tuple[float, float] | None = None
    warm: bool = False  # each value is set once before: what it starts is no matter of the page


def make_cases() -> tuple[Case, ...]:
    """The pages measured; a question of Start is a tag of the framework that ships."""
    labels = tuple(tag.label for tag in load_framework(FRAMEWORK).facet("population").tags[: ROUNDS + 1])
    two = ("6", "8") * (ROUNDS // 2 + 1)
    return (
        Case("gap map", "gap-map", "Choose a cell, a row or a column", large_limit=(1.5, 2.0)),
        Case("start", "", "Three doors", "Type a group", labels, "", "asked {value}", (1.3, 1.5)),
        Case("search", "search", " of ", limit=(1.6, 2.5)),
        Case("trends", "trends", "Journals and other venues", limit=(1.8, 2.5)),
        Case("topics", "topics", "How topics are made", "Number of topics", two[: ROUNDS + 1],
             "{value} topics of", "number {value}", (2.2, 3.5), warm=True),
    )  # fmt: skip


UPLOAD_LIMIT = (1.6, 3.0)


def run(data: Path | None = None, peers: bool = False) -> dict[str, dict[str, Any]]:
    """A set for each corpus; milliseconds, ratios and the limits for each page."""
    with _corpora(data) as corpora, TemporaryDirectory() as folder:
        bare, bare_upload, entries = (Path(folder) / name for name in ("bare.py", "upload.py", "entries.bib"))
        bare.write_text(BARE, encoding="utf-8")
        bare_upload.write_text(BARE_UPLOAD, encoding="utf-8")
        write_entries(entries, "bib", N_UPLOAD * (UPLOADS + 1), load_framework(FRAMEWORK))
        return {name: _measure(path, bare, bare_upload, entries) for name, path in corpora.items()}


@contextmanager
def _corpora(data: Path | None) -> Iterator[dict[str, Path]]:
    """Copies of the corpora of a folder, or made ones: what is measured here adds to them."""
    with TemporaryDirectory(prefix="lacuna-pages-") as name:
        folder = Path(name)
        paths = {size: folder / f"{size}.sqlite" for size in ("small", "large")}
        for size, path in paths.items():
            if data is not None:
                if (data / path.name).exists():
                    shutil.copy(data / path.name, path)
            else:
                _make(size, path)
        yield {size: path for size, path in paths.items() if path.exists()}


def _make(size: str, path: Path) -> None:
    with open_corpus(path, FRAMEWORK, create=True) as corpus:
        if size == "small":
            add_founding(corpus)
        else:
            source = path.with_suffix(".bib")
            write_entries(source, "bib", N_LARGE, load_framework(FRAMEWORK))
            ingest([source], corpus)
        corpus.settle()


def _measure(path: Path, bare: Path, bare_upload: Path, entries: Path) -> dict[str, Any]:
    with open_corpus(path, FRAMEWORK) as corpus:
        n_records = len(corpus.snapshot())
    measured: dict[str, Any] = {"records": n_records}
    with (
        serve(bare, {}) as bare_app,
        serve(bare_upload, {}) as bare_reader,
        serve(ROOT / "app.py", {"LACUNA_CORPUS": str(path)}) as app,
        open_browser() as browser,
    ):
        pages = [browser.new_page(viewport={"width": 1280, "height": 900}) for _ in range(2)]
        for page in pages:
            page.add_init_script(f"({SCRIPT})()")
        for case in make_cases():
            limit = case.large_limit if case.large_limit and n_records > 10_000 else case.limit
            addresses = (bare_app.address, f"{app.address}/{case.address}")
            measured[case.name] = _compare(
                limit,
                _first(pages, addresses, (None, case.shown)),
                _rerun(pages, addresses, case),
            )
        measured["upload"] = _compare(UPLOAD_LIMIT, *_upload(pages, (bare_reader, app), entries))
    return measured


Waits = tuple[list[float], list[float]]  # bare, ours


def _compare(limit: tuple[float, float], first: Waits, rerun: Waits) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, (bare, ours), most in zip(("first", "rerun"), (first, rerun), limit, strict=True):
        ratio = median(ours) / median(bare)
        said |= {
            f"{name}_bare_ms": round(median(bare)),
            f"{name}_ms": round(median(ours)),
            f"{name}_ratio": round(ratio, 2),
            f"{name}_limit": most,
            f"{name}_met": "yes" if ratio <= most else "no",
        }
    return said


def _take_turns(measure: Callable[[int, int], float], rounds: int = ROUNDS) -> Waits:
    """``measure(which, round)`` of bare and ours by turns; the first round is not counted."""
    waits: Waits = ([], [])
    for n in range(rounds + 1):
        for which in (0, 1):
            waited = measure(which, n)
            if n:
                waits[which].append(waited)
    return waits


def _first(pages: list[Page], addresses: tuple[str, str], shown: tuple[str | None, str]) -> Waits:
    def measure(which: int, n: int) -> float:
        pages[which].bring_to_front()
        pages[which].goto(addresses[which], wait_until="commit")
        return _wait(pages[which], "window.firstDone(wanted)", shown[which])

    return _take_turns(measure)


def _rerun(pages: list[Page], addresses: tuple[str, str], case: Case) -> Waits:
    for which, page in enumerate(pages):
        page.goto(addresses[which])
        settle(page)

    def measure(which: int, n: int) -> float:
        value = case.values[n]
        pages[which].bring_to_front()
        names = {"Type a group": "Ask"} if which == 0 else {}
        field = pages[which].locator("input").and_(pages[which].get_by_label(names.get(case.field, case.field))).first
        field.fill(value)
        answer = (case.answer if which else case.bare_answer).format(value=value)
        pages[which].evaluate("([wanted, event]) => window.watch(wanted, event)", [answer, "keydown"])
        field.press("Enter")
        return _wait(pages[which], "window.waited", None)

    if case.warm:
        for n in range(2):
            measure(1, n)
    return _take_turns(measure)


def _upload(pages: list[Page], apps: tuple[Server, Server], entries: Path) -> tuple[Waits, Waits]:
    """The page for files, then the click on Read with the entries chosen; each file holds other works."""
    made = entries.read_text(encoding="utf-8").split("@")[1:]
    files = ["@" + "@".join(made[n * N_UPLOAD : (n + 1) * N_UPLOAD]) for n in range(UPLOADS + 1)]
    addresses = (apps[0].address, f"{apps[1].address}/add-files")
    first = _first(pages, addresses, (None, "Drop exports from your databases"))

    def measure(which: int, n: int) -> float:
        page = pages[which]
        page.bring_to_front()
        page.goto(addresses[which])
        settle(page)
        page.locator("input[type=file]").set_input_files(
            {"name": f"{n}.bib", "mimeType": "text/plain", "buffer": files[n].encode()}
        )
        button = page.locator("button:enabled", has_text="Read the files")  # another button once the file is there
        page.get_by_text(f"{n}.bib").first.wait_for()
        button.wait_for(timeout=WAIT)
        settle(page)
        wanted = ("entries", "What would change")[which]
        page.evaluate("([wanted, event]) => window.watch(wanted, event)", [wanted, "click"])
        button.click()
        return _wait(page, "window.waited", None)

    return first, _take_turns(measure, UPLOADS)


def _wait(page: Page, promise: str, wanted: str | None) -> float:
    race = f"(wanted) => Promise.race([{promise}, new Promise((_, no) => setTimeout(no, {WAIT}))])"
    return float(page.evaluate(race, wanted))


def run_sessions(n_sessions: int, data: Path | None = None) -> dict[str, dict[str, Any]]:
    """``n_sessions`` people at once clicking through the pages: errors seen, and how much the server grows for each."""
    with (
        _corpora(data) as corpora,
        serve(ROOT / "app.py", {"LACUNA_CORPUS": str(corpora["small"])}) as app,
        open_browser() as browser,
    ):
        warm = browser.new_page()
        errors = _click_through([warm], app)
        warm.close()
        before = app.memory_mb
        people = [browser.new_context().new_page() for _ in range(n_sessions)]
        errors += _click_through(people, app)
        after = app.memory_mb
    grown = (after - before) / n_sessions
    return {
        f"{n_sessions} sessions": {
            "errors": errors,
            "mb_before": round(before),
            "mb_after": round(after),
            "mb_a_session": round(grown, 1),
        }
    }


STEPS = ("Gap map", "Gaps", "Search", "Topics", "Add files", "Start")


def _click_through(people: list[Page], app: Server) -> int:
    """Everybody opens the app, then all click the same page of the bar before anybody's answer is waited for."""
    errors = 0
    for page in people:
        page.goto(app.address, wait_until="commit")
    for step in (None, *STEPS):
        for n, page in enumerate(people):
            if step:
                page.get_by_test_id("stTopNavLink").filter(has_text=step).first.click()
                if step == "Search":
                    page.get_by_label("From year").first.fill(str(FIRST_YEAR + n % 20), timeout=WAIT)
                    page.keyboard.press("Enter")
        for page in people:
            settle(page)
            errors += page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count()
    return errors
