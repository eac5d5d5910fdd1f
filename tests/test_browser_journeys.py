"""Three people's ways through Lacuna in a real browser, by the keyboard alone: an advocate from two words to a brief
whose receipt verifies, a reviewer from a cell to a file of references, a curator from a messy file to its undoing."""

from pathlib import Path

import pytest
from axe import find_violations
from browser import guard, open_browser, run_app, settle
from corpora import FRAMEWORK, add, open_copy
from playwright.sync_api import BrowserContext, Locator, Page, expect

from analysis.brief import find_receipt
from analysis.questions import build_sources
from analysis.verification import verify
from corpus.history import list_decisions
from ingest.rules import open_corpus
from ingest.tagging import build_tagger

pytestmark = pytest.mark.browser
SLOW = 60_000  # milliseconds a busy machine may take to answer
FAR = 150  # parts a person tabs past at most

_FOCUSED = "part => part === part.getRootNode().activeElement"


def tab_to(page: Page, part: Locator, key: str = "Tab") -> None:
    """Press Tab until this part has the focus."""
    expect(part).to_be_visible(timeout=SLOW)
    settle(page)
    for _ in range(FAR):
        if part.evaluate(_FOCUSED):
            return
        page.keyboard.press(key)
    pytest.fail(f"{FAR} times {key} do not reach {part}")


def focused(page: Page) -> str:
    """What a screen reader would say of the part that has the focus."""
    found: str = page.evaluate(
        """() => {
          let part = document.activeElement;
          while (part?.shadowRoot?.activeElement) part = part.shadowRoot.activeElement;
          return part?.getAttribute("aria-label") ?? part?.innerText ?? "";
        }"""
    )
    return found


def press(page: Page, part: Locator, key: str = "Enter") -> None:
    tab_to(page, part)
    page.keyboard.press(key)


def write(page: Page, part: Locator, text: str) -> None:
    press(page, part, "ControlOrMeta+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    settle(page)


def choose(page: Page, box: Locator, name: str) -> None:
    """Type a name into a box of choices, go down to it, and take it."""
    tab_to(page, box)
    page.keyboard.type(name)
    option = page.get_by_role("option", name=name, exact=True)
    expect(option).to_be_visible()
    for _ in range(FAR):
        if box.get_attribute("aria-activedescendant") == option.get_attribute("id"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    settle(page)


def give_file(page: Page, button: Locator, file: Path) -> None:
    """Open the system's own dialogue by Enter, and choose this file in it."""
    with page.expect_file_chooser() as asked:
        press(page, button)
    asked.value.set_files(file)


def take_file(page: Page, button: Locator, to: Path) -> Path:
    with page.expect_download(timeout=SLOW) as got:
        press(page, button)
    got.value.save_as(to)
    return to


def open_page(context: BrowserContext, address: str) -> Page:
    """A new tab at this address, once its first script has run."""
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    settle(page)
    return page


# Many records on women, two on disabled staff: barely present, and too few to compare.
FEW = "\n".join(
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
        add(corpus, FEW)
        corpus.settle()
    with run_app(path, tmp_path / "app.log") as address, open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        refused = guard(context, address)
        page = open_page(context, address)
        write(page, page.get_by_label("Type a group, or what happened"), "disabled staff")
        answer = page.locator(".st-key-start\\.answer, .st-key-start-answer")
        expect(answer.get_by_role("heading", level=3)).to_contain_text("2 concern disability", timeout=SLOW)
        expect(answer.get_by_text("Too few to compare: with 2 records")).to_be_visible(timeout=SLOW)
        press(page, answer.locator("summary", has_text="Near misses in the texts, and the search to run elsewhere"))
        expect(answer.get_by_text("Near misses:")).to_be_visible(timeout=SLOW)
        expect(answer.get_by_text("TITLE-ABS-KEY(disabled")).to_be_visible(timeout=SLOW)
        press(page, answer.get_by_role("link", name="Make a brief"))

        expect(page.get_by_role("heading", name="Brief", exact=True)).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("Unchecked: Of")).to_be_visible(timeout=SLOW)
        assert "cell=identity%3Ddisability" in page.url
        file = take_file(page, page.get_by_role("button", name="Page to print (HTML)"), tmp_path / "brief.html")
        give_file(page, page.get_by_role("button", name="Upload", exact=True), file)
        expect(page.get_by_text("Reproduced: all")).to_be_visible(timeout=SLOW)
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
        assert find_violations(paper) == []
        assert paper.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") <= 2

    carried = find_receipt(file.name, file.read_bytes())
    with open_copy(path) as corpus:
        sources = build_sources(corpus, build_tagger(corpus.framework).find_wide)
        assert verify(carried.receipt, corpus, sources, carried.words).is_reproduced


# Nurses: three records on pay since 2015 and one before; doctors and others so that there is a map to speak of.
MIXED = "\n".join(
    f"@article{{b{n}, title={{{title}}}, author={{Lund, Kari}}, year={{{year}}}, doi={{10.5555/b{n}}}}}"
    for n, (title, year) in enumerate(
        [
            ("Pay gap among nurses in one region", 2016),
            ("Nurses and the gender pay gap", 2018),
            ("What nurses say of the gender pay gap", 2021),
            ("The gender pay gap of nurses a generation ago", 1999),
            *((f"Sexual harassment of nurses on ward {n}", 2010 + n) for n in range(12)),
            *((f"Gender pay gap among surgeons in region {n}", 2010 + n) for n in range(12)),
            *((f"Bullying of medical students in year {n}", 2010 + n) for n in range(12)),
        ]
    )
)


def test_a_reviewer_rejects_a_code_and_takes_the_rest_away(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    with open_corpus(path, FRAMEWORK, create=True) as corpus:
        add(corpus, MIXED)
        corpus.settle()
    with run_app(path, tmp_path / "app.log") as address, open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        refused = guard(context, address)
        page = open_page(context, f"{address}/gap-map")
        press(page, page.locator("summary", has_text="Filters"))
        role = page.get_by_test_id("stExpander").get_by_role("combobox", name="Workforce role")
        choose(page, role, "Nurses")
        write(page, page.get_by_label("From year"), "2015")
        expect(page.get_by_role("button", name="Since 2015")).to_be_visible(timeout=SLOW)
        assert "f-population=nurse" in page.url and "from=2015" in page.url

        cell = page.get_by_role("button", name="Nurses and midwives, pay and career inequity: 3 records")
        tab_to(page, page.locator('.cell[tabindex="0"]'))
        for _ in range(FAR):
            if cell.evaluate(_FOCUSED):
                break
            page.keyboard.press("ArrowRight" if focused(page).startswith("Nurses and midwives, ") else "ArrowDown")
        page.keyboard.press("Enter")
        heading = page.get_by_role("heading", name="Nurses and midwives × pay and career inequity")
        expect(heading).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("3 records of the")).to_be_visible(timeout=SLOW)
        opened = page.url

        press(page, page.get_by_role("link", name="What nurses say of the gender pay gap"))
        expect(page.get_by_role("heading", name="Codes")).to_be_visible(timeout=SLOW)
        press(page, page.get_by_label("Change the codes"), "Space")
        buttons = page.locator('[class*="st-key-record-buttons-behaviour"]').first
        press(page, buttons.get_by_role("button", name="Reject"))
        expect(page.get_by_role("heading", name="Rejected")).to_be_visible(timeout=SLOW)
        settle(page)
        page.goto(opened)  # as by a bookmark
        expect(heading).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("2 records of the")).to_be_visible(timeout=SLOW)

        press(page, page.get_by_role("link", name="Search in these records, or take them away"))
        expect(page.get_by_role("heading", name="2 of 40 records")).to_be_visible(timeout=SLOW)
        press(page, page.get_by_role("button", name="Take these 2 of 40 records away"))
        tab_to(page, page.get_by_role("radio").first)
        while not page.get_by_role("radio", name="RIS").is_checked():
            page.keyboard.press("ArrowDown")
        file = take_file(page, page.get_by_role("button", name="Download these 2 of 40 records"), tmp_path / "some.ris")
        assert refused == []
    text = file.read_text(encoding="utf-8")
    assert text.count("TY  - ") == 2
    assert "What nurses say" not in text
    with open_copy(path) as corpus:
        assert [d.ruling.value for d in list_decisions(corpus, ("tag",))] == ["rejected"]


HERE = """@article{here, title={Night shifts and the pay of hospital porters}, author={Osei, Ama}, year={2019},
  journal={Journal of Toil}, doi={10.5555/here}}
@article{ward, title={Bullying of nurses on night wards}, author={Lund, Kari}, year={2020}}
"""
# Two new, one known, one that may be a preprint of what is here, one broken, and bytes that are no UTF-8.
MESSY = b"""@article{new1, title={Sexual harassment of nurses on night shifts: a survey}, author={Osei, A}, year={2023}}
@article{new2, title={Pay of hospital cleaners in M\xfcnster}, author={Lund, Kari}, year={2024}}
@article{ward, title={Bullying of nurses on night wards}, author={Lund, Kari}, year={2020}}
@article{pre, title={Night shifts and the pay of hospital porters}, author={Osei, Ama}, year={2019}, journal={medRxiv},
  doi={10.1101/pre}}
@article{broken, title={No end
"""


def test_a_curator_accepts_a_messy_file_rules_on_a_pair_and_undoes_it_all(tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    file = tmp_path / "messy.bib"
    file.write_bytes(MESSY)
    with open_corpus(path, FRAMEWORK, create=True) as corpus:
        add(corpus, HERE, "here.bib")
        corpus.settle()
    with run_app(path, tmp_path / "app.log") as address, open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        refused = guard(context, address)
        page = open_page(context, f"{address}/add-files")
        give_file(page, page.get_by_role("button", name="Upload", exact=True), file)
        read = page.get_by_role("button", name="Read the files")
        expect(read).to_be_enabled(timeout=SLOW)
        press(page, read)
        expect(page.get_by_text("Found 5 = 2 new + 1 merged + 1 held + 1 rejected")).to_be_visible(timeout=SLOW)
        expect(page.get_by_text("Nothing is saved to the collection yet.")).to_be_visible()
        expect(page.get_by_role("heading", name="What would change")).to_be_visible()
        expect(page.get_by_role("heading", name="1 could not be read")).to_be_visible()
        press(page, page.get_by_role("button", name="Accept", exact=True))
        expect(page.get_by_text("Accepted: 3 records joined the collection, now 5.")).to_be_visible(timeout=SLOW)

        press(page, page.get_by_role("link", name="Decide on 1 held"))
        expect(page.get_by_role("heading", name="1 question waits")).to_be_visible(timeout=SLOW)
        write(page, page.get_by_label("Your name"), "Ada")
        press(page, page.get_by_role("button", name="Same work"))
        expect(page.get_by_text("No two records are in doubt.")).to_be_visible(timeout=SLOW)

        press(page, page.get_by_role("button", name="More"))
        tab_to(page, page.get_by_role("menuitem", name="History"), "ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Import 2: part of the corpus")).to_be_visible(timeout=SLOW)
        press(page, page.get_by_role("button", name="Take out again").first)
        expect(page.get_by_role("heading", name="Import 2: taken out again")).to_be_visible(timeout=SLOW)
        expect(page.get_by_role("heading", name="Import 1: part of the corpus")).to_be_visible()
        expect(page.get_by_text("1 decision, 0 of them taken back.")).to_be_visible()
        expect(page.get_by_text("Ada, ")).to_be_visible()
        assert refused == []

    with open_copy(path) as corpus:
        assert [done.state for done in corpus.imports()] == ["accepted", "undone"]
        assert sorted(r.title for r in corpus.records() if r.title) == [
            "Bullying of nurses on night wards",
            "Night shifts and the pay of hospital porters",
        ]
        assert [d.ruling.kind for d in list_decisions(corpus)] == ["same"]
