"""Search strategies as one pastes them: each database's own syntax, and what it cannot express said."""

from urllib.parse import parse_qs, urlsplit

import pytest

from analysis.strategies import DIALECTS, SCHOLAR_LIMIT, build_strategies, read_clauses
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


def queries(*terms, **more):
    found = build_strategies(framework_of(terms, **more), ("cook", "chef"), ("dish", "soup"))
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
        found = build_strategies(framework, (facet, tag), ("outcome", "suicide"))
        assert [s.database for s in found] == [*(d.name for d in DIALECTS), "Google Scholar"]
        for strategy in found:
            query = strategy.query
            assert query.count("(") == query.count(")") and query.count('"') % 2 == 0, (tag, strategy.database)
            assert not any(left in query for left in ("()", "{", "|", "~", " OR )", "( OR", "OR OR")), (tag, query)
