"""Ten records coded in a real browser without the mouse: confirm, reject, add, code in full, undo, skip."""

from pathlib import Path

import pytest
from browser import guard, open_browser, run_app, settle
from playwright.sync_api import Page, expect

from corpus.history import list_decisions
from corpus.store import Corpus
from ingest.pipeline import ingest
from ingest.rules import open_corpus

pytestmark = pytest.mark.browser
FRAMEWORK = Path(__file__).parent.parent / "corpus" / "framework"
N = 12
HOSTILE = '<img src="http://example.invalid/x.png" onerror="document.title=1">'


def make(path: Path) -> Path:
    """Twelve records whose behaviour only the abstract names: weak codes, so all of them are in the queue."""
    entries = [
        f"@article{{r{n}, title={{Night shift {n} of nurses {HOSTILE if n == 0 else ''}}}, year={{{2000 + n}}},\n"
        f"  author={{Osei, Ama}}, journal={{Journal of Toil}},\n"
        f"  abstract={{We asked nurses on ward {n}. One in three reported bullying by supervisors.}}}}"
        for n in range(N)
    ]
    file = path.with_suffix(".bib")
    file.write_text("\n".join(entries), encoding="utf-8")
    with open_corpus(path, FRAMEWORK, create=True) as corpus:
        ingest([file], corpus)
        assert len(corpus.records()) == N
        corpus.settle()
    return path


def decided(corpus: Corpus) -> list[tuple[str, str, str]]:
    """Decisions that stand, oldest first: facet, tag, value."""
    some = [d.ruling for d in reversed(list_decisions(corpus, ("tag",))) if d.taken_back is None]
    return [(r.facet, r.tag, r.value) for r in some]


def press(page: Page, *keys: str) -> None:
    """Keys one after another, as fast as a person; then until everything was kept."""
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(".coding")).to_have_attribute("data-waiting", "0", timeout=30_000)
    settle(page)


def test_ten_records_without_the_mouse(tmp_path: Path) -> None:
    path = make(tmp_path / "toil.sqlite")
    with run_app(path, tmp_path / "app.log") as address, open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        refused = guard(context, address)
        page = context.new_page()
        page.goto(f"{address}/coding")
        place = page.locator(".coding .place strong")
        expect(place).to_have_text(f"Record 1 of {N}", timeout=60_000)
        settle(page)
        page.get_by_label("Your name").focus()
        page.keyboard.type("Ada yn")  # letters typed into a field decide nothing
        page.keyboard.press("Enter")
        settle(page)
        expect(page.get_by_label("Your name")).to_have_value("Ada yn")
        page.locator(".coding .line.on").focus()

        # the words of the code under the cursor are marked in the text, and each facet has its letter
        expect(page.locator(".coding .reading mark.on").first).to_be_visible()
        expect(page.locator(".coding .reading mark.on sup").first).to_contain_text("B")
        assert page.locator(".coding img").count() == 0

        press(page, "y")
        expect(page.locator(".coding .live")).to_contain_text("Confirmed")
        press(page, "u")
        expect(page.locator(".coding .live")).to_contain_text("Taken back")
        press(page, "s")
        expect(place).to_have_text(f"Record 1 of {N - 1}")
        for n in range(1, 11):
            expect(place).to_have_text(f"Record {n} of {N - 1}")
            press(page, "y", "n")  # two decisions before the first is answered
            press(page, "a")
            page.keyboard.type("midwi")
            expect(page.get_by_role("option").first).to_contain_text("Midwi")
            page.keyboard.press("Enter")
            press(page, "f", "ArrowRight")
        expect(place).to_have_text(f"Record 11 of {N - 1}")
        expect(page.locator(".coding .place")).to_contain_text("10 checked")
        press(page, "ArrowLeft")
        expect(place).to_have_text(f"Record 10 of {N - 1}")
        assert refused == []

    with open_corpus(path, FRAMEWORK) as corpus:
        said = decided(corpus)
        assert said.count(("population", "midwife", "added")) == 10
        assert said.count(("population", "", "coded")) == 10
        assert sum(value == "confirmed" for _, _, value in said) >= 10
        assert sum(value == "rejected" for _, _, value in said) == 10
        assert {d.ruling.who for d in list_decisions(corpus)} == {"Ada yn"}
        coded = corpus.snapshot().frame["coded_by"].astype(str)
        assert int((coded == "person-abstract").sum()) == 10
