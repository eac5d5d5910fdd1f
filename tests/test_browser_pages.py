"""Every page in a real browser, at its own address: axe finds nothing of ours in light or dark, nothing scrolls
sideways, nothing failed, and no request goes to another host."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe import find_violations
from browser import open_browser, run_app, settle
from corpora import add, copy_corpus, open_copy
from playwright.sync_api import Page, Request, WebSocket, expect

from views.pages import PAGES

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
BACKGROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 28)"}  # as in .streamlit/config.toml
SLOW = 60_000  # milliseconds a busy machine may take to answer

HELD = """@article{one, title={Night shifts and the pay of hospital porters}, author={Osei, Ama}, year={2019},
  journal={Journal of Toil}, doi={10.5555/one}}
@article{two, title={Night shifts and the pay of hospital porters}, author={Osei, Ama}, year={2019}, journal={medRxiv},
  doi={10.1101/two}}
"""
WAITING = (
    "@article{new, title={Bullying of nurses by surgeons: a survey}, year={2022}}\n@article{broken, title={No end\n"
)

# What a page is asked for; "" is the page as one first meets it.
QUERIES = {
    "start": ("", "ask=disabled+staff"),
    "gap-map": ("", "row=nurses-midwives&col=harassment-assault&from=2015"),
    "search": ("", "q=nurses+harassment", "q=qqzz"),
    "topics": ("", "topic=1"),
    "add-files": ("", "upload={upload}"),
    "record": ("", "id={record}"),
    "brief": ("", "cell=identity%3Ddisability"),
}
SHOWN = [(page.key, query) for page in PAGES for query in QUERIES.get(page.key, ("",))]


@dataclass(frozen=True)
class Shown:
    """The app in one tab of one browser, with what its addresses name and what was asked of any other host."""

    tab: Page
    address: str
    upload: int
    record: str
    away: list[str]

    def open(self, key: str, query: str) -> None:
        path = "" if key == PAGES[0].key else key
        asked = query.format(upload=self.upload, record=self.record)
        self.tab.goto(f"{self.address}/{path}" + (f"?{asked}" if asked else ""))
        expect(self.tab.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
        self.wait()

    def wait(self) -> None:
        """Until the script has ended and all it drew is there."""
        settle(self.tab)
        expect(self.tab.locator('[data-stale="true"], [data-testid="stSkeleton"]')).to_have_count(0, timeout=SLOW)


@pytest.fixture(scope="module")
def shown(corpora_made: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("pages")
    path = copy_corpus(corpora_made["founding"], folder)
    with open_copy(path) as corpus:
        add(corpus, HELD, "held.bib")
        upload = add(corpus, WAITING, "waiting.bib", accept=False)
        record = next(r.id for r in corpus.records() if r.doi == "10.5555/one")
        corpus.settle()
    with run_app(path, folder / "app.log") as address, open_browser() as browser:
        context = browser.new_context(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
        away: list[str] = []
        ours = (f"{address}/", address.replace("http", "ws", 1) + "/", "data:", "blob:")

        def note(asked: Request | WebSocket) -> None:
            if not asked.url.startswith(ours):
                away.append(asked.url)

        context.on("request", note)  # it only listens: holding requests up would turn the cache off
        tab = context.new_page()
        tab.on("websocket", note)
        yield Shown(tab, address, upload, record, away)


def find_sideways(page: Page) -> list[str]:
    """Parts that make the page itself scroll sideways."""
    found: list[str] = page.evaluate(
        """() => {
          const main = document.querySelector('[data-testid="stMain"]');
          if (main.scrollWidth <= main.clientWidth && document.documentElement.scrollWidth <= innerWidth) return [];
          const wide = [...main.querySelectorAll("*")]
            .filter((part) => part.getBoundingClientRect().right > main.clientWidth + 1);
          return wide.slice(0, 5).map((part) => `${part.tagName} ${part.className}`).concat("wider than the page");
        }"""
    )
    return found


@pytest.mark.parametrize(("key", "query"), SHOWN)
def test_every_page_stands_up_in_light_and_dark_wide_and_narrow(shown: Shown, key: str, query: str) -> None:
    tab = shown.tab
    found: list[str] = []
    shown.open(key, query)
    for scheme, size in (("light", WIDE), ("dark", NARROW)):
        tab.set_viewport_size(size)
        tab.emulate_media(color_scheme=scheme)
        expect(tab.get_by_test_id("stApp")).to_have_css("background-color", BACKGROUND[scheme], timeout=SLOW)
        shown.wait()
        found += [f"{scheme}: {said}" for said in find_violations(tab)]
        found += [f"sideways at {size['width']}: {part}" for part in find_sideways(tab)]
    tab.set_viewport_size(WIDE)
    tab.emulate_media(color_scheme="light")
    assert found == [], "\n".join(found)
    expect(tab.get_by_test_id("stException")).to_have_count(0)
    assert shown.away == []


@pytest.mark.parametrize("scheme", BACKGROUND)
def test_the_standalone_map_has_no_violation(shown: Shown, scheme: str) -> None:
    tab = shown.tab.context.new_page()
    tab.emulate_media(color_scheme=scheme)
    tab.goto((ROOT / "docs" / "map.html").as_uri())
    found = find_violations(tab)
    tab.close()
    assert found == []


def test_a_tick_keeps_the_search_and_the_place(shown: Shown) -> None:
    shown.open("search", "q=nurses")
    tab = shown.tab
    total = tab.get_by_role("heading", level=2).first.inner_text()
    tick = tab.locator(".record input").nth(1)
    tick.focus()
    tab.keyboard.press("Space")
    expect(tab.locator(".selection")).to_contain_text("1 selected", timeout=SLOW)
    shown.wait()
    expect(tick).to_be_checked()
    expect(tick).to_be_focused()  # though the list was drawn anew
    tab.locator(".selection").get_by_text("Select none").click()
    expect(tab.locator(".selection")).to_contain_text("Nothing selected", timeout=SLOW)
    assert tab.get_by_role("heading", level=2).first.inner_text() == total
