"""The gap map's file in a real browser, from disk: what one sees, hears and reaches by keyboard; no request leaves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import open_browser
from playwright.sync_api import Browser, Page, expect

from analysis.coverage import cross
from analysis.gaps import find_gaps
from corpus.framework import Facet, Framework, Group, NotApplicable, Tag
from corpus.records import Author, Record
from corpus.snapshot import build_snapshot
from views import map_component, map_take

pytestmark = pytest.mark.browser

FIELD = Framework(
    "Test field",
    1,
    (
        Facet(
            "who",
            "Role",
            "Who?",
            (
                Tag("nurse", "Nurses"),
                Tag("doctor", "Doctors"),
                Tag("surgeon", "Surgeons", broader="doctor"),
                Tag("porter", "Porters"),
                Tag("mixed", "Staff (mixed)", residual=True),
            ),
        ),
        Facet(
            "what", "Harm", "What?", (Tag("pay", "Pay inequity"), Tag("insult", "Insults"), Tag("training", "Training"))
        ),
        Facet(
            "design",
            "Design",
            "How?",
            (Tag("survey", "Survey"), Tag("opinion", "Opinion")),
            groups=(Group("observed", "Observational", ("survey",)), Group("rest", "Other", ("opinion",))),
        ),
    ),
    not_applicable=(NotApplicable(("who", "porter"), ("what", "pay"), "Porters are paid by another firm."),),
    options={"roles": {"design": "design"}, "content-note": "Harm is named here."},
)


def _write(path: Path) -> Path:
    """20 nurses with insults and 2 with pay, 25 doctors (5 of them surgeons) with pay, 3 porters, one mixed."""
    groups = [("nurse", "insult", 20), ("nurse", "pay", 2), ("doctor", "pay", 20), ("surgeon", "pay", 5),
              ("porter", "training", 3), ("mixed", "insult", 1)]  # fmt: skip
    rows, records = [], []
    for who, what, n in groups:
        for k in range(n):
            name = f"{who}-{what}-{k:02}"
            rows.append({"id": name, "year": 2001 + k, "tags": {"who": [who], "what": [what], "design": ["survey"]}})
            records.append(
                Record(id=name, entries=(name,), title=f"{who.title()} and {what} <b>{k}</b>", year=2001 + k,
                       authors=(Author("Osei", "A"),), venue="J Work", doi=f"10.1/{name}")
            )  # fmt: skip
    snapshot = build_snapshot(FIELD, rows, version=3, statement="three searches")
    coverage = cross(snapshot, "who", "what", level="tag")
    text = map_component.html(
        coverage,
        find_gaps(coverage, "relative"),
        absolute=find_gaps(coverage, "absolute"),
        records=records,
    )
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("map") / "map.html")


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """The file opened from disk. Afterwards: nothing was asked of any host and nothing was complained about."""
    asked: list[str] = []
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(5000)
    opened = context.new_page()
    opened.route("http://**", lambda route: (asked.append(route.request.url), route.abort()))
    opened.route("https://**", lambda route: (asked.append(route.request.url), route.abort()))
    opened.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(file.as_uri())
    expect(opened.get_by_role("table")).to_be_visible()
    yield opened
    context.close()
    assert asked == []
    assert complaints == []


def _focused(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")


def test_cells_are_called_by_what_they_show(page):
    names = page.locator(".cell").evaluate_all("cells => cells.map(cell => cell.getAttribute('aria-label'))")
    assert names[:6] == [
        "Nurses, pay inequity: 2 records, about 12 expected, strong gap",
        "Nurses, insults: 20 records, about 9 expected",
        "Nurses, training: 0 records, too few to compare, about 1.3 expected",
        "Doctors, pay inequity: 25 records, about 14 expected",
        "Doctors, insults: 0 of 10 expected records, strong gap",
        "Doctors, training: 0 records, too few to compare, about 1.5 expected",
    ]
    assert "Porters, pay inequity: not applicable" in names
    assert "Staff (mixed), insults: 1 record" in names


def test_what_a_cell_shows_is_part_of_what_it_is_called(page):
    pairs = page.locator(".cell").evaluate_all(
        "cells => cells.map(c => [c.innerText.trim(), c.getAttribute('aria-label')])"
    )
    assert [pair for pair in pairs if pair[0] not in pair[1]] == []
    assert page.locator(".cell.empty .n").all_inner_texts() == ["0 of 10"]


def test_the_table_tells_its_headings_apart(page):
    page.get_by_role("button", name="Narrower tags of Doctors").click()
    scopes = page.locator("tbody th").evaluate_all("heads => heads.map(head => [head.innerText.trim(), head.scope])")
    assert scopes == [
        ["Nurses", "row"],
        ["Doctors", "rowgroup"],
        ["Surgeons", "row"],
        ["Porters", "row"],
        ["Staff (mixed)", "row"],
    ]
    assert page.locator("caption").inner_text().startswith("Role by harm")


def test_one_tab_stop_and_arrows_from_there(page):
    assert page.locator('.map [data-key][tabindex="0"]').count() == 1
    page.locator(".cell").first.focus()
    steps = [("ArrowRight", "Nurses, insults"), ("ArrowDown", "Doctors, insults"), ("End", "Doctors, training"),
             ("Home", "Doctors: 25 records"), ("ArrowUp", "Nurses: 22 records"), ("ArrowRight", "Nurses, pay inequity"),
             ("ArrowUp", "Pay inequity: 27 records"), ("ArrowLeft", "Pay inequity"),
             ("Control+End", "Staff (mixed), training"), ("Control+Home", "Nurses, pay inequity")]  # fmt: skip
    for key, name in steps:
        page.keyboard.press(key)
        assert _focused(page).startswith(name), key
        assert page.locator('.map [data-key][tabindex="0"]').count() == 1


def test_a_focused_cell_is_read_out_with_its_interval(page):
    page.locator(".cell").first.focus()
    read = page.locator(".readout").inner_text()
    assert "Unchecked: 2 records; about 12 would be expected if nurses and pay inequity were studied together" in read
    assert "That is 0.23 times (0.05 to 0.56). Grade: strong gap." in read
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert (
        "No record in this corpus (51 records; three searches) is tagged both doctors and insults."
        in page.locator(".readout").inner_text()
    )


def test_enter_opens_the_references_and_escape_gives_the_cell_back(page):
    page.locator(".cell").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Nurses × pay inequity: 2 records")
    assert _focused(page) == "Nurses × pay inequity: 2 records"
    expect(dialog.get_by_text("Harm is named here.")).to_be_visible()
    links = dialog.get_by_role("link")
    assert links.all_inner_texts() == ["Nurse and pay <b>1</b>", "Nurse and pay <b>0</b>"]
    assert links.first.get_attribute("href") == "https://doi.org/10.1/nurse-pay-01"
    assert page.url.endswith("#nurse/pay")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert _focused(page).startswith("Nurses, pay inequity")


def test_an_address_opens_its_cell(page, file):
    page.goto(f"{file.as_uri()}#doctor/pay")
    page.reload()
    expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Doctors × pay inequity: 25 records")


def test_a_heading_opens_what_its_total_counts(page):
    page.get_by_role("button", name="Insults: 20 records", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Insults: 20 records")
    assert page.get_by_role("dialog").locator("li").count() == 20


def test_a_filter_recounts_and_judges_nothing(page):
    page.get_by_label("From year").fill("2020")
    expect(page.get_by_role("status")).to_contain_text("2 of 51 records pass.")
    names = page.locator(".cell").evaluate_all("cells => cells.map(cell => cell.getAttribute('aria-label'))")
    assert "Nurses, insults: 1 record of 20" in names
    assert "Doctors, pay inequity: 1 record of 25" in names
    assert not any("expected" in name or "gap" in name for name in names)
    assert "Filters in force: since 2020." in page.locator("caption").inner_text()
    page.get_by_role("button", name="Clear filter").click()
    expect(page.locator(".cell").first).to_have_attribute(
        "aria-label", "Nurses, pay inequity: 2 records, about 12 expected, strong gap"
    )


def test_the_key_finds_cells(page):
    found = page.get_by_role("group", name="Find on the map").get_by_role("button")
    assert found.all_inner_texts() == ["Empty, 3 or more expected\n1", "Strong gap\n2", "Well represented\n0"][:2]
    found.nth(1).click()
    assert page.locator(".cell.found").count() == 2
    assert page.locator(".lacuna").get_attribute("class") == "lacuna finding"


def test_the_list_holds_the_same_cells_and_sorts(page):
    page.get_by_role("button", name="Table", exact=True).click()
    rows = page.locator(".twin tbody tr")
    assert rows.count() == 11  # 12 cells of visible lines, less one that is not applicable
    page.get_by_role("button", name="Records", exact=True).click()
    assert page.locator(".twin tbody tr").first.inner_text().split("\t")[:4] == [
        "Doctors",
        "Pay inequity",
        "25",
        "13.5",
    ]
    assert page.locator('.twin th[aria-sort="descending"]').inner_text() == "Records"
    page.locator(".twin .open").first.click()
    expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Doctors × pay inequity: 25 records")


def test_redrawing_keeps_the_focus(page):
    toggle = page.get_by_role("button", name="Narrower tags of Doctors")
    toggle.focus()
    page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    assert _focused(page) == "Narrower tags of Doctors"
    assert page.get_by_role("button", name="Surgeons: 5 records").is_visible()


def test_designs_split_squares_with_letters(page):
    page.get_by_role("button", name="Study design", exact=True).click()
    largest = page.get_by_role("button", name="Doctors, pay inequity")
    assert largest.get_attribute("aria-label").endswith("(25 observational)")
    assert largest.locator(".stripe").get_attribute("data-letter") == "O"


def test_the_csv_is_in_the_file(page):
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the table (CSV)").click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("# Role by harm")
    assert "Nurses,nurse,Pay inequity,pay,2,11.88" in text


@pytest.mark.parametrize("width", [390, 1280])
def test_only_the_map_scrolls_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".region").evaluate("region => region.scrollTo(80, 0)")
    head = page.locator("tbody th").first.bounding_box()
    region = page.locator(".region").bounding_box()
    assert abs(head["x"] - region["x"]) <= 2
    assert head["width"] < width * 0.36


def test_the_snippet_shows_the_file_in_a_shut_frame_of_another_page(page, file):
    snippet = map_take.embed_snippet(file.name, "Role by harm").replace("https://your-site.example/", "")
    host = file.with_name("host.html")
    host.write_text(f'<!doctype html><html lang="en"><title>Ours</title><h1>Ours</h1>{snippet}</html>', "utf-8")
    page.goto(host.as_uri())
    frame = page.frame_locator("iframe[title='Gap map: Role by harm']")
    frame.locator(".cell").first.click()
    expect(frame.get_by_role("dialog").get_by_role("heading")).to_have_text("Nurses × pay inequity: 2 records")
    with page.expect_download() as started:
        page.keyboard.press("Escape")
        frame.get_by_role("link", name="Download the table (CSV)").click()
    assert started.value.suggested_filename == "gap-map.csv"
