"""Looking up what is missing: what is sent, what comes back damaged or about something else, and what is never changed.

No test leaves this machine: a server on 127.0.0.1 speaks the documented replies (tests/services_toy.py).
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpora import add, copy_corpus, open_copy
from services_toy import Toy, article, serve, work

from corpus.errors import LacunaError, ServiceError
from corpus.notices import mark_of
from corpus.overlap import find_met
from corpus.prisma import count_flow
from corpus.records import LOOKED_UP
from corpus.store import Corpus
from corpus.store.visitors import VisitorCorpus
from ingest.__main__ import main
from ingest.enrich import Filled, describe_filled, describe_rest, describe_sending, fill, look_up, make_plan

ONE = "10.5555/lacuna.one"
TITLE = "Sexual harassment of nurses by patients in hospital wards"
MORE = """
@article{four, title = {Bullying of porters on night shifts}, author = {Osei, Ama}, year = {2020}, journal = {Nights},
  doi = {10.5555/lacuna.four}, abstract = {We asked porters at night.}, language = {en}, pmid = {7000004}}
@article{five, title = {Racism that cleaners meet in clinics}, author = {Lund, Kari}, year = {2019},
  journal = {Clinics}, doi = {10.5555/lacuna.five}}
@article{six, title = {Threats against ambulance crews}, author = {Berg, Jo}, year = {2018}, journal = {Roads},
  pmid = {7000006}}
"""
FOUND = {
    f"doi:{ONE}": [work(1, TITLE + ".", ONE, mesh=[{"descriptor_name": "Sexual Harassment", "is_major_topic": True}],
                        abstract_inverted_index={"Not": [0], "ours.": [1]}, type="review")],
    "doi:10.5555/lacuna.five": [
        work(5, "Racism that cleaners meet in clinics", "10.5555/LACUNA.five", language="de", is_retracted=True,
             abstract_inverted_index={"Cleaners": [0, 3], "in": [1], "clinics.": [2], "spoke.": [4]})
    ],
    "pmid:7000006": [
        work(6, "Threats against ambulance crews", None, ids={"pmid": "https://pubmed.ncbi.nlm.nih.gov/7000006"},
             abstract_inverted_index={"Crews": [0], "told": [1], "us.": [2]})
    ],
}  # fmt: skip


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serve(Toy()) as toy:
        for name in ("LACUNA_OPENALEX_ADDRESS", "LACUNA_PUBMED_ADDRESS"):
            monkeypatch.setenv(name, toy.address)
        yield toy


@pytest.fixture
def path(corpora_made: dict[str, Path], tmp_path: Path) -> Path:
    path = copy_corpus(corpora_made["tiny"], tmp_path)
    with open_copy(path) as corpus:
        add(corpus, MORE)
    return path


@pytest.fixture
def corpus(path: Path) -> Iterator[Corpus]:
    with open_copy(path) as corpus:
        yield corpus


def run(corpus: Corpus, service: str = "openalex", waits: list[float] | None = None, **named: object) -> Filled:
    plan = make_plan(corpus, service, **named)  # type: ignore[arg-type]
    look_up(corpus, plan, wait=(waits if waits is not None else []).append)
    return fill(corpus, plan, "a tester")


def by_title(corpus: Corpus, start: str):  # type: ignore[no-untyped-def]
    return next(record for record in corpus.records() if (record.title or "").startswith(start))


def test_only_what_no_file_says_is_filled_and_undo_takes_it_out_again(corpus: Corpus, toy: Toy) -> None:
    toy.works = FOUND
    before = {record.id: record for record in corpus.records()}
    result = run(corpus)
    assert result.done is not None
    assert result.done.totals == {"found": 3, "new": 0, "merged": 3, "held": 0, "rejected": 0}
    assert result.filled == {"abstract": 2, "mesh": 1, "publication-type": 3, "language": 3}
    one = by_title(corpus, "Sexual harassment")
    assert one.abstract == "We surveyed nurses in two hospitals. One in three reported sexual harassment by patients."
    assert (one.mesh, one.publication_types, one.language) == (("*Sexual Harassment",), ("Review",), "en")
    assert (one.title, one.type, one.pmid, len(one.authors)) == (TITLE, "article", None, 2)
    five = by_title(corpus, "Racism")
    assert (five.abstract, five.language, five.year) == ("Cleaners in clinics. Cleaners spoke.", "de", 2019)
    assert five.taken_from["abstract"] != five.taken_from["title"]
    assert corpus.entry(five.taken_from["abstract"]).format == LOOKED_UP
    assert corpus.check() == []
    corpus.undo(result.done.id)
    assert {record.id: record for record in corpus.records()} == before
    corpus.redo(result.done.id)
    assert by_title(corpus, "Racism").abstract == five.abstract


def test_a_retraction_is_noted_with_the_record(corpus: Corpus, toy: Toy) -> None:
    toy.works = FOUND
    result = run(corpus)
    assert result.n_retracted == 1
    five = by_title(corpus, "Racism")
    assert five.notes == ("Retracted, says OpenAlex",)
    assert mark_of(five.id, corpus.notices()) == "Retracted"
    assert "1 work is retracted, says OpenAlex; noted with the record." in describe_filled(result)


def test_what_is_sent_is_said_first_and_is_all_that_is_sent(corpus: Corpus, toy: Toy) -> None:
    plan = make_plan(corpus)
    host = toy.address.split("/")[2]
    assert describe_sending(plan, "ama@example.org") == [
        f"3 DOIs and 1 PubMed number would be sent to {host} (OpenAlex); with them the mail address ama@example.org; "
        "nothing else.",
        "In 2 requests, one a second at most.",
    ]
    assert describe_rest(plan) == ["2 without an identifier that OpenAlex could be asked for."]
    assert toy.asked == []
    look_up(corpus, plan, "ama@example.org", wait=[].append)
    (_, dois), (_, pmids) = toy.asked
    assert sorted(dois["filter"].removeprefix("doi:").split("|")) == [
        "10.5555/lacuna.five",
        "10.5555/lacuna.four",
        ONE,
    ]
    assert pmids["filter"] == "pmid:7000006"
    assert set(dois) == {"filter", "per-page", "select", "mailto"}
    assert set(toy.agents) == {"Lacuna (mailto:ama@example.org)"}


def test_a_key_is_sent_and_named_but_never_shown(corpus: Corpus, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LACUNA_OPENALEX_KEY", "sesame")
    plan = make_plan(corpus, limit=1)
    said = " ".join(describe_sending(plan))
    assert "the key in LACUNA_OPENALEX_KEY" in said
    assert "sesame" not in said
    look_up(corpus, plan, wait=[].append)
    assert toy.asked[0][1]["api_key"] == "sesame"


def test_requests_are_a_second_apart(corpus: Corpus, toy: Toy) -> None:
    waits: list[float] = []
    look_up(corpus, make_plan(corpus), wait=waits.append)
    assert len(waits) == 1
    assert 0.0 < waits[0] <= 1.0


@pytest.mark.parametrize(
    ("trouble", "rest"),
    [
        pytest.param((429, {"Retry-After": "7"}, "slow down"), 7.0, id="too many requests"),
        pytest.param((500, {}, "oops"), 2.0, id="server error"),
        pytest.param((200, {}, '{"results": [{"id": "https://openalex.org/W1", "title": "Cut'), 2.0, id="cut off"),
        pytest.param((200, {}, "<html>Back soon</html>"), 2.0, id="not JSON"),
    ],
)
def test_after_trouble_it_asks_again(corpus: Corpus, toy: Toy, trouble, rest: float) -> None:  # type: ignore[no-untyped-def]
    toy.works, toy.troubles = FOUND, [trouble]
    waits: list[float] = []
    result = run(corpus, waits=waits)
    assert rest in waits
    assert len(toy.asked) == 3
    assert result.filled["abstract"] == 2


@pytest.mark.parametrize(
    ("troubles", "says", "n"),
    [
        pytest.param([(503, {}, "")] * 5, "it answered 503, 5 times", 5, id="down for long"),
        pytest.param([(429, {"Retry-After": "36000"}, "")], "a rest of 36,000 seconds", 1, id="limit of the day"),
        pytest.param([(400, {}, "")], "refuses the question: it answered 400", 1, id="refused"),
        pytest.param([(200, {}, "[]")] * 5, "it is no list of works, 5 times", 5, id="never readable"),
    ],
)
def test_it_gives_up_with_a_sentence(corpus: Corpus, toy: Toy, troubles, says: str, n: int) -> None:  # type: ignore[no-untyped-def]
    toy.troubles = list(troubles)
    with pytest.raises(ServiceError, match=says):
        look_up(corpus, make_plan(corpus), wait=[].append)
    assert len(toy.asked) == n
    assert len(corpus.imports()) == 2


def test_where_nobody_answers_it_says_so(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, toy: Toy) -> None:
    monkeypatch.setenv("LACUNA_OPENALEX_ADDRESS", "http://127.0.0.1:1/")
    with pytest.raises(ServiceError, match="OpenAlex: it cannot be reached"):
        look_up(corpus, make_plan(corpus), wait=[].append)


def test_after_an_interruption_it_goes_on_where_it_was(path: Path, toy: Toy) -> None:
    toy.works = FOUND

    def stop(what: str, done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with open_copy(path) as corpus, pytest.raises(KeyboardInterrupt):
        look_up(corpus, make_plan(corpus), progress=stop, wait=[].append)
    assert [params["filter"][:4] for _, params in toy.asked] == ["doi:"]
    with open_copy(path) as corpus:
        plan = make_plan(corpus)
        assert (len(plan.ask), plan.n_remembered, plan.n_waiting) == (1, 3, 2)
        assert "2 answers that came earlier wait to be filled in." in describe_rest(plan)
        result = run(corpus)
        assert [params["filter"][:5] for _, params in toy.asked] == ["doi:1", "pmid:"]
        assert result.filled["abstract"] == 2
        assert (result.n_asked, result.n_unanswered) == (4, 1)
        again = make_plan(corpus)
        assert (len(again.ask), again.n_waiting) == (0, 0)
        assert describe_sending(again) == ["Nothing would be sent to OpenAlex."]
        assert result.done is not None
        corpus.undo(result.done.id)
        assert len(make_plan(corpus).ask) == 4  # asked for anew: the person took the answers out
        assert run(corpus).filled["abstract"] == 2


def test_an_answer_about_another_work_is_left_out_with_the_reason(corpus: Corpus, toy: Toy) -> None:
    toy.works = {
        f"doi:{ONE}": [work(9, "How to whistle on windy piers", ONE, language="en")],
        "doi:10.5555/lacuna.five": [work(8, "Nobody asked for this", "10.5555/other", language="fr")],
    }
    n = len(corpus.snapshot())
    result = run(corpus)
    assert result.done is not None
    assert result.done.totals == {"found": 2, "new": 0, "merged": 0, "held": 0, "rejected": 2}
    assert [reject.reason for reject in result.done.files[0].rejects] == [
        f'doi {ONE}: the answer is "How to whistle on windy piers", which is not the work "{TITLE}"',
        "the answer is about a work that was not asked for",
    ]
    assert len(corpus.snapshot()) == n
    assert by_title(corpus, "Sexual harassment").language is None


def test_an_answer_never_becomes_a_record_even_where_its_record_goes(corpus: Corpus, toy: Toy) -> None:
    toy.works = FOUND
    run(corpus)
    corpus.undo(2)  # the file that had five and six
    assert len(corpus.snapshot()) == 3
    assert corpus.check() == []
    corpus.rebuild()
    assert len(corpus.records()) == 3
    corpus.redo(2)
    assert by_title(corpus, "Racism").abstract == "Cleaners in clinics. Cleaners spoke."
    assert len(corpus.snapshot(as_of=1)) == 3


def test_two_records_are_never_joined_by_an_answer(corpus: Corpus, toy: Toy) -> None:
    toy.works = {
        f"doi:{ONE}": [work(1, TITLE, ONE, ids={"pmid": "7000006"})]  # a number that another record has
    }
    n = len(corpus.snapshot())
    result = run(corpus)
    assert result.filled["language"] == 1
    assert len(corpus.snapshot()) == n
    assert by_title(corpus, "Sexual harassment").pmid is None
    assert corpus.held() == []


def test_an_identifier_that_two_records_share_is_not_asked_for(corpus: Corpus, toy: Toy) -> None:
    add(corpus, f"@article{{x, title={{A quite different piece on lifts}}, year={{2001}}, doi={{{ONE}}}}}")
    plan = make_plan(corpus)
    assert plan.n_shared == 2
    assert ONE not in {one.identifier for one in plan.ask}


def test_pubmed_is_asked_by_number_or_by_doi(corpus: Corpus, toy: Toy) -> None:
    toy.numbers = {"10.5555/lacuna.five": "7000005"}
    toy.articles = {
        "7000005": article("7000005", "Racism that cleaners meet in clinics.", "10.5555/lacuna.five", "To listen."),
        "7000006": article("7000006", "Threats against ambulance crews.", "10.5555/six", "To count.", ("Letter",)),
    }
    result = run(corpus, "pubmed")
    assert [path for path, _ in toy.asked] == ["/efetch.fcgi", "/esearch.fcgi", "/efetch.fcgi"]
    assert {params["tool"] for _, params in toy.asked} == {"lacuna"}
    assert toy.asked[0][1]["id"] == "7000004,7000006" or toy.asked[0][1]["id"] == "7000006,7000004"
    assert result.filled == {"abstract": 2, "mesh": 2, "publication-type": 2, "language": 2}
    five, six = by_title(corpus, "Racism"), by_title(corpus, "Threats")
    assert (five.abstract, five.mesh, five.pmid, five.language) == ("AIMS: To listen.", ("*Bullying",), "7000005", "en")
    assert (six.publication_types, six.doi) == (("Letter",), "10.5555/six")


def test_one_thing_asked_for_leaves_the_others_alone(corpus: Corpus, toy: Toy) -> None:
    toy.works = FOUND
    result = run(corpus, missing=("language",))
    assert result.filled == {"abstract": 0, "mesh": 0, "publication-type": 0, "language": 3}
    assert by_title(corpus, "Racism").abstract is None
    assert len(make_plan(corpus, missing=("language",)).ask) == 0
    assert len(make_plan(corpus, missing=("abstract",)).ask) == 2  # asked for other things before


def test_what_was_looked_up_is_no_source_of_records(corpus: Corpus, toy: Toy) -> None:
    before, year = count_flow(corpus), corpus.year_now
    toy.works = FOUND
    done = run(corpus).done
    assert done is not None
    assert count_flow(corpus) == before
    assert corpus.year_now == year
    assert find_met(corpus, done.id).records == frozenset()
    assert corpus.statement.endswith("missing details looked up at OpenAlex")


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"service": "oracle"}, "There is no service"),
        ({"missing": ("soul",)}, "cannot be looked up"),
        ({"missing": ()}, "cannot be looked up"),
    ],
)
def test_what_cannot_be_asked_is_said(corpus: Corpus, named: dict[str, object], says: str) -> None:
    with pytest.raises(LacunaError, match=says):
        make_plan(corpus, **named)  # type: ignore[arg-type]


def test_a_visitor_cannot_look_up(corpus: Corpus, toy: Toy) -> None:
    plan = make_plan(corpus)
    with pytest.raises(LacunaError, match="Only a curator"):
        look_up(VisitorCorpus(corpus), plan, wait=[].append)
    assert toy.asked == []


def test_the_command_says_what_it_sends_and_what_came(
    path: Path, toy: Toy, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.enrich.time.sleep", lambda seconds: None)
    toy.works = FOUND
    assert main(["enrich", "--corpus", str(path), "--dry-run", "--limit", "2"]) == 0
    said = capsys.readouterr().out
    assert "2 DOIs would be sent to 127.0.0.1" in said
    assert toy.asked == []
    assert main(["enrich", "--corpus", str(path), "--missing", "abstract", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["asked"], report["filled"]["abstract"], report["import"]["totals"]["merged"]) == (2, 2, 2)
    assert main(["enrich", "--corpus", str(path), "--missing", "abstract"]) == 0
    assert "Nothing was added." in capsys.readouterr().out
    toy.troubles = [(400, {}, "")]
    assert main(["enrich", "--corpus", str(path)]) == 1
    assert "refuses the question" in capsys.readouterr().err
    assert main(["enrich", "--corpus", str(path), "--mail", "nobody"]) == 1
    assert "is no mail address" in capsys.readouterr().err
