"""One record as the coding component draws it: its text in runs that say which codes' words they are, and its codes.

Plain values only, and no Streamlit: what the component is told can be read in a test. The component sets text and
nothing else, so a title may hold anything.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from corpus.framework import Facet, Framework, TagKey
from corpus.records import Assignment, Record, Ruling

TEXTS = (("title", "Title"), ("abstract", "Abstract"), ("keywords", "Authors' keywords"), ("mesh", "Headings"),
         ("publication_types", "Publication types"))  # fmt: skip
MODEL = ("doubted", "missed")
WHY = {
    "weak": "{tag}: only the abstract says so",
    "against": "{tag}: a rule gave it, and who coded {facet} did not",
    "not-yet": "{facet}: new tags have come since this record was coded",
    "influential": "{cell}: one record more or fewer changes what the map says of it",
    "empty-cell": "{cell}: no record here, and this one seems to have words for both",
    "doubted": "{tag}: the learned model doubts it",
    "missed": "{tag}: the learned model suggests it",
}
REASON_LABELS = {
    "influential": "Changes a gap: one record more or fewer changes a cell's grade",
    "empty-cell": "An empty cell: words for both its tags were found",
    "against": "Against people: a rule gave what the coders did not",
    "missed": "The learned model suggests a tag",
    "doubted": "The learned model doubts a tag",
    "weak": "Weak: only the abstract says so",
    "not-yet": "Not yet coded: the tag is newer than the coding",
}
WHY_SHOWN = 4


def facet_marks(framework: Framework) -> dict[str, dict[str, Any]]:
    """How each facet is told apart in the text: a letter, and one of the component's line styles and hues."""
    used: set[str] = set()
    marks = {}
    for number, facet in enumerate(framework.facets):
        letters = [c for c in facet.label.upper() + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c.isalpha()]
        letter = next((c for c in letters if c not in used), str(number))
        used.add(letter)
        marks[facet.id] = {
            "id": facet.id,
            "label": facet.label,
            "letter": letter,
            "hue": number % 6,
            "line": number % 5,
        }
    return marks


def list_tags(framework: Framework) -> list[list[str]]:
    """Every tag that can be added: facet, tag, label with its broader ones."""
    return [
        [facet.id, tag.id, " › ".join(facet.label_of(t) for t in reversed(facet.with_parents(tag.id)))]
        for facet in framework.facets
        for tag in facet.tags
    ]


def text_runs(text: str, spans: Sequence[tuple[int, int, str]]) -> list[list[Any]]:
    """A text cut where passages begin and end: ``[words, [code, ...]]``, in order; together they are the text.

    >>> text_runs("of nurses", [(3, 9, "who/nurse"), (3, 8, "who/any")])
    [['of ', []], ['nurse', ['who/any', 'who/nurse']], ['s', ['who/nurse']]]
    """
    cuts = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end) if 0 <= at <= len(text))})
    runs = []
    for start, end in pairwise(cuts):
        codes = sorted({code for a, b, code in spans if a <= start and end <= b})
        runs.append([text[start:end], codes])
    return runs


def to_text(record: Record, name: str) -> str:
    """A field as one text, as offsets of assignments count in it."""
    value = getattr(record, name)
    return value if isinstance(value, str) else "; ".join(value or ())


def find_spans(record: Record, assignments: Sequence[Assignment], passages: Sequence[Assignment]) -> dict[str, Any]:
    """Field -> where words of codes stand in the record's own text, as (start, end, code).

    ``passages`` are all the words that count, of which those of a code that the record has are marked; the words that
    earned a code are marked in any case. Words of an entry whose text is not the record's are looked for in it.
    """
    has = {(a.facet, a.tag) for a in assignments}
    spans: dict[str, list[tuple[int, int, str]]] = {name: [] for name, _ in TEXTS}
    for made in (*assignments, *(p for p in passages if (p.facet, p.tag) in has)):
        if not made.passage or made.field not in spans:
            continue
        text, start = to_text(record, made.field), made.start
        if text[made.start : made.end] != made.passage:
            start = text.find(made.passage)
        if start >= 0:
            span = (start, start + len(made.passage), f"{made.facet}/{made.tag}")
            if span not in spans[made.field]:
                spans[made.field].append(span)
    return spans


def to_record(
    framework: Framework,
    record: Record,
    assignments: Sequence[Assignment],
    rulings: Mapping[TagKey, Ruling],
    passages: Sequence[Assignment],
    items: Sequence[Mapping[str, Any]],
    cite: str,
) -> dict[str, Any]:
    """All the component needs of one record. ``items`` are its rows of the queue (analysis/queue.py)."""
    spans = find_spans(record, assignments, passages)
    texts = [
        {"field": name, "label": label, "runs": text_runs(to_text(record, name), spans[name])}
        for name, label in TEXTS
        if to_text(record, name)
    ]
    return {
        "id": record.id,
        "cite": cite,
        "texts": texts,
        "facets": [_to_facet(framework, facet, assignments, rulings, items) for facet in framework.facets],
        "why": write_reasons(framework, items),
    }


def _to_facet(
    framework: Framework,
    facet: Facet,
    assignments: Sequence[Assignment],
    rulings: Mapping[TagKey, Ruling],
    items: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    by_tag: dict[str, list[Assignment]] = {}
    for a in assignments:
        if a.facet == facet.id:
            by_tag.setdefault(a.tag, []).append(a)
    asked: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        if item["facet"] == facet.id:
            asked.setdefault(item["tag"], []).append(item)
    here = {tag: r for (f, tag), r in rulings.items() if f == facet.id and tag in facet.by_id}
    rejected = [tag for tag, r in here.items() if r.value == "rejected"]
    codes = [_to_code(facet, tag, same, here.get(tag), asked.get(tag, ())) for tag, same in by_tag.items()]
    open_tags = [tag for tag in asked if tag not in by_tag and tag not in here and tag in facet.by_id]
    codes += [_to_code(facet, tag, (), None, asked[tag]) for tag in open_tags]
    codes += [_to_code(facet, tag, (), here[tag], ()) for tag in rejected if tag not in by_tag]
    full = max((r.coded_under or 0 for (f, _), r in rulings.items() if f == facet.id), default=0)
    return {
        "id": facet.id,
        "codes": codes,
        "full": full >= framework.version,
        "under": full if 0 < full < framework.version else None,
    }


def _to_code(
    facet: Facet,
    tag: str,
    same: Sequence[Assignment],
    ruling: Ruling | None,
    asked: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """One line of the list: ``state`` is "given", "confirmed", "added", "rejected" or "open" (asked for, not given)."""
    said = [a for a in same if a.passage]
    if ruling is not None:
        state = ruling.value
    else:
        state = "given" if same else "open"
    sources = [f"“{_short(a.passage)}” in the {a.field.replace('_', ' ')}" for a in said[:2]]
    by = [f"rule: {', '.join(sources)}"] if sources else []
    if ruling is not None:
        by.insert(0, f"{ruling.who or 'a person'}, {ruling.at[:10]}" if ruling.at else ruling.who or "a person")
    for item in asked:
        if item["reason"] in MODEL and pd.notna(item["probability"]):
            by.append(f"model suggestion: {item['probability']:.0%} likely")
        elif item["reason"] == "not-yet":
            by.append("new since this record was coded")
        elif item["reason"] == "empty-cell" or (item["reason"] == "influential" and not same):
            by.append("would fill a cell of the map")
    return {
        "tag": tag,
        "label": facet.label_of(tag),
        "definition": facet.by_id[tag].definition,
        "state": state,
        "by": "; ".join(dict.fromkeys(by)),
        "person": any(a.source == "person" for a in same),
        "asked": bool(asked),
    }


def write_reasons(framework: Framework, items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why a record is in the queue, the weightiest first; of many, the first few and how many more."""
    said: dict[str, None] = {}
    for item in items:
        facet = framework.facet(item["facet"])
        cell = ""
        if pd.notna(item["row_facet"]):
            cell = f"{_label(framework, item['row_facet'], item['row'])} × " + _label(
                framework, item["column_facet"], item["column"]
            )
        words = {"tag": facet.label_of(item["tag"]), "facet": facet.label, "cell": cell}
        said[WHY[item["reason"]].format(**words)] = None
    out = list(said)
    more = len(out) - WHY_SHOWN
    return out[:WHY_SHOWN] + [f"and {more} more reasons" if more > 1 else "and 1 more reason"] * (more > 0)


def _label(framework: Framework, facet: str, line: str) -> str:
    return framework.facet(facet).label_of(line) if facet in framework.by_id else str(line)


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
