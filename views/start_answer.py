"""An answer on Start drawn as one element: a sentence, what is known and missing, a quote to copy, and the ways on.

Made of Streamlit's own parts it is twenty-five elements, which take a browser longer than counting them. The script
(views/assets/answer.js) sets text only; what stands where is said here, in blocks.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from analysis import answering
from analysis.claims import say_comparable, say_near
from analysis.sentences import make_about, records_words
from analysis.studies import Study, find_study
from corpus.records import Record
from views import brief, gap_cards
from views.answers import Answer
from views.map_component import asset
from views.state import State, Where

RECORDS_SHOWN = 5
COPY = ("Copy", "Copied")
Block = Mapping[str, Any]

_ANSWER = st.components.v2.component(
    "lacuna_answer", html='<div class="lacuna-answer"></div>', css=asset("answer.css"), js=asset("answer.js")
)


def show(state: State, answer: Answer, counted: answering.Answer, near: Sequence[str]) -> None:
    """Draw it. ``near``: near misses known without a search of the texts."""
    records = state.corpus.records(answer.ids[:RECORDS_SHOWN])
    study = find_study(counted.findings[0], counted.snapshot)
    blocks = to_blocks(state, answer, counted, records, study, near)
    _ANSWER(data={"blocks": blocks}, key="start.drawn")


def to_blocks(
    state: State,
    answer: Answer,
    counted: answering.Answer,
    records: Iterable[Record],
    study: Study | None,
    near: Sequence[str],
) -> list[Block]:
    """The answer as the script draws it."""
    few = dict.fromkeys(said for finding in counted.findings for said in say_comparable(finding))
    return [
        _small("Read as " + "; ".join(f"{label}: {words}" for label, words in answer.read_as)),
        {"head": 3, "text": answer.sentence},
        *map(_line, answer.verdicts),
        {"columns": [_known(state, answer, records), _missing(answer)]},
        {"head": 4, "text": "To quote, with its caveat"},
        {"quote": answer.quote, "copy": COPY},
        *map(_line, few),
        *([_line("Near misses:"), _items(near)] if near else []),
        *([_small(f"{study.sentence} {study.closes}", gap_cards.STUDY_HEAD)] if study else []),
        _link("page", "Make a brief", "brief", brief.query_of(counted.question)),
    ]


def _known(state: State, answer: Answer, records: Iterable[Record]) -> list[Block]:
    """What is here, the newest records by title, and the way to all of them."""
    blocks: list[Block] = [
        {"head": 4, "text": "What is known here"},
        _pairs(answer.known) if answer.known else _line("Nothing: no record here carries these tags together."),
    ]
    for record in records:
        title = f"{' '.join((record.title or '').split()) or 'Without a title'} ({record.year or 'year unknown'})"
        blocks.append(_link("title", title, "record", {"id": record.id}))
    if answer.ids:
        words = f"Open {'it' if len(answer.ids) == 1 else f'all {len(answer.ids):,}'} on the gap map"
        blocks.append(_link("way", words, "gap-map", _map_query(state, answer)))
    return blocks


def _missing(answer: Answer) -> list[Block]:
    blocks: list[Block] = [{"head": 4, "text": "What is missing here"}]
    if answer.gaps:
        blocks.append(_items(answer.gaps))
    if answer.without:
        blocks += [_line("No record here links it to these:"), _pairs(answer.without)]
        if not answer.is_surprising:
            blocks.append(_line(f"With {records_words(len(answer.ids))}, empty combinations are no surprise."))
    if not answer.gaps and not answer.without:
        blocks.append(_line("Too little is here to say what else is missing."))
    if answer.near:
        blocks += [_line("Also look at:"), _items(answer.near)]
    return blocks


def say_near_misses(counted: answering.Answer) -> list[str]:
    about = make_about(counted.snapshot)
    return list(dict.fromkeys(said for finding in counted.findings for said in say_near(finding, about)))


def _map_query(state: State, answer: Answer) -> Mapping[str, Any]:
    """The map on which these records are a row or a cell; more tags than two become filters."""
    keys = [(facet, tag) for facet, here in answer.tags for tag in here]
    if len(keys) == 1:
        return gap_cards.row_query(state, *keys[0], Where())
    if len(keys) == 2 and len(answer.tags) == 2:
        (rows, row), (columns, column) = keys
        return {"rows": rows, "columns": columns, "level": "tag", "row": row, "col": column}
    return Where(answer.tags).to_query()


def _line(text: str) -> Block:
    return {"text": text}


def _small(text: str, head: str = "") -> Block:
    return {"small": True, "bold": head, "text": text}


def _items(lines: Iterable[str]) -> Block:
    return {"items": [["", line] for line in lines]}


def _pairs(pairs: Iterable[tuple[str, str]]) -> Block:
    return {"items": [[f"{label}:", words] for label, words in pairs]}


def _link(kind: str, words: str, page: str, query: Mapping[str, Any]) -> Block:
    """A way on: a page with its state in the address. ``kind``: "title" of a record, "way" or "page"."""
    known = {name: value for name, value in query.items() if value not in (None, "", ())}
    return {"link": kind, "text": words, "href": f"{page}?{urlencode(known, doseq=True)}"}
