"""Coding quality: intervals that can be read back, the learner's figures before its switch, samples, two coders."""

import json
from pathlib import Path

import corpora
import pytest
from pages_toy import words
from stopping import stop_at
from streamlit.testing.v1 import AppTest

from ingest.tagging.learner import FacetValidation, Learner, Tally, Validation, keep_learner
from ingest.tagging.learner.model import Calibration, TagModel
from views import charts

CODED = (
    {"id": "a", "tags": {"population": ["nurse"]}, "title": "Bullying of nurses on wards"},
    {"id": "b", "tags": {"population": ["nurse"]}, "title": "Those who care at night"},
    {"id": "c", "tags": {"population": ["physician"]}, "title": "Bullying of physicians"},
)
OTHER = (
    {"id": "a", "tags": {"population": ["nurse"]}},
    {"id": "b", "tags": {}},
    {"id": "c", "tags": {"population": []}},
)


def open_page(path: Path) -> AppTest:
    return AppTest.from_function(corpora.run_page, args=("quality", str(path)), default_timeout=60).run()


def lines(rows: tuple[dict[str, object], ...]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


@pytest.fixture
def path(corpora_made: dict[str, Path], tmp_path: Path) -> Path:
    return corpora.copy_corpus(corpora_made["tiny"], tmp_path)


def keep(path: Path) -> None:
    """A learner that finds hospitals by the word "ward"."""
    with corpora.open_copy(path) as corpus:
        facets = {"setting": FacetValidation(Tally(30, 10, 30), Tally(45, 15, 15), 20, 15, 4, 3, 60)}
        model = TagModel(("setting", "hospital"), -2.0, {"survey": 9.0}, Calibration(1.0, 0.0, 0.0))
        validation = Validation(5, 60, 0.07, 0.13, 0.01, ((60, 0.5, 0.5),), facets)
        learner = Learner(
            corpus.framework, {"survey": 1.0}, (model,), ((("setting", "military"), 3),), validation, 160, 50
        )
        keep_learner(corpus, learner, "Ada")


def upload(at: AppTest, data: bytes, name: str) -> AppTest:
    at.file_uploader(key="quality.file").set_value([("s.jsonl", data, "application/json")])
    at.text_input(key="quality.name").set_value(name)
    button = next(b for b in at.button if b.label == "Load this sample")
    return button.click().run()


def test_without_any_codes_the_page_says_what_is_assumed_instead(path):
    said = words(open_page(path))
    assert "Nobody has coded anything here yet" in said and "7 in 10" in said
    assert "It has not learned anything yet" in said
    assert "No sample is loaded." in said


def test_a_loaded_sample_measures_the_rules_and_can_be_taken_away(path):
    at = upload(open_page(path), lines(CODED), "Ada")
    said = words(at)
    assert "Ada: 3 texts coded, 3 in scope; the file holds the words of 3." in said
    assert "Of 3 codes that people gave these texts, the rules also give 2 (67%)." in said
    assert "By this comparison 2 of 2 tags are unreliable: 2 with fewer than 20 coded examples." in said
    tags = at.dataframe[1].value
    nurses = tags[tags[""] == "Nurses"].iloc[0]
    assert (nurses["Found of coded"], nurses["Recall"]) == ("1 of 2", "0.50 (0.09 to 0.91)")
    at = at.button(key="quality.forget.Ada").click().run()
    assert "No sample is loaded." in words(at)


def test_two_coders_are_compared(path):
    at = upload(upload(open_page(path), lines(CODED), "Ada"), lines(OTHER), "Ben")
    table = at.table[-1].value
    row = table.iloc[0]
    assert (row["Both gave it"], row["First only"], row["Second only"]) == (1, 2, 0)
    assert not at.exception


def test_a_file_that_is_no_sample_says_so(path):
    at = upload(open_page(path), b"not json", "x")
    assert "it is not JSON" in at.error[0].value.replace("\\", "")
    assert "No sample is loaded." in words(at)


def test_the_switch_stands_below_the_measured_figures_and_changes_what_counts(path):
    keep(path)
    at = open_page(path)
    table = at.table[0].value
    assert table.iloc[0].tolist() == [
        "Practice setting", "no", "precision 0.75, recall 0.50", "precision 0.75, recall 0.75", "15 of 20", "3 of 4",
    ]  # fmt: skip
    at.multiselect(key="quality.counted").set_value(["setting"])
    at = next(b for b in at.button if b.label == "Save what counts").click().run()
    assert at.table[0].value.iloc[0]["Counts now"] == "yes"
    with corpora.open_copy(path) as corpus:
        assert corpus.counted_facets() == ("setting",)
        assert "tags suggested by the learner are counted for Practice setting" in corpus.statement


def test_learning_can_be_stopped_and_then_what_was_learned_before_stays(path, monkeypatch):
    keep(path)
    at = open_page(path)
    with corpora.open_copy(path) as corpus:
        before = corpus.kept("learner")["model"].number
    with monkeypatch.context() as while_clicked:
        said = stop_at(while_clicked, "learning tags")
        at.button(key="quality.learn").click().run()
        assert said[0][:2] == ("learning tags", 0) and said[0][2] > 0
    at.button(key="quality.learning.stop").click().run()
    assert "Learning was stopped. Nothing of it was kept." in words(at)
    with corpora.open_copy(path) as corpus:
        assert corpus.kept("learner")["model"].number == before


def test_asking_the_learner_can_be_stopped_and_then_nothing_counts(path, monkeypatch):
    keep(path)
    at = open_page(path)
    at.multiselect(key="quality.counted").set_value(["setting"])
    with monkeypatch.context() as while_clicked:
        said = stop_at(while_clicked, "asking the learner")
        next(b for b in at.button if b.label == "Save what counts").click().run()
    with corpora.open_copy(path) as corpus:
        assert said == [("asking the learner", len(corpus.records()), len(corpus.records()))]
        assert corpus.counted_facets() == ()
    at.button(key="quality.asking.stop").click().run()
    assert "Asking the learner was stopped. Nothing of it was kept." in words(at)
    assert at.multiselect(key="quality.counted").value == ["setting"]
    next(b for b in at.button if b.label == "Save what counts").click().run()
    assert "was stopped" not in words(at)
    with corpora.open_copy(path) as corpus:
        assert corpus.counted_facets() == ("setting",)


def test_figures_hold_shares_and_intervals_side_by_side():
    series = {"Recall": [(0.5, 0.2, 0.8), None], "Precision": [(1.0, 0.6, 1.0), (0.25, 0.1, 0.5)]}
    figure = charts.shares_with_intervals(["Nurses", "<b>Midwives"], series)
    recall, precision = figure.data
    assert (list(recall.x), recall.marker.symbol, list(recall.text)) == ([0.5], "circle", ["Nurses"])
    assert list(recall.error_x.arrayminus) == pytest.approx([0.3]) and list(recall.error_x.array) == pytest.approx(
        [0.3]
    )
    assert (list(precision.x), precision.marker.symbol) == ([1.0, 0.25], "diamond")
    assert recall.y[0] < precision.y[0] < precision.y[1]
    assert list(figure.layout.yaxis.ticktext) == ["Nurses", "&lt;b&gt;Midwives"]
