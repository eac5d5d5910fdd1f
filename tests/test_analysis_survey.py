"""Surveys reduced to tables: columns refused, what an answer means, and that nothing hidden can be worked out."""

import random
from itertools import product

import pytest

from analysis.survey import Cell, find_hidden, reduce_survey
from analysis.survey_columns import guess, guess_group, guess_harm, look_at, to_group, to_harm
from analysis.tables import Sheet
from corpus.errors import LacunaError
from corpus.framework import Facet, Framework, Tag

FRAMEWORK = Framework(
    "farm",
    1,
    (
        Facet(
            "job",
            "Job",
            "Who?",
            (Tag("shepherd", "Shepherds"), Tag("milker", "Milkers"), Tag("driver", "Drivers"), Tag("cook", "Cooks")),
        ),
        Facet("harm", "Harm", "What?", (Tag("kick", "Kicks", terms=("kicked",)),)),
    ),
)


def sheet(headings: str, rows: list[str]) -> Sheet:
    cells = tuple(tuple(row.split(",")) for row in rows)
    return Sheet("s.csv", tuple(headings.split(",")), cells, tuple(range(2, len(cells) + 2)))


def answers(**n: tuple[int, int, int]) -> Sheet:
    """Job -> how many said happened, witnessed, neither."""
    rows = []
    for job, (happened, witnessed, neither) in n.items():
        for word, times in (("happened to me", happened), ("witnessed", witnessed), ("no", neither)):
            rows += [f"{job},{word}"] * times
    return sheet("Job,Were you kicked?", rows)


def reduce(data: Sheet, **more: object):  # type: ignore[no-untyped-def]
    job, kicked = look_at(data)
    return reduce_survey(
        data,
        FRAMEWORK,
        [to_group(job, FRAMEWORK, {})],
        [to_harm(kicked, FRAMEWORK, {})],
        name="ours",
        source="Farm survey",
        year=2024,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "heading, cells, why",
    [
        pytest.param(
            "Comments", [f"he said something to me on day {n} again" for n in range(40)], "free text", id="text"
        ),
        pytest.param("Anything else", [f"word{n}" for n in range(40)], "different answers", id="one word each"),
        pytest.param("Contact", ["a@b.org", ""] * 20, "e-mail", id="mail"),
        pytest.param("Phone", [f"020 7946 0{n:03}" for n in range(40)], "telephone", id="phone"),
        pytest.param("Q1", [f"Ada Okafor{c}" for c in "abcdefghijklmnopqrstu"], "names of people", id="names"),
        pytest.param("First name", ["Ada", "Bo"] * 20, "names of people", id="name by heading"),
        pytest.param("Q2", ["2024-01-02", "2024-01-03"] * 20, "dates", id="date"),
        pytest.param("Q3", ["1 March 2020", "2 May 2021"] * 20, "dates", id="date in words"),
        pytest.param("Date of birth", [str(1950 + n) for n in range(40)], "dates", id="year of birth"),
        pytest.param("Your hospital", ["North", "South"] * 20, "employer", id="employer"),
        pytest.param("Age", [str(20 + n) for n in range(40)], "differ from person to person", id="exact age"),
        pytest.param("Q4", ["SW1A 1AA", "N1 9GU"] * 20, "postcodes", id="postcode"),
        pytest.param("Q5", ["10.1.2.3", "10.1.2.4"] * 20, "addresses", id="address of a computer"),
        pytest.param("Empty", [""] * 40, "nobody answered", id="empty"),
    ],
)
def test_columns_that_could_point_at_a_person_are_refused(heading: str, cells: list[str], why: str) -> None:
    (column,) = look_at(sheet(heading, cells))
    assert why in column.refused
    assert not column.values
    assert guess(column, FRAMEWORK) == (None, None)


def test_a_refused_column_cannot_be_used_all_the_same() -> None:
    data = sheet("Hospital,Were you kicked?", ["North,yes", "South,no"] * 20)
    hospital, kicked = look_at(data)
    with pytest.raises(LacunaError, match="may not be used: it looks like the name of an employer"):
        reduce_survey(
            data, FRAMEWORK, [to_group(hospital, FRAMEWORK, {})], [to_harm(kicked, FRAMEWORK, {})],
            name="x", source="S", year=2024,
        )  # fmt: skip


def test_columns_are_guessed_and_what_a_person_says_goes_first() -> None:
    data = sheet(
        "Job,Were you kicked?,Did you see anybody kicked?",
        ["Shepherd,Yes,No", "Milkers,No,Yes", "other,Never,Yes", "Shepherd;Milkers,Both,No"] * 10,
    )
    job, kicked, saw = look_at(data)
    group = guess_group(job, FRAMEWORK)
    assert group is not None and group.facet == "job"
    assert group.tags == {"Milkers": "milker", "Shepherd": "shepherd", "other": ""}
    harm, seen = guess_harm(kicked, FRAMEWORK), guess_harm(saw, FRAMEWORK)
    assert harm is not None and harm.tag == ("harm", "kick")
    assert harm.status == {"No": "no", "Never": "no", "Yes": "happened", "Both": "both"}
    assert seen is not None and seen.status["Yes"] == "witnessed"
    assert to_group(job, FRAMEWORK, {"other": "driver"}).tags["other"] == "driver"
    assert to_harm(saw, FRAMEWORK, {"Yes": "happened to me"}).status["Yes"] == "happened"
    with pytest.raises(LacunaError, match="Nobody answered"):
        to_group(job, FRAMEWORK, {"baker": "cook"})
    with pytest.raises(LacunaError, match="Did you mean driver"):
        to_group(job, FRAMEWORK, {"other": "drivr"})
    with pytest.raises(LacunaError, match="its meaning one of"):
        to_harm(saw, FRAMEWORK, {"Yes": "perhaps"})


def test_happened_and_witnessed_are_told_apart_and_only_what_happened_is_a_burden() -> None:
    made = reduce(answers(Shepherds=(12, 20, 8), Milkers=(5, 5, 20)))
    tables = {table.id.rsplit("-", 1)[1]: table for table in made.tables}
    assert list(tables) == ["happened", "witnessed", "burden"]
    assert [(row.group, row.weight) for row in tables["happened"].rows] == [("shepherd", 30.0), ("milker", 17.0)]
    assert [(row.group, row.weight) for row in tables["witnessed"].rows] == [("shepherd", 50.0), ("milker", 17.0)]
    assert [(row.group, row.weight) for row in tables["burden"].rows] == [("shepherd", 12.0), ("milker", 5.0)]
    assert (tables["happened"].use, tables["witnessed"].use, tables["burden"].use) == ("context", "context", "parity")
    assert "happened to me" in tables["happened"].unit and "witnessed" in tables["witnessed"].unit
    assert tables["burden"].rows[0].note == "40 respondents"
    assert made.suppressed == {}
    assert made.kept_columns == ("Job", "Were you kicked?")


def test_people_who_chose_to_answer_are_said_to_have() -> None:
    data = answers(Shepherds=(12, 20, 8), Milkers=(5, 5, 20))
    made = reduce(data)
    assert all("people who chose to answer" in table.source for table in made.tables)
    assert any("chose to answer" in note for note in made.notes)
    assert not any("chose to answer" in table.source for table in reduce(data, voluntary=False).tables)


def test_a_small_group_takes_another_with_it() -> None:
    made = reduce(answers(Shepherds=(30, 5, 40), Milkers=(12, 2, 20), Drivers=(2, 0, 3)))
    assert made.suppressed == {"Job": ("driver", "milker")}
    assert {row.group for table in made.tables for row in table.rows} == {"shepherd"}
    assert not any(table.kind == "burden" for table in made.tables), "one group alone is nobody's share"
    assert "No figure is not zero" in " ".join(made.notes)
    assert "driver" not in str(made.tables) and "milker" not in str(made.tables)


def test_who_named_several_groups_counts_in_none() -> None:
    data = sheet("Job,Were you kicked?", ["Shepherds,yes"] * 20 + ["Milkers,no"] * 20 + ["Shepherds;Milkers,yes"] * 12)
    made = reduce(data)
    assert [(row.group, row.note) for row in made.tables[0].rows] == [
        ("milker", "20 respondents"),
        ("shepherd", "20 respondents"),
    ]
    assert any("named several groups" in note for note in made.notes)


def solutions(total: int, parts: int, most: int = 200) -> int:
    """In how many ways so many people may be spread over so many hidden groups; counts up to 2."""
    if parts == 1:
        return 1
    return min(2, sum(1 for counts in product(range(min(total, most) + 1), repeat=parts - 1) if sum(counts) <= total))


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_count_can_be_worked_out_from_totals_and_what_is_shown(seed: int) -> None:
    chance = random.Random(seed)
    questions: list[dict[str, Cell]] = []
    names = ["a", "b", "c", "d", "e", ""][: chance.randint(2, 6)]
    sizes = {name: chance.choice([1, 3, 8, 9, 10, 14, 40, 90]) for name in names}
    for _ in range(chance.randint(1, 3)):
        cells = {}
        for name in names:
            n = max(0, sizes[name] - chance.randint(0, 2))
            cells[name] = (n, chance.randint(0, n), chance.choice([0, chance.randint(0, n)]))
        questions.append(cells)
    hidden = find_hidden(questions)
    shown = [name for name in names if name and name not in hidden]
    for cells in questions:
        assert all(cells[name][0] >= 10 or cells[name][0] == 0 for name in shown)
        if not hidden or not shown:
            continue
        secret = [name for name in names if name not in shown and cells[name][0]]
        if not secret:
            continue
        total = [sum(cells[name][k] for name in names) - sum(cells[name][k] for name in shown) for k in range(3)]
        assert len(secret) >= 2 and total[0] >= 10, "the rest is several groups, and not few people"
        assert solutions(total[0], len(secret)) > 1
        for k in (1, 2):
            if 0 < sum(cells[name][k] for name in names) < sum(cells[name][0] for name in names):
                assert 0 < total[k] < total[0], "neither all nor none of the hidden"


def test_what_is_missing_is_asked_for() -> None:
    data = answers(Shepherds=(12, 20, 8), Milkers=(5, 5, 20))
    job, kicked = look_at(data)
    group, harm = to_group(job, FRAMEWORK, {}), to_harm(kicked, FRAMEWORK, {})
    with pytest.raises(LacunaError, match="at least one column"):
        reduce_survey(data, FRAMEWORK, [], [harm], name="x", source="S", year=2024)
    with pytest.raises(LacunaError, match="Name the source"):
        reduce_survey(data, FRAMEWORK, [group], [harm], name="x", source=" ", year=2024)
