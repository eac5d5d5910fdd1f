"""Search strategies as one pastes them: each database's own syntax, and what it cannot express said."""

from urllib.parse import parse_qs, urlsplit

import pytest

from analysis.clauses import read_clauses
from analysis.main_terms import choose_main
from analysis.strategies import DIALECTS, SCHOLAR_LIMIT, build_strategies
from corpus.errors import UnknownIdError
from corpus.framework import Facet, Framework, Group, Tag


def framework_of(terms, wide=(), **facet):
    return Framework(
        "Kitchens",
        1,
        (
            Facet("cook", "Cook", "Who?", (Tag("chef", "Chefs", terms=terms, wide=wide),), **facet),
            Facet("dish", "Dish", "What?", (Tag("soup", "Soup", terms=("soup",)),)),
        ),
    )


def queries(*terms, full=True, **more):
    found = build_strategies(framework_of(terms, **more), ("cook", "chef"), ("dish", "soup"), full)
    return {strategy.database: strategy for strategy in found}


@pytest.mark.parametrize(
    "terms, pubmed, scopus, wos",
    [
        pytest.param(
            ("chef",), "(chef[tiab] OR chefs[tiab])", "TITLE-ABS-KEY(chef)", "TS=(chef OR chefs)", id="plurals"
        ),
        pytest.param(
            ("head cook*",), '("head cook*"[tiab])', 'TITLE-ABS-KEY("head cook*")', 'TS=("head cook*")', id="phrase"
        ),
        pytest.param(
            ("cook* school",),
            '((cook*[tiab] AND school[tiab]) OR (cook*[tiab] AND schools[tiab]))',
            'TITLE-ABS-KEY("cook* school")',
            'TS=("cook* school" OR "cook* schools")',
            id="a star inside a phrase",
        ),
        pytest.param(
            ("pastry ~3 head*|lead*",),
            "(((pastry[tiab] OR pastries[tiab]) AND (head*[tiab] OR lead*[tiab])))",
            "TITLE-ABS-KEY((pastry W/3 (head* OR lead*)))",
            "TS=(((pastry OR pastries) NEAR/3 (head* OR lead*)))",
            id="words near each other",
        ),
        pytest.param(
            ("head >2 cook*",),
            "(((head[tiab] OR heads[tiab]) AND cook*[tiab]))",
            "TITLE-ABS-KEY((head PRE/2 cook*))",
            "TS=(((head OR heads) NEAR/2 cook*))",
            id="in this order",
        ),
        pytest.param(
            ("sous-chef*",),
            '("sous-chef*"[tiab] OR souschef*[tiab])',
            'TITLE-ABS-KEY("sous-chef*" OR souschef*)',
            'TS=("sous-chef*" OR souschef*)',
            id="hyphens",
        ),
        pytest.param(
            ("kitchen programme",),
            '("kitchen programme"[tiab] OR "kitchen programmes"[tiab] OR "kitchen program"[tiab] OR '
            '"kitchen programs"[tiab])',
            'TITLE-ABS-KEY("kitchen programme")',
            'TS=("kitchen programme" OR "kitchen programmes" OR "kitchen program" OR "kitchen programs")',
            id="both spellings",
        ),
        pytest.param(("=CHEF",), "(CHEF[tiab])", "TITLE-ABS-KEY(CHEF)", "TS=(CHEF)", id="capitals"),
        pytest.param(
            ("cook ~2 and|stove|or",),
            "(((cook[tiab] OR cooks[tiab]) AND (stove[tiab] OR stoves[tiab])))",
            "TITLE-ABS-KEY((cook W/2 stove))",
            "TS=(((cook OR cooks) NEAR/2 (stove OR stoves)))",
            id="operators are not words",
        ),
    ],
)  # fmt: skip
def test_each_database_has_it_in_its_own_syntax(terms, pubmed, scopus, wos):
    found = queries(*terms)
    assert found["PubMed"].query == f"{pubmed} AND (soup[tiab] OR soups[tiab])"
    assert found["Scopus"].query == f"{scopus} AND TITLE-ABS-KEY(soup)"
    assert found["Web of Science"].query == f"{wos} AND TS=(soup OR soups)"


def test_what_a_wider_term_finds_anyway_is_left_out():
    found = queries("head chef", "chef*", "kitchen ~3 chefs", "baker", wide=("bak*",))
    assert found["Scopus"].query.startswith("TITLE-ABS-KEY(chef* OR bak*)")
    assert found["PubMed"].query.startswith("(chef*[tiab] OR baker[tiab] OR bakers[tiab])")


def test_what_a_database_cannot_search_is_said():
    found = queries("chef", "*cook*", "bak*")
    assert found["PubMed"].notes == ("Left out, as PubMed cannot search them: *cook*, bak*.",)
    assert found["Scopus"].query.startswith("TITLE-ABS-KEY(chef OR *cook* OR bak*)")
    assert found["Scopus"].notes == ()
    assert "ask for both words anywhere" in queries("chef ~3 head")["PubMed"].notes[0]


def test_google_scholar_gets_plain_phrases_within_its_limit():
    found = queries("cook*", "chef", "chefs", "pastry cook", "head ~3 kitchen")["Google Scholar"]
    assert found.query == '(chef OR chefs OR "pastry cook") (soup)'
    assert len(queries(*(f"cook of the {n} lakes" for n in range(50)))["Google Scholar"].query) <= SCHOLAR_LIMIT
    assert queries("cook*")["Google Scholar"].query == "(chefs) (soup)"


def test_a_search_begins_with_the_name_and_plain_synonyms_and_has_twelve_terms_a_side():
    terms = ("kitchen ~3 head", "stove worker", "cook of the house", "=CDP", "cook", "cooks", "head chef", "chef*")
    short = queries(*terms, wide=("chef school", "anyone"), full=False)["Scopus"]
    assert short.query == 'TITLE-ABS-KEY(chef* OR "stove worker" OR cook OR CDP) AND TITLE-ABS-KEY(soup)'
    assert short.notes[0].startswith("The main terms only")
    assert "anyone" in queries(*terms, wide=("anyone",))["Scopus"].query
    many = queries(*(f"cook{letter}" for letter in "abcdefghijklmnopq"), full=False)["Scopus"].query
    assert many.partition(" AND ")[0].count(" OR ") == 11
    assert queries("kitchen ~3 head", full=False)["Scopus"].query.startswith("TITLE-ABS-KEY((kitchen W/3 head))")
    assert queries("cook", full=False)["Scopus"].notes == ()


def test_half_of_the_terms_are_the_tag_s_own_and_narrower_ones_take_turns():
    facet = Facet(
        "cook",
        "Cook",
        "Who?",
        (
            Tag("chef", "Chef", terms=tuple(f"own{n}" for n in range(10, 20))),
            Tag("sous", "Sous", broader="chef", terms=("sous", "second")),
            Tag("grill", "Grill", broader="chef", terms=("grill",)),
        ),
    )
    found = choose_main(Framework("Kitchens", 1, (facet,)), "cook", "chef", 8)
    assert [clause.parts[0][0] for clause in found] == [
        "own10", "own11", "own12", "own13", "sous", "grill", "second", "own14",
    ]  # fmt: skip


def test_a_cell_gives_the_same_search_whichever_tag_is_named_first():
    framework = framework_of(("chef",))
    sides = ("cook", "chef"), ("dish", "soup")
    assert build_strategies(framework, *sides) == build_strategies(framework, *reversed(sides))


def test_irregular_plurals_are_those_of_the_language():
    found = queries("midwife", "women")["PubMed"].query
    assert found.startswith("(midwife[tiab] OR midwives[tiab] OR women[tiab] OR woman[tiab])")


def test_named_lists_narrower_tags_and_groups_are_written_out():
    small = Framework(
        "Kitchens",
        1,
        (
            Facet(
                "cook",
                "Cook",
                "Who?",
                (Tag("chef", "Chef", terms=("{kind} chef",)), Tag("sous", "Sous", broader="chef", terms=("sous",)),
                 Tag("guest", "Guest", terms=("guest",), wide=("visitor",))),
                (Group("all", "All", ("chef", "guest")),),
                options={"lists": {"kind": ["head", "pastry"]}},
            ),
        ),
    )  # fmt: skip
    assert [clause.parts for clause in read_clauses(small, "cook", "chef")] == [
        (("head chef", "pastry chef"),),
        (("sous",),),
    ]
    assert [clause.parts[0][0] for clause in read_clauses(small, "cook", "all")] == [
        "head chef", "sous", "guest", "visitor",
    ]  # fmt: skip
    with pytest.raises(UnknownIdError):
        read_clauses(small, "cook", "waiter")


def test_links_run_the_search_where_they_can():
    found = queries("chef")
    for name, key in (("PubMed", "term"), ("Google Scholar", "q")):
        address = urlsplit(found[name].url)
        assert address.scheme == "https"
        assert parse_qs(address.query)[key] == [found[name].query]
    long = queries(*(f"cook of {a} {b}" for a in "abcdefghijklm" for b in "nopqrstuvw"))["PubMed"]
    assert long.url.endswith("/advanced/")


def test_every_tag_of_the_framework_that_ships_gives_whole_queries(framework):
    wanted = [(facet.id, tag.id) for facet in framework.facets for tag in facet.tags[2:120:8]]
    for facet, tag in wanted:
        cell = (facet, tag), ("outcome", "suicide")
        found = (*build_strategies(framework, *cell, full=True), *build_strategies(framework, *cell))
        assert [s.database for s in found] == 2 * [*(d.name for d in DIALECTS), "Google Scholar"]
        for strategy in found:
            query = strategy.query
            assert query.count("(") == query.count(")") and query.count('"') % 2 == 0, (tag, strategy.database)
            assert not any(left in query for left in ("()", "{", "|", "~", " OR )", "( OR", "OR OR")), (tag, query)
