"""How long a person waits for a search in a real browser, beside a bare page of Streamlit in the same run.

``python -m benchmarks.search_page [CORPUS]`` starts the app on the corpus (without one, on 100,000 records it makes)
and a page that has nothing but a text field and a line. In both a query is typed; measured in the browser is the time
from the key Enter to the frame in which the total and all titles of the first page stand (bare: the line). Medians.
"""

import argparse
import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page

from benchmarks.browsing import ROOT, WAIT, open_browser, serve, settle
from benchmarks.ingest import FRAMEWORK, write_entries
from benchmarks.scale import ask
from corpus.framework import load_framework
from corpus.search import find
from ingest.pipeline import ingest
from ingest.rules import open_corpus

N = 100_000
ROUNDS = 3  # searches of each kind; the first of all are not counted
BARE = """
import streamlit as st
st.set_page_config(layout="wide")
typed = st.text_input("Search", key="q")
st.header(f"Typed: {typed}")
"""
# In the page: from Enter to the first frame in which every one of these texts stands somewhere, shadow roots included.
WATCH = """
(wanted) => {
  const text = (root) => {
    let all = root.textContent;
    for (const host of root.querySelectorAll("[data-testid^=stBidiComponent], [data-testid^=stBidiComponent] *"))
      if (host.shadowRoot) all += host.shadowRoot.textContent;
    return all;
  };
  window.waited = new Promise((done) => {
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      const start = performance.now();
      const look = () => {
        const all = text(document.body);
        if (wanted.every((part) => all.includes(part))) done(performance.now() - start);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, {once: true, capture: true});
  });
}
"""


def run(path: Path) -> dict[str, Any]:
    """Milliseconds and their ratio."""
    queries = _choose(path)
    with TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        with (
            serve(bare, {}) as bare_at,
            serve(ROOT / "app.py", {"LACUNA_CORPUS": str(path)}) as app_at,
            open_browser() as browser,
        ):
            bare_page, page = browser.new_page(), browser.new_page()
            bare_page.goto(bare_at.address)
            page.goto(f"{app_at.address}/search")
            waits: dict[str, list[float]] = {"bare": [], "search": []}
            for n, (_, query, wanted) in enumerate(queries):
                nothing = _ask(bare_page, query, [f"Typed: {query}"])
                something = _ask(page, query, wanted)
                if n >= len(queries) // (ROUNDS + 1):
                    waits["bare"].append(nothing)
                    waits["search"].append(something)
    kinds = [kind for kind, _, _ in queries][-len(waits["search"]) :]
    by_kind = {
        kind: round(median(ms for k, ms in zip(kinds, waits["search"], strict=True) if k == kind)) for kind in kinds
    }
    return {
        "searches": len(waits["search"]),
        "bare_ms": round(median(waits["bare"])),
        "search_ms": round(median(waits["search"])),
        "ratio": round(median(waits["search"]) / median(waits["bare"]), 2),
        "by kind": by_kind,
    }


def _choose(path: Path) -> list[tuple[str, str, list[str]]]:
    """(kind, search, what must be seen): searches of every kind that find something, the first lot to warm up."""
    with open_corpus(path, FRAMEWORK) as corpus:
        frame = corpus.snapshot().frame
        some = frame["title"].iloc[:: max(1, len(frame) // 200)]
        titles = [[word for word in title.lower().split() if word.isalpha() and len(word) > 3] for title in some]
        chosen = []
        for kind, query in dict.fromkeys(ask(titles, ROUNDS + 1)):
            found = find(corpus, query)
            if found.total:
                shown = [record.title or "" for record in corpus.records(hit.id for hit in found.hits)]
                chosen.append((kind, query, [f"{found.total:,} of {len(frame):,} records", *shown]))
    return chosen


def _ask(page: Page, query: str, wanted: list[str]) -> float:
    box = page.locator("[data-testid=stTextInput] input").first
    box.wait_for(timeout=WAIT)
    settle(page)
    box.fill(query)
    page.evaluate(WATCH, wanted)
    box.press("Enter")
    return float(page.evaluate(f"Promise.race([window.waited, new Promise((_, no) => setTimeout(no, {WAIT}))])"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search_page", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, help="a corpus of 100,000 records; without one it is made")
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = args.corpus
        if path is None:
            path = Path(folder) / "c.sqlite"
            source = Path(folder) / "made.bib"
            write_entries(source, "bib", N, load_framework(FRAMEWORK))
            with open_corpus(path, FRAMEWORK, create=True) as corpus:
                ingest([source], corpus)
        print(json.dumps(run(path), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
