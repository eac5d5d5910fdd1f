"""What happened, in words, and the doubts that wait: the same on the command line as on the pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy

from corpus.__main__ import main
from corpus.framework import load_framework
from corpus.history import describe_rulings, list_decisions, look_back
from corpus.records import Ruling
from corpus.store import Corpus
from ingest.pipeline import ingest
from ingest.rules import open_corpus

FIELD = Path(__file__).parent / "cases" / "framework-toy"


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "toy.sqlite", load_framework(FIELD), toy.RULES, create=True) as opened:
        yield opened


def test_decisions_are_told_in_words_with_who_took_them_back(corpus: Corpus) -> None:
    toy.add(corpus, [toy.entry("Red house"), toy.entry("Red house?")])
    gone = toy.add(corpus, [toy.entry("Blue house")])
    (doubt,) = corpus.held()
    blue = next(r for r in corpus.records() if r.title == "Blue house")
    (first,) = corpus.rule(Ruling("distinct", (doubt.a, doubt.b)), who="Ada")
    corpus.rule(Ruling("tag", blue.entries, "added", "size", "big"), Ruling("scope", blue.entries, "out"), who="Ben")
    (back,) = corpus.rule(Ruling("withdrawn", (), str(first.number)), who="Cem")
    corpus.undo(gone.id)
    decisions = list_decisions(corpus)
    assert [(d.ruling.kind, d.ruling.who, d.taken_back and d.taken_back.who) for d in decisions] == [
        ("scope", "Ben", None),
        ("tag", "Ben", None),
        ("distinct", "Ada", "Cem"),
    ]
    said = describe_rulings(corpus, [d.ruling for d in decisions] + [back])
    assert said[0] == "Out of scope: “Blue house” (not in the corpus now)"
    assert said[1] == "Code added, Size: Big, on “Blue house” (not in the corpus now)"
    assert said[2] in ("Two works: “Red house” and “Red house?”", "Two works: “Red house?” and “Red house”")
    assert said[3] == f"Took back ruling {first.number}"
    corpus.rule(Ruling("withdrawn", (), str(back.number)), who="Ada")
    assert [d.taken_back for d in list_decisions(corpus, ("same", "distinct"))] == [None]


def test_looking_back_names_what_came_and_went(corpus: Corpus) -> None:
    first = toy.add(corpus, [toy.entry("Red house")])
    then = corpus.version
    toy.add(corpus, [toy.entry("Blue house")])
    corpus.undo(first.id)
    back = look_back(corpus, then)
    assert [title for _, title in back.gone] == ["Red house"]
    assert [title for _, title in back.new] == ["Blue house"]
    assert len(look_back(corpus, corpus.version).snapshot) == 1
    assert len(look_back(corpus, 0).snapshot) == 0


BIB = """@article{{a{n}, title={{{title}}}, author={{Osei, Ama}},
  year={{2019}}, journal={{Journal of Toil}}, doi={{10.5555/a{n}}}}}
@article{{b{n}, title={{{title}}}, author={{Osei, Ama}},
  year={{2019}}, journal={{medRxiv}}, doi={{10.1101/b{n}}}}}
"""


def test_doubts_and_decisions_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.sqlite"
    for n, title in enumerate(("What cleaners earn on the wards at night", "Porters and the long night shift"), 1):
        (tmp_path / f"{n}.bib").write_text(BIB.format(n=n, title=title), encoding="utf-8")
        with open_corpus(path, FIELD, create=True) as corpus:
            ingest([tmp_path / f"{n}.bib"], corpus)
    options = ["--corpus", str(path), "--framework", str(FIELD)]

    def run(*words: str) -> dict[str, object]:
        assert main([*words, "--json", *options]) == 0
        return json.loads(capsys.readouterr().out)

    everything = run("held")
    assert everything["total"] == 2
    (pair,) = run("held", "--import", "2")["pairs"]
    assert (pair["rule"], [r["year"] for r in pair["records"]]) == ("preprint", [2019, 2019])
    assert len(run("held", "--limit", "1")["pairs"]) == 1
    assert main(["held", "--import", "9", *options]) == 1
    assert "no import 9" in capsys.readouterr().err
    run("rule", "distinct", pair["a"], pair["b"], "--who", "Ada", "--reason", "Two texts")
    assert run("held")["total"] == 1
    assert run("held", "--import", "2")["total"] == 0
    run("rule", "withdraw", "1", "--who", "Ben")
    assert run("held")["total"] == 2
    (told,) = run("history", "--rulings")["rulings"]
    assert (told["who"], told["taken_back_by"]["who"]) == ("Ada", "Ben")
    main(["history", "--rulings", *options])
    assert "Two works: “Porters and the long night shift” and one with the same title " in (
        shown := capsys.readouterr().out
    )
    assert "(Two texts) [taken back by Ben, " in shown
    then = run("history", "--as-of", "1")
    assert (then["records"], len(then["new"]), then["gone"]) == (2, 2, [])
    main(["history", "--as-of", "1", *options])
    assert "At version 1: 2 records" in capsys.readouterr().out
    main(["held", *options])
    assert "2 doubtful pairs wait for a person." in capsys.readouterr().out


def test_nothing_in_doubt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_corpus(tmp_path / "c.sqlite", FIELD, create=True).close()
    main(["held", "--corpus", str(tmp_path / "c.sqlite"), "--framework", str(FIELD)])
    assert capsys.readouterr().out == "No pair is in doubt.\n"
