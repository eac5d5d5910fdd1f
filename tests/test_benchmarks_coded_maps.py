"""Maps of other fields as a yardstick: their codes read into ours, and counted with a pencil."""

import gzip
from pathlib import Path

import pytest

from benchmarks import tagging
from benchmarks.coded_maps import find_sets, measure, to_tag
from corpus.framework import Framework
from ingest.tagging import build_tagger

ROWS = """title,abstract,code_country,code_design
Bullying of nurses in Canada,,Canada,Qualitative
Bullying of nurses: a systematic review,,NA,Meta-analysis
Bullying of nurses in Kenya,,USA,Not reported
A survey,,England|Multiple,Drawing of lots
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with gzip.open(tmp_path / "made_up.csv.gz", "wt", encoding="utf-8") as file:
        file.write(ROWS)
    return tmp_path


def test_codes_are_read_into_ours_or_left_out(framework: Framework) -> None:
    assert to_tag(framework, "country", "USA") == "US"
    assert to_tag(framework, "country", "Sri Lanka") == "LK"
    assert to_tag(framework, "country", "Latin America") is None
    assert to_tag(framework, "design", "Meta-analysis") == "systematic-review"
    assert to_tag(framework, "design", "Drawing of lots") is None


def test_shares_by_hand(folder: Path, framework: Framework) -> None:
    (rows,) = find_sets(folder).values()
    found = measure(framework, build_tagger(framework), rows)
    assert (found["records"], found["abstract_share"]) == (4, 0.0)
    country = found["facets"]["country"]  # Canada right, Kenya for the USA wrong; one record left out
    assert (country["records"], country["precision"], country["recall"], country["left_out"]) == (2, 0.5, 0.5, 1)
    design = found["facets"]["design"]  # a review found, a qualitative study not named
    assert (design["records"], design["precision"], design["recall"], design["left_out"]) == (2, 1.0, 0.5, 1)
    assert design["no_tag_share"] == 0.5


def test_a_folder_of_maps_is_measured_as_such(folder: Path) -> None:
    assert list(tagging.run(folder)) == ["made_up"]
