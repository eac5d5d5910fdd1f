"""A dozen doubtful pairs worked through in a real browser with the keyboard alone."""

from pathlib import Path

import pytest
from browser import guard, open_browser, run_app, settle
from playwright.sync_api import Page, expect

from ingest.pipeline import ingest
from ingest.rules import open_corpus

pytestmark = pytest.mark.browser
FRAMEWORK = Path(__file__).parent.parent / "corpus" / "framework"

TITLES = (
    "Night shifts and the pay of hospital porters",
    "Who leaves midwifery and why: a cohort study",
    "Promotion of surgeons after parental leave",
    "Workload among rural physicians over ten years",
    "Pay gaps among pharmacists in public hospitals",
    "Barriers to reporting for students on the wards",
    "Mentoring and promotion in academic medicine",
    "Violence against ambulance crews on night duty",
    "Part-time work and the pensions of doctors",
    "Slights in operating rooms: an observation",
    "Return to work after an assault by a patient",
    "What cleaners earn on the wards at weekends",
)
BIB = """@article{{a{n}, title={{{title}}}, author={{Osei, Ama}}, year={{2019}}, journal={{Journal of Toil}},
  doi={{10.5555/a{n}}}}}
@article{{b{n}, title={{{title}}}, author={{Osei, Ama}}, year={{2019}}, journal={{medRxiv}}, doi={{10.1101/b{n}}}}}
"""


def make(path: Path) -> Path:
    file = path.with_suffix(".bib")
    file.write_text("\n".join(BIB.format(n=n, title=title) for n, title in enumerate(TITLES)), encoding="utf-8")
    with open_corpus(path, FRAMEWORK, create=True) as corpus:
        ingest([file], corpus)
        assert len(corpus.held()) == 12
        corpus.settle()
    return path


def press(page: Page, key: str, heading: str) -> None:
    title = page.get_by_role("heading", level=2)
    settle(page)
    page.keyboard.press(key)
    try:
        expect(title).to_have_text(heading, timeout=15_000)
    except AssertionError:  # the buttons were being drawn anew when the key came: nothing was decided, press it again
        settle(page)
        page.keyboard.press(key)
        expect(title).to_have_text(heading, timeout=30_000)
    settle(page)


def test_a_dozen_pairs_by_keyboard_alone(tmp_path: Path) -> None:
    path = make(tmp_path / "toil.sqlite")
    with run_app(path, tmp_path / "app.log") as address, open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        refused = guard(context, address)
        page = context.new_page()
        page.goto(f"{address}/review")
        expect(page.get_by_role("heading", level=2)).to_have_text("12 questions wait", timeout=60_000)
        settle(page)
        page.get_by_label("Your name").focus()
        page.keyboard.type("Ada dslu")  # letters typed into a field decide nothing
        page.keyboard.press("Enter")
        settle(page)
        expect(page.get_by_role("heading", level=2)).to_have_text("12 questions wait")
        page.keyboard.press("Tab")

        press(page, "s", "11 questions wait")
        press(page, "d", "10 questions wait")
        press(page, "u", "11 questions wait")
        press(page, "u", "12 questions wait")
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)
        page.keyboard.press("l")
        expect(page.get_by_text("1 put off")).to_be_visible(timeout=30_000)
        settle(page)
        for left, key in zip(range(11, 0, -1), "sdsdsdsdsds", strict=True):
            press(page, key, f"{left} question{'s wait' if left > 1 else ' waits'}")
        expect(page.get_by_text("Nothing is left but what you put off.")).to_be_visible(timeout=30_000)
        page.keyboard.press("a")
        expect(page.get_by_role("button", name="Two works")).to_be_visible(timeout=30_000)
        settle(page)
        page.keyboard.press("d")
        expect(page.get_by_text("No two records are in doubt.")).to_be_visible(timeout=30_000)
        assert refused == []

    with open_corpus(path, FRAMEWORK) as corpus:
        assert corpus.held() == []
        assert len(corpus.records()) == 24 - 6
        assert {ruling.who for ruling in corpus.rulings()} == {"Ada dslu"}
