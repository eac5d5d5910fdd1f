"""How the map can be looked at: opened groups, zoom, order, small maps and versions, all from the address."""

from pathlib import Path

import pytest
from pages_toy import LAKES, lakes, open_page, words

from corpus.framework import load_framework
from ingest.pipeline import ingest
from ingest.rules import open_corpus
from views.map_component import map_data
from views.map_looks import Look, after_toggle, judge, judge_then, judge_within, read_opened
from views.map_take import embed_snippet, notes_for, write_page
from views.map_versions import compare
from views.map_view import small_data
from views.state import Where, load_state

PAIR = {"rows": "measure", "columns": "response"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lakes(tmp_path_factory.mktemp("looks") / "lakes.sqlite")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 1 has hardly any record on dredging and cost; version 2 has twelve more."""
    path = lakes(tmp_path_factory.mktemp("grown") / "lakes.sqlite")
    more = path.with_name("more.csv")
    rows = [f'"Dredging and cost in Long Lake, part {n}",{2000 + n},10.2000/{n}' for n in range(12)]
    more.write_text("\n".join(["title,year,doi", *rows]), encoding="utf-8")
    with open_corpus(path, LAKES) as opened:
        ingest([more], opened)
    return path


def test_the_address_says_which_lines_are_open_and_forgets_what_is_not_there():
    framework = load_framework(LAKES)
    facet = next(facet for facet in framework.facets if facet.groups)
    group = facet.groups[0].id
    assert read_opened(framework, [f"{facet.id}.{group}", "nobody.nothing", f"{facet.id}.none", "broken"]) == (
        (facet.id, group),
    )


def test_closing_and_opening_on_one_facet_or_two():
    apart = Look("a", "b", opened=(("a", "x"), ("b", "y")))
    assert after_toggle(apart, ["x", "z"], []) == (("a", "x"), ("a", "z"))
    same = Look("a", "a", opened=(("a", "x"),))
    assert after_toggle(same, [], ["x"]) == ()
    assert after_toggle(same, ["x"], ["x", "y"]) == (("a", "x"), ("a", "y"))


def test_an_order_is_taken_from_the_whole_collection_so_that_no_filter_moves_a_line(corpus):
    with open_corpus(corpus, LAKES) as opened:
        state = load_state(opened)
        look = Look("measure", "response", "tag", order="gaps")
        every, few = (judge(state, look, where) for where in (Where(), Where(years=(2010, None))))
        plain = judge(state, Look("measure", "response", "tag"), Where())
        assert list(few.coverage.observed.columns) == list(every.coverage.observed.columns)
        assert list(every.coverage.observed.columns) != list(plain.coverage.observed.columns)
        assert every.coverage.observed.loc["dredging", "cost"] == 1
        assert notes_for(state, every, look, Where()) == notes_for(state, plain, replace_order(look), Where())


def replace_order(look: Look) -> Look:
    return Look(look.rows, look.columns, look.level)


def test_a_small_map_counts_within_its_tag_and_expects_by_its_own_records(corpus):
    with open_corpus(corpus, LAKES) as opened:
        state = load_state(opened)
        look = Look("measure", "response", "tag")
        now = judge(state, look, Where()).coverage
        part = judge_within(state, look, Where(), "pressure", "none", now)
        assert part.coverage.filters[-1].endswith(": not reported")
        assert part.coverage.n_records == now.n_records - int(now.snapshot.tags[
            :, now.snapshot.facet_columns("pressure")].getnnz(axis=1).astype(bool).sum())  # fmt: skip
        data = small_data([("one", map_data(now)), ("none", map_data(part.coverage, part.relative))])
        assert [one["id"] for one in data["maps"]] == ["one", "none"]
        assert data["maps"][1]["observed"] == part.coverage.observed.to_numpy().tolist()
        assert "observed" not in data["shared"] and data["shared"]["segments"] is None


def test_small_maps_are_drawn_with_a_way_to_those_not_shown(corpus):
    at = open_page("gap-map", corpus, **PAIR, by="pressure")
    assert "One map for each tag of" in words(at)
    at.session_state["gap_map.options"] = True  # the expander is opened: only then are its fields drawn
    at.run()
    assert at.multiselect(key="shown").value == []
    chosen = open_page("gap-map", corpus, **PAIR, by="pressure", of="none", row="dredging", col="cost")
    assert chosen.header[0].value == "Dredging × cost"
    gone = open_page("gap-map", corpus, **PAIR, by="pressure", of="no-such-tag", row="dredging", col="cost")
    assert not gone.header


def test_what_closed_since_a_version_is_marked_and_listed(grown):
    with open_corpus(grown, LAKES) as opened:
        state = load_state(opened)
        assert state.version == 2
        look = Look("measure", "response", "tag")
        now = judge(state, look, Where())
        then = judge_then(state, look, Where(), 1, now.coverage)
        assert (then.coverage.observed.loc["dredging", "cost"], now.coverage.observed.loc["dredging", "cost"]) == (
            1,
            13,
        )
        compared = compare(state, now, look, Where(), 1)
        assert compared.moved["dredging", "cost"] == "closed"
        data = map_data(now.coverage, now.relative, before=compared.before, moved=compared.moved, since="version 1")
        i, j = list(now.coverage.observed.index).index("dredging"), list(now.coverage.observed.columns).index("cost")
        assert (data["change"][i][j], data["moved"][i][j]) == (12, "closed")
    at = open_page("gap-map", grown, **PAIR, level="tag", since="1")
    assert [header.value for header in at.header] == ["What changed since version 1"]
    assert "Dredging × cost: 1 record before, 13 records after" in words(at)
    assert any(box.label.startswith("Gaps that closed") for box in at.expander)


def test_a_zoom_is_said_and_taken_back(corpus):
    framework = load_framework(LAKES)
    facet = next(facet for facet in framework.facets if facet.groups)
    group = facet.groups[0]
    other = next(f.id for f in framework.facets if f.id != facet.id)
    at = open_page("gap-map", corpus, rows=facet.id, columns=other, level="group", **{"rows-of": group.id})
    assert "Zoomed to:" in words(at)
    at.button(key="gap_map.zoom.rows-of").click().run()
    assert not at.exception
    assert "rows-of" not in at.query_params
    heading = open_page("gap-map", corpus, rows=facet.id, columns=other, level="group", row=group.id)
    heading.button(key="gap_map.zoom-in").click().run()
    assert not heading.exception
    assert heading.query_params["rows-of"] in (group.id, [group.id])


def test_the_file_of_a_map_by_groups_holds_the_tags_under_them(corpus):
    framework = load_framework(LAKES)
    facet = next(facet for facet in framework.facets if facet.groups)
    other = next(f.id for f in framework.facets if f.id != facet.id)
    with open_corpus(corpus, LAKES) as opened:
        state = load_state(opened)
        look = Look(facet.id, other, "group")
        text = write_page(state, judge(state, look, Where()), look)
    assert f'"id":"{facet.groups[0].tags[0]}"' in text


def test_the_snippet_shuts_the_frame_and_names_it():
    text = embed_snippet("map.html", 'Role by "harm"')
    assert 'title="Gap map: Role by &quot;harm&quot;"' in text
    assert 'sandbox="allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"' in text
    assert 'loading="lazy"' in text
