"""Who may decide: on one's own machine oneself, elsewhere those on the list, and nobody by accident."""

import inspect

import corpora
import pytest
from streamlit.testing.v1 import AppTest

from corpus.errors import NotAllowedError
from corpus.records import Ruling
from corpus.store import Corpus
from corpus.store.visitors import FOR_CURATORS, VisitorCorpus
from views.roles import Visitor, find_visitor

HERE = {"Host": "localhost:8501"}
SHARED = {
    "auth": {"redirect_uri": "https://lacuna.example/oauth2callback"},
    "lacuna": {"curators": ["Ada@Example.org"]},
}
ADA = {"is_logged_in": True, "email": "ada@example.org", "name": "Ada Osei"}

# What a visitor may call: looking, and proposing an upload.
FOR_ALL = {
    "open", "settle", "close", "tagger", "rules_fingerprint", "version", "statement", "year_now", "snapshot",
    "snapshot_if", "live_fields", "records", "record", "entry", "origins", "assignments", "rule_tags", "tag_rulings",
    "notices", "fields_of", "why_merged", "held", "imports_in_doubt", "rulings", "history", "stats", "check",
    "vanished_rulings", "entries_ruled_on", "query", "imports", "get_import", "kept", "kept_before", "kept_number",
    "counted_facets",
    "start_import", "start_file", "describe_file", "finish_file", "stage", "propose", "drop",
}  # fmt: skip


@pytest.mark.parametrize(
    ("secrets", "user", "headers", "expected"),
    [
        pytest.param({}, {}, HERE, Visitor(True), id="one's own machine"),
        pytest.param({}, {}, {"Host": "[::1]:8501"}, Visitor(True), id="one's own machine, IPv6"),
        pytest.param({}, {}, {"Host": "lacuna.example"}, Visitor(False), id="a shared one that names nobody"),
        pytest.param({}, {}, HERE | {"X-Forwarded-For": "192.0.2.7"}, Visitor(False), id="behind a proxy, no settings"),
        pytest.param({}, {}, HERE | {"Origin": "https://lacuna.example"}, Visitor(False), id="a proxy without marks"),
        pytest.param({}, {}, HERE | {"Origin": "http://localhost:8501"}, Visitor(True), id="the browser says so too"),
        pytest.param({}, {}, {"Host": "localhost.example:80"}, Visitor(False), id="a name that only begins alike"),
        pytest.param(SHARED, {"is_logged_in": False}, HERE, Visitor(False, "", True), id="not signed in"),
        pytest.param(SHARED, ADA, HERE, Visitor(True, "Ada Osei", True, True), id="a curator, in other letters"),
        pytest.param(SHARED, ADA | {"email_verified": False}, HERE, Visitor(False, "Ada Osei", True, True),
                     id="an address nobody verified"),
        pytest.param(SHARED, {"is_logged_in": True, "email": "eve@example.org"}, HERE,
                     Visitor(False, "eve@example.org", True, True), id="not on the list"),
        pytest.param(SHARED | {"lacuna": {"curators": [""]}}, {"is_logged_in": True}, HERE,
                     Visitor(False, "", True, True), id="no address against an empty line of the list"),
    ],
)  # fmt: skip
def test_who_is_a_curator(secrets, user, headers, expected):
    assert find_visitor(secrets, user, headers) == expected


def test_every_method_of_a_corpus_is_for_all_or_refused_to_visitors():
    public = {name for name, _ in inspect.getmembers(Corpus) if not name.startswith("_")}
    assert public == FOR_ALL | set(FOR_CURATORS)


def test_a_visitor_reads_and_proposes_and_decides_nothing(corpora_made, tmp_path):
    with corpora.open_copy(corpora.copy_corpus(corpora_made["tiny"], tmp_path)) as corpus:
        visitor = VisitorCorpus(corpus)
        version, record = corpus.version, corpus.records()[0]
        proposed = corpora.add(visitor, corpora.UNTAGGED, accept=False)
        assert visitor.get_import(proposed).state == "proposed"
        ruling = Ruling("scope", record.entries, value="out", reason="news-case")
        for refused in (
            lambda: visitor.accept(proposed),
            lambda: visitor.rule(ruling),
            lambda: visitor.undo(1),
            lambda: visitor.keep("search", "x", "y", "eve"),
        ):
            with pytest.raises(NotAllowedError, match="Only a curator can"):
                refused()
        assert corpus.version == version
        assert corpus.accept(proposed).state == "accepted"
        assert visitor.version == version + 1


def test_the_page_says_when_there_is_nothing_to_sign_in_to(corpora_made):
    at = AppTest.from_function(corpora.run_page, args=("sign-in", str(corpora_made["tiny"])), default_timeout=30).run()
    assert not at.exception
    assert "no accounts" in at.text[0].value
    assert not at.button
