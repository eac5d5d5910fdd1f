"""Draw the founding collection's gap map again: docs/map.html, and the README's picture of it. `make docs` runs this.

The picture needs Chromium; without it only the page is written.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.__main__ import main as analysis
from corpus.__main__ import main as corpus

FOLDER = Path(__file__).parent
ROWS, COLUMNS = "population", "behaviour"
WIDTH = 1280


def main() -> int:
    page = FOLDER / "map.html"
    with TemporaryDirectory() as scratch:
        path = str(Path(scratch) / "founding.sqlite")
        for command, words in ((corpus, ["init"]), (analysis, ["map", ROWS, COLUMNS, "--html", str(page)])):
            if code := command([*words, "--corpus", path]):
                return code
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("There is no Chromium here: docs/gap-map.png is left as it was.\n")
        return 0
    take_picture(page, FOLDER / "gap-map.png", chromium)
    return 0


def take_picture(page: Path, picture: Path, chromium: str) -> None:
    """The page from its title to the foot of the map."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        view = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        view.goto(page.resolve().as_uri())
        box = view.locator("table").first.bounding_box()
        assert box is not None, "the page shows no table"
        clip = {"x": 0, "y": 0, "width": box["x"] + box["width"] + 24, "height": box["y"] + box["height"] + 6}
        view.screenshot(path=picture, full_page=True, clip=clip)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
