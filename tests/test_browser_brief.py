"""An advocate's way in a real browser: from two words on Start to a brief whose receipt verifies."""

from pathlib import Path

import pytest
from browser import guard, open_browser, run_app, settle
from corpora import FRAMEWORK, add, open_copy
from playwright.sync_api import expect

from analysis.brief import find_receipt
from analysis.questions import build_sources
from analysis.verification import verify
from ingest.rules import open_corpus
from ingest.tagging import build_tagger

pytestmark = pytest.mark.browser


# Many records on women, two on disabled staff: barely present, and too few to compare.
BIB = "\n".join(
    f"@article{{a{n}, title={{{title}}}, author={{Osei, Ama}}, year={{{2000 + n % 25}}}, doi={{10.5555/a{n}}}}}"
    for n, title in enumerate(
        [
            "Discrimination at work: what disabled nurses report",
            "Bullying of disabled doctors in hospitals",
            *(f"Sexual harassment of women nurses on ward {n}" for n in range(90)),
            *(f"Pay gap between women and men among surgeons in region {n}" for n in range(90)),
        ]
    )
)


def test_an_advocate_leaves_with_a_brief_that_stands_up(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with open_corpus(path, FRAMEWORK, create=True) as corpus:
        add(corpus, BIB)
        corpus.settle()
    with run_app(path, tmp_path / "app.log") as address, open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        refused = guard(context, address)
        page = context.new_page()
        page.goto(f"{address}/?ask=disabled+staff")
        settle(page)
        answer = page.locator(".st-key-start\\.answer, .st-key-start-answer")
        expect(answer.get_by_role("heading", level=3)).to_contain_text("concern disability", timeout=60_000)
        expect(answer.get_by_text("Too few to compare: with")).to_be_visible()
        expect(answer.get_by_text("Near misses:")).to_be_visible()
        answer.get_by_text("The search to run elsewhere").click()
        expect(answer.get_by_text("TITLE-ABS-KEY(disabled")).to_be_visible()
        answer.get_by_role("link", name="Make a brief").click()

        expect(page.get_by_role("heading", name="Brief", exact=True)).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Unchecked: Of")).to_be_visible(timeout=60_000)
        settle(page)
        assert "cell=identity%3Ddisability" in page.url
        with page.expect_download() as got:
            page.get_by_role("button", name="Page to print (HTML)").click()
        file = tmp_path / "brief.html"
        got.value.save_as(file)

        page.locator(".st-key-brief-receipt input[type=file]").set_input_files(file)
        expect(page.get_by_text("Reproduced: all")).to_be_visible(timeout=60_000)
        assert refused == []

        said: list[str] = []
        asked: list[str] = []
        paper = browser.new_page()
        paper.on("console", lambda message: said.append(message.text))
        paper.on("pageerror", lambda error: said.append(str(error)))
        paper.on("request", lambda request: asked.append(request.url))
        paper.goto(file.as_uri())
        expect(paper.get_by_role("heading", level=1)).to_contain_text("Evidence brief: Disability")
        expect(paper.get_by_text("Unchecked: Of")).to_be_visible()
        assert (said, asked) == ([], [file.as_uri()])
        assert paper.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") <= 2

    carried = find_receipt(file.name, file.read_bytes())
    with open_copy(path) as corpus:
        sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
        assert verify(carried.receipt, corpus, sources, carried.words).is_reproduced
