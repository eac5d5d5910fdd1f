"""Every page on every kind of corpus: it has a title, says nothing raw, and its headings are in order."""

import re
from itertools import pairwise

import pytest
from corpora import KINDS, run_page
from streamlit.testing.v1 import AppTest

from views.pages import PAGES

RAW = re.compile(r"Traceback|\bnan\b|\bNone\b|(?<!\\)<b>")
LEVELS = {"title": 1, "header": 2, "subheader": 3}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", [page.key for page in PAGES])
def test_every_page_opens_on_every_corpus(key, kind, corpora_made):
    at = AppTest.from_function(run_page, args=(key, str(corpora_made[kind])), default_timeout=60).run()
    assert not at.exception, at.exception[0].message
    assert not at.error, [error.value for error in at.error]
    assert len(at.title) == 1 and at.title[0].value
    for element in (*at.markdown, *at.text, *at.info):
        assert not RAW.search(element.value), element.value
    levels = [LEVELS[element.type] for element in at.main if element.type in LEVELS]
    assert levels[0] == 1
    steps = [after - before for before, after in pairwise(levels)]
    assert max(steps, default=0) <= 1, levels


def test_keys_are_unique_and_each_page_has_its_place():
    assert len({page.key for page in PAGES}) == len(PAGES)
    assert {page.group for page in PAGES} == {"", "More", "hidden", "shared"}
