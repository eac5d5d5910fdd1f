"""The figures of the tagging benchmark, on records small enough to count with a pencil."""

import json

import pytest

from benchmarks.__main__ import main
from benchmarks.tagging import make_texts, plain_phrases, run, run_speed, scores, to_codes

RECORDS = [
    {"id": "a", "title": "Bullying of nurses in Chile", "abstract": None, "keywords": "burnout; hospital"},
    {"id": "b", "title": "Bullying of surgeons", "abstract": ""},
    {"id": "c", "title": "Statins after stroke"},
]
GOLD = [
    {"id": "a", "in_scope": True, "tags": {"population": ["nurse"], "behaviour": ["bullying"], "country": ["CL"]}},
    {"id": "b", "in_scope": True, "tags": {"population": ["surgeon"], "behaviour": ["incivility"]}},
    {"id": "c", "in_scope": False, "tags": {}},
]


@pytest.fixture
def folder(tmp_path):
    for name, rows in (("records", RECORDS), ("gold", GOLD)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return tmp_path


def test_figures_of_a_small_set(folder):
    metrics = run(folder)[folder.name]
    assert metrics["records"] == 2
    assert metrics["facets"]["population"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "macro_f1": 1.0}
    assert metrics["tags"]["population/physician"]["n"] == 1  # the parent of surgeon
    assert metrics["facets"]["behaviour"]["precision"] == 0.5
    assert metrics["tags"]["behaviour/incivility"] == {"n": 1, "precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert metrics["scope_f1"] == 1.0


def test_sets_are_found_by_listing(folder, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    for name in ("records.jsonl", "gold.jsonl"):
        (tmp_path / name).rename(inner / name)
    assert list(run(tmp_path)) == ["inner"]


def test_many_countries_are_read_as_the_summary(framework):
    many = [("country", code) for code in ("CL", "PE", "BR", "AR", "UY", "PY", "BO")]
    assert to_codes(framework, many) == {("country", "INT")}
    assert to_codes(framework, [("country", "INT"), ("country", "CL")]) == {("country", "INT")}
    assert to_codes(framework, many[:2]) == set(many[:2])


def test_scores_by_hand():
    assert scores((3, 1, 2)) == pytest.approx({"precision": 0.75, "recall": 0.6, "f1": 2 / 3})
    assert scores((0, 0, 0)) == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_peers_are_measured_where_they_are_installed(folder):
    figure = run(folder, peers=True)[folder.name]["pyahocorasick_texts_per_cpu_second"]
    assert figure == "not installed" or figure > 0


def test_a_peer_looks_for_the_phrases_of_all_terms(framework):
    phrases = plain_phrases(framework)
    assert {" bullying and harassment ", " sexual brib"} <= phrases  # a card leaves the end open
    assert all(phrase.startswith(" ") and phrase.strip() for phrase in phrases)


def test_speed_is_measured_on_texts_of_one_length(framework, folder, monkeypatch):
    monkeypatch.setattr("benchmarks.tagging._ROUNDS", 1)
    monkeypatch.setattr("benchmarks.tagging._speed", lambda read, records: float(len(records)))
    monkeypatch.setattr("benchmarks.tagging.make_texts", lambda framework, n: make_texts(framework, 4))
    sets = run_speed(folder)
    assert list(sets) == ["made up"]  # no record of the folder has an abstract
    assert sets["made up"]["texts"] == sets["made up"]["texts_per_cpu_second"] == 4
    assert sets["made up"]["characters"] == 1400
    assert make_texts(framework, 4) == make_texts(framework, 4)


def test_only_some_benchmarks_have_a_speed(capsys):
    with pytest.raises(SystemExit):
        main(["search", "--speed"])
    assert "search has no --speed" in capsys.readouterr().err
