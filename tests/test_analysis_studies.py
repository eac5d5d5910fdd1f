"""The smallest study that would close a gap: what is given, what is taken from the nearest records, and the design."""

from analysis.answering import answer
from analysis.questions import Question, to_cell
from analysis.studies import find_study
from corpus.snapshot import build_snapshot


def work(n, **tags):
    return {"id": f"{n:03}", "title": f"Work {n}", "year": 2000 + n % 20, "tags": {f: [t] for f, t in tags.items()}}


def study(snapshot, name, **more):
    answered = answer(Question((to_cell(name, snapshot.framework),)), snapshot)
    return find_study(answered.findings[0], answered.snapshot, **more)


def clinic(framework):
    """Nurses and pay in 5 records each, never together; most of them surveys in hospitals about careers."""
    common = {"setting": "hospital", "design": "cross-sectional", "outcome": "career"}
    rows = [work(n, population="nurse", behaviour="bullying", **common) for n in range(5)]
    rows += [work(n, population="physician", behaviour="pay-inequity", **common) for n in range(5, 10)]
    return build_snapshot(framework, rows, version=3)


def test_whom_where_of_what_by_which_design_and_to_measure_what(framework):
    made = study(clinic(framework), "population=nurse*behaviour=pay-inequity")
    assert made.sentence.startswith("Among nurses, setting: hospital, on pay inequity: a study of the design “")
    assert "cross-sectional or survey" in made.sentence
    assert "that measures" in made.sentence
    assert made.closes == "One such study would be the first record here."
    assert made.chosen.startswith("Taken from the nearest records here")
    assert "practice setting (10 of 10)" in made.chosen
    assert len(made.nearest) == 3


def test_what_is_there_asks_for_the_next_rung(framework):
    rows = [work(n, population="nurse", behaviour="bullying", design="cross-sectional") for n in range(4)]
    made = study(build_snapshot(framework, rows), "population=nurse*behaviour=bullying")
    assert "bibliometric or secondary data" in made.design
    assert made.closes == "One such study would add what the records here lack."


def test_retracted_work_is_not_built_on(framework):
    snapshot = clinic(framework)
    first = study(snapshot, "population=nurse*behaviour=pay-inequity").nearest[0]
    assert first not in study(snapshot, "population=nurse*behaviour=pay-inequity", excluded=frozenset([first])).nearest


def test_what_does_not_apply_has_no_study(framework):
    snapshot = clinic(framework)
    assert study(snapshot, "population=medical-student*behaviour=pay-inequity") is None


def test_a_framework_without_designs_or_parts_still_names_the_two_tags(tiny_framework):
    rows = [work(n, measure="dredging", response="fish") for n in range(4)]
    made = study(build_snapshot(tiny_framework, rows), "measure=aeration*response=fish")
    assert made.sentence == "On aeration and fish: a study."
    assert made.question == made.design == ""


def test_a_strong_gap_says_how_many_records_are_missing(tiny_framework):
    rows = [work(n, measure="aeration", response="cost") for n in range(60)]
    rows += [work(n, measure="dredging", response="fish") for n in range(60, 120)]
    made = study(build_snapshot(tiny_framework, rows), "measure=aeration*response=fish")
    assert made.closes.startswith("One such study is a start: about 15 more records")  # 0.5 * (1 + 30) - 1
