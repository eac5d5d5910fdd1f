"""Scope: what the rule suggests, rulings by search with a preview, one step back, and the numbers that follow."""

import json
from pathlib import Path

import pytest
from corpora import add, copy_corpus, open_copy

from corpus.__main__ import main
from corpus.commands.screening import read_numbers
from corpus.errors import LacunaError
from corpus.prisma import count_flow
from corpus.screening import (
    count_reasons,
    count_scope,
    list_reasons,
    list_screening,
    preview_scope,
    rule_scope,
    standing_ruling,
    suggest_scope,
    take_back,
)
from corpus.store import Corpus

MORE = """@article{pots, title={Boiling water in tall pots}, year={2011}, journal={Kettles}}
@article{moss, title={Moss on stones}, year={2012}, journal={Stones}}
"""


@pytest.fixture
def path(corpora_made: dict[str, Path], tmp_path: Path) -> Path:
    """Three records of the field and two that are not."""
    copy = copy_corpus(corpora_made["tiny"], tmp_path)
    with open_copy(copy) as corpus:
        add(corpus, MORE)
        corpus.settle()
    return copy


def id_of(corpus: Corpus, word: str) -> str:
    return next(r.id for r in corpus.records() if word in (r.title or ""))


def test_the_rule_suggests_and_says_why(path: Path) -> None:
    with open_copy(path) as corpus:
        out = suggest_scope(corpus, corpus.record(id_of(corpus, "pots")))
        assert out.out and out.why == "Title, abstract and keywords name nothing that would put it in scope."
        assert not suggest_scope(corpus, corpus.record(id_of(corpus, "nurses"))).out
        assert count_scope(corpus) == {"in": 0, "out": 0, "suggested_out": 2, "waiting": 3}
        assert list_screening(corpus, "doubtful") == [id_of(corpus, "Moss"), id_of(corpus, "pots")]


def test_out_needs_a_reason_and_a_value_that_exists(path: Path) -> None:
    with open_copy(path) as corpus:
        before = corpus.version
        with pytest.raises(LacunaError, match="needs a reason"):
            rule_scope(corpus, [id_of(corpus, "pots")], "out", "  ")
        with pytest.raises(LacunaError, match="in, out, unscreened"):
            preview_scope(corpus, "maybe", "")
        assert corpus.version == before


def test_a_search_is_ruled_in_one_version_and_taken_back_in_one(path: Path) -> None:
    with open_copy(path) as corpus:
        preview = preview_scope(corpus, "out", "pots OR moss OR nurses", only_suggested_out=True)
        assert preview.n_found == 2 and set(preview.ids) == {id_of(corpus, "pots"), id_of(corpus, "Moss")}
        assert len(preview_scope(corpus, "out", "pots OR moss OR nurses").ids) == 3
        version = corpus.version
        kept = rule_scope(corpus, preview.ids, "out", "not-research: Kettles", "Ada")
        assert len(kept) == 2 and corpus.version == version + 1
        assert count_scope(corpus) == {"in": 0, "out": 2, "suggested_out": 0, "waiting": 3}
        assert count_reasons(corpus) == {"not-research: Kettles": 2}
        again = preview_scope(corpus, "in", "pots OR nurses")
        assert (len(again.ids), again.n_kept, again.before["out"]) == (1, 1, 1)
        assert len(preview_scope(corpus, "in", "pots OR nurses", again=True).ids) == 2
        ruling = standing_ruling(corpus, corpus.record(id_of(corpus, "pots")))
        assert ruling is not None and (ruling.value, ruling.who) == ("out", "Ada")
        take_back(corpus, kept, "Ada")
        assert corpus.version == version + 2
        assert standing_ruling(corpus, corpus.record(id_of(corpus, "pots"))) is None
        assert count_reasons(corpus) == {}


def test_a_taking_back_that_is_taken_back_does_not_count(path: Path) -> None:
    with open_copy(path) as corpus:
        (kept,) = rule_scope(corpus, [id_of(corpus, "pots")], "out", "off", "Ada")
        take_back(corpus, [kept])
        take_back(corpus, [corpus.rulings(("withdrawn",))[-1]])
        ruling = standing_ruling(corpus, corpus.record(id_of(corpus, "pots")))
        assert ruling is not None and ruling.number == kept.number
        assert count_reasons(corpus) == {"off": 1}


def test_the_prisma_boxes_fill_from_rulings(path: Path) -> None:
    with open_copy(path) as corpus:
        assert (count_flow(corpus).screened, count_flow(corpus).excluded, count_flow(corpus).suggested_out) == (0, 0, 2)
        rule_scope(corpus, [id_of(corpus, "pots")], "out", "off")
        rule_scope(corpus, [id_of(corpus, "nurses")], "in")
        flow = count_flow(corpus)
        assert (flow.screened, flow.excluded, flow.included, flow.suggested_out, flow.waiting) == (2, 1, 1, 1, 2)


def test_reasons_are_the_frameworks_own_where_it_has_any(framework, tiny_framework) -> None:  # type: ignore[no-untyped-def]
    assert "news-case" in list_reasons(framework)
    assert list(list_reasons(tiny_framework)) == ["off-topic", "other-people", "not-research", "unreadable"]


def test_the_command_previews_rules_and_takes_back(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["--corpus", str(path), "--json"]
    rule = ["rule", "scope", "out", "--query", "pots OR moss"]
    assert main([*rule, "--dry-run", *common]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert (seen["found"], seen["would_change"], seen["suggested_out"]) == (2, 2, 2)
    assert main([*rule, *common]) != 0  # no reason
    capsys.readouterr()
    assert main([*rule, "--reason", "off", "--who", "Ada", *common]) == 0
    kept = json.loads(capsys.readouterr().out)["rulings"]
    assert len(kept) == 2
    assert main(["rule", "withdraw", f"{kept[0]}-{kept[-1]}", *common]) == 0
    with open_copy(path) as corpus:
        assert count_scope(corpus)["out"] == 0


def test_numbers_of_rulings() -> None:
    assert read_numbers(["3", "5-7"]) == [3, 5, 6, 7]
    with pytest.raises(LacunaError, match="not the number"):
        read_numbers(["x-3"])


def test_every_count_says_what_it_leaves_out(path: Path) -> None:
    with open_copy(path) as corpus:
        whole = corpus.snapshot()
        assert whole.where().statement == (
            f"{whole.statement}; 3 of 5 records are counted, without 2 not screened that a rule suggests are out"
        )
        rule_scope(corpus, [id_of(corpus, "pots")], "out", "off")
        said = corpus.snapshot().where().statement
        assert said.endswith("without 1 ruled out of scope and 1 not screened that a rule suggests are out")
        assert corpus.snapshot().where().where().statement == said
