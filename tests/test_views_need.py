"""The page Need: a table chosen, its gaps and what has no figure; tables and surveys given by people."""

from pathlib import Path

import pytest
from corpora import copy_corpus, open_copy
from streamlit.testing.v1 import AppTest

from analysis import need
from analysis.gaps import to_dicts
from views import need_chart
from views.need import GRADES

TABLE = (
    "group,weight,source,year,kind,unit\n"
    "nurse,60,Made-up register,2022,share,percent\n"
    "physician,40,Made-up register,2022,share,percent\n"
)
BAD = TABLE.replace("nurse,60", "nurs,60").replace("physician,40,Made-up register", "physician,40,")


def run_page(path: str, can_curate: bool = True) -> None:
    from pathlib import Path

    import corpora

    from views.need import render
    from views.state import load_state

    with corpora.open_copy(Path(path)) as corpus:
        render(load_state(corpus, can_curate=can_curate))


def open_need(path: Path, can_curate: bool = True, **query: str) -> AppTest:
    at = AppTest.from_function(run_page, args=(str(path), can_curate), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    kinds = (at.title, at.header, at.subheader, at.markdown, at.text, at.info, at.error, at.warning)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


@pytest.fixture
def mine(corpora_made: dict[str, Path], tmp_path: Path) -> Path:
    return copy_corpus(corpora_made["founding"], tmp_path)


def test_a_table_shows_gaps_with_source_year_and_what_has_no_figure(corpora_made: dict[str, Path]) -> None:
    at = open_need(corpora_made["founding"])
    said = words(at)
    assert at.selectbox(key="table").value == "world-2020-occupations"
    assert (
        "Source:** Boniol and others, BMJ Global Health 7(6):e009316" in said
        and "2020. [Open the page read](https://" in said
    )
    assert "Midwives are 4.4 % of Boniol and others" in said
    assert "No need figure**, which is not zero: academic faculty" in said
    assert "percentages of different groups are not parts of one whole" in said
    numbers = at.dataframe[0].value.set_index("Group")
    assert numbers.loc["Midwives", "Grade"] == "Under parity"
    assert numbers.loc["Medical students", "Grade"] == "No need figure"
    assert "The figure is of" not in said, "a figure of the world stands beside records of the world"
    assert at.dataframe[1].value.shape[1] == 10, "nine tables side by side, never averaged"


def test_a_source_that_was_not_read_itself_says_so(corpora_made: dict[str, Path]) -> None:
    said = words(open_need(corpora_made["founding"], table="world-2024-gender"))
    assert "Source not read itself" in said
    assert "check the original" in said


def test_a_figure_of_one_place_says_that_the_records_are_of_all_countries(corpora_made: dict[str, Path]) -> None:
    at = open_need(corpora_made["founding"], table="us-2010-occupations")
    assert at.warning[0].value.startswith("The figure is of the United States; the records are of all countries")
    statements = [line.value for line in at.markdown if line.value.startswith("- ")]
    assert statements and all("Filter the records by country to compare like with like" in s for s in statements)


def test_percent_times_people_is_done_only_when_somebody_says_that_they_are_the_same(
    corpora_made: dict[str, Path],
) -> None:
    at = open_need(corpora_made["founding"], times="ilo-2022-sexual-gender*world-2024-gender")
    assert "The percentages and the sizes have to be about the same people" in words(at)
    assert "5.494" not in str([frame.value for frame in at.dataframe])
    at.checkbox(key="need.same").check().run()
    arithmetic = next(frame.value for frame in at.dataframe if "Size × percent" in frame.value)
    assert list(arithmetic["Size × percent"]) == ["67 × 8.2 % = 5.494", "33 × 5 % = 1.65"]


def test_a_table_of_ones_own_is_checked_kept_used_and_taken_away(mine: Path) -> None:
    at = open_need(mine)
    at.file_uploader(key="need.file").set_value(("staff.csv", BAD.encode(), "text/csv")).run()
    assert [error.value.replace("\\", "")[:32] for error in at.error] == [
        'Line 2: "nurs" is no tag or grou',
        "Line 3: there is no source. It i",
    ]
    assert "Nothing was kept" in words(at)
    at.file_uploader(key="need.file").set_value(("staff.csv", TABLE.encode(), "text/csv")).run()
    assert not at.error
    at.button(key="need.keep").click().run()
    with open_copy(mine) as corpus:
        (kept,) = corpus.kept("need").values()
        assert need.from_dict(kept.value).source == "Made-up register"
    at = open_need(mine, table="staff")
    assert "Nurses are 60 % of Made-up register, 2022" in words(at)
    at.button(key="need.forget.staff").click().run()
    with open_copy(mine) as corpus:
        assert corpus.kept("need") == {}


def test_who_may_not_curate_is_offered_no_upload(corpora_made: dict[str, Path]) -> None:
    at = open_need(corpora_made["founding"], can_curate=False)
    assert not at.file_uploader
    assert "Only curators can add tables" in words(at)


def survey() -> str:
    rows = ["Role,Were you bullied?,Comments,Started"]
    for n in range(60):
        role = ("Nurses", "Midwives", "Physicians")[n % 3] if n < 57 else "Dental professionals"
        said = ("Happened to me", "Witnessed", "No", "No")[n % 4]
        rows.append(f"{role},{said},secretword{n},2024-01-{n % 28 + 1:02}")
    return "\n".join(rows)


def test_a_survey_becomes_tables_and_nothing_of_its_rows_is_kept(mine: Path) -> None:
    at = open_need(mine)
    at.file_uploader(key="need.survey.0").set_value(("ours.csv", survey().encode(), "text/csv")).run()
    refused = {row["Column refused"]: row["Why"] for row in at.table[0].value.to_dict("records")}
    assert set(refused) == {"Comments", "Started"}
    at.text_input(key="need.survey-source").input("Survey of a made-up hospital")
    at.number_input(key="need.survey-year").set_value(2024).run()
    said = words(at)
    assert "What comes of it" in said and "people who chose to answer" in said
    assert "Without figures, by Role: dentist, " in said
    at.button(key="need.survey-keep").click().run()
    assert not at.exception
    assert "need.survey.0" not in at.session_state
    assert at.file_uploader(key="need.survey.1").value is None
    with open_copy(mine) as corpus:
        kept = {name: need.from_dict(item.value) for name, item in corpus.kept("need").items()}
        assert {table.kind for table in kept.values()} == {"prevalence", "burden"}
        assert all(table.voluntary for table in kept.values())
    for path in mine.parent.glob("corpus.sqlite*"):
        assert b"secretword" not in path.read_bytes()
        assert b"dentist-" not in path.read_bytes()


def test_the_chart_draws_each_group_with_its_interval() -> None:
    rows = [
        {"grade": "under", "ratio": 0.2, "low": 0.1, "high": 0.35},
        {"grade": "over", "ratio": 3.0, "low": 2.9, "high": 3.1},
        {"grade": "under", "ratio": 0.0, "low": 0.0, "high": 0.1},
    ]
    figure = need_chart.attention(["A", "B", "C"], rows, GRADES)
    under, over = figure.data
    assert (under.name, list(under.y), list(under.x)) == ("Under parity", ["A", "C"], [0.2, need_chart.LEAST])
    assert over.marker.symbol == "triangle-up"
    assert under.error_x.array[0] == pytest.approx(0.15)
    assert under.text[0] == "A: 0.20 (0.10 to 0.35)"
    assert not to_dicts(need.load_need()[0].to_frame().head(0))


def test_an_empty_collection_has_the_page_too(corpora_made: dict[str, Path]) -> None:
    assert "nothing to compare" in words(open_need(corpora_made["empty"]))


def test_figures_stand_beside_a_cell_with_their_source(corpora_made: dict[str, Path]) -> None:
    def run(path: str) -> None:
        from pathlib import Path

        import corpora

        from views.need_beside import show_figures
        from views.state import load_state

        with corpora.open_copy(Path(path)) as corpus:
            show_figures(load_state(corpus), [("population", "nurse"), ("behaviour", "retaliation")])

    at = AppTest.from_function(run, args=(str(corpora_made["tiny"]),), default_timeout=60).run()
    assert not at.exception
    said = words(at)
    assert "nurses: 7.5 percent, sexual harassment, pooled (95 % CI 5.5 to 10.2). Source: Zeng and others" in said
    assert "The source itself was not read" in said
    assert "Percentages of different groups cannot be added up" in said
    assert "Retaliation**" not in said, "no figure, no heading"


def test_countries_are_counted_on_the_page_of_gaps(corpora_made: dict[str, Path]) -> None:
    from corpora import run_page as run_any

    at = AppTest.from_function(run_any, args=("gaps", str(corpora_made["founding"])), default_timeout=60)
    at.query_params["measure"] = "geography"
    said = words(at.run())
    assert "66 of 249 countries are named as studied" in said and "Gini 0.93" in said
    assert "no dated list that puts each country into a region" in said
