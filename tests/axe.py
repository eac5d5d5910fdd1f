"""axe-core on a page of the app: what it finds against people who see, hear or move differently, ours alone."""

from importlib.resources import files

from playwright.sync_api import Page

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

# What Streamlit draws and we cannot change: (rule, selector of the part) and why it is let through.
KNOWN = {
    ("presentation-role-conflict", '[data-testid="stFileUploaderDropzone"]'): "the area to drop files on has a name "
    "though its role is none; the button inside it is what one uses",
    ("empty-table-header", '[data-testid="stDataFrame"] th'): "the column of row marks in a table of Streamlit has no "
    "heading",
    (
        "list",
        '[data-testid="stSidebarNavItems"]',
    ): "on a narrow window the pages of a group stand in a div of their own inside the list",
    ("listitem", '[data-testid="stSidebarNavItems"]'): "as above",
}

_RUN = """async ([only, known]) => {
  const options = { resultTypes: ["violations"], elementRef: true };
  if (only.length) options.runOnly = only;
  const { violations } = await axe.run(document, options);
  const found = [];
  for (const { id, impact, nodes } of violations)
    for (const { element, html, failureSummary } of nodes)
      if (!known.some(([rule, part]) => rule === id && element.closest(part)))
        found.push(`${id} (${impact}): ${html.slice(0, 200)} ${failureSummary}`);
  return found;
}"""


def find_violations(page: Page, *only: str) -> list[str]:
    """Every violation of any impact, by all of axe's rules or these alone, without what is KNOWN."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(SCRIPT)
    found: list[str] = page.evaluate(_RUN, [list(only), [list(key) for key in KNOWN]])
    return found
