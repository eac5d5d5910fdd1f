"""Topics found once for each corpus version and kept in the corpus, so that nobody waits for the same fit twice.

What is kept is also the memory of earlier topics: a new fit is held against the latest one of an earlier version, and
topics that are the same keep their ids and labels. Where nothing can be written (a visitor, a read-only disk) the fit
is simply not kept.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from hashlib import blake2b
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from analysis import embedding
from analysis.axes import UNASSIGNED
from analysis.coverage import in_scope
from analysis.roles import find_never_typical
from analysis.topics.fit import Settings, Topic, Topics, TopicText, fit_topics
from corpus.errors import BusyError, NotAllowedError, NotWritableError
from corpus.records import Record
from corpus.rules import Progress, no_progress
from corpus.snapshot import Snapshot
from corpus.store import Corpus

KIND = "topics"
MAX_TOPICS = 60  # a person can ask for
_CHUNK = 2_000  # records read at a time, so that progress is told
_SUGGESTED = "suggested"


def find_topics(
    corpus: Corpus, n: int | None = None, *, snapshot: Snapshot | None = None, progress: Progress = no_progress
) -> Topics:
    """The topics of all records in scope: those kept for this version, or a new fit, which is then kept.

    ``snapshot``: the corpus at an earlier version, if that is asked for; its fit is held against the fits kept up to
    then, and not kept itself.
    """
    whole = in_scope(corpus.snapshot() if snapshot is None else snapshot.where())
    found = load_topics(corpus, n, whole)
    if found is not None:
        return found
    texts = read_texts(corpus, whole.ids.tolist(), progress)
    fitted = fit_topics(
        texts,
        n,
        previous=_load_earlier(corpus, n, whole.version),
        never_typical=find_never_typical(whole),
        embed=embedding.embed,
        progress=progress,
    )
    if snapshot is None:
        _keep(corpus, n, whole, fitted)
    return fitted


def find_subtopics(corpus: Corpus, topic: Topic, n: int | None = None, progress: Progress = no_progress) -> Topics:
    """The records of one topic, grouped among themselves."""
    return fit_topics(
        read_texts(corpus, topic.ids, progress),
        n,
        never_typical=find_never_typical(corpus.snapshot()),
        embed=embedding.embed,
        progress=progress,
    )


def read_texts(corpus: Corpus, ids: Sequence[str], progress: Progress = no_progress) -> list[TopicText]:
    """What these records say in words."""
    texts: list[TopicText] = []
    for start in range(0, len(ids), _CHUNK):
        texts += map(to_text, corpus.records(ids[start : start + _CHUNK]))
        progress("reading records", min(start + _CHUNK, len(ids)), len(ids))
    return texts


def to_text(record: Record) -> TopicText:
    return TopicText(record.id, record.title, record.abstract, record.keywords)


def load_topics(corpus: Corpus, n: int | None, snapshot: Snapshot) -> Topics | None:
    """The fit kept for this version under today's method; None if there is none."""
    value = _latest(corpus, n, "json_extract(value, '$.key') = ?", _key(snapshot))
    return _unpack(value, snapshot) if value else None


def _load_earlier(corpus: Corpus, n: int | None, version: int) -> Topics | None:
    """The latest fit kept up to a version, under whatever method; None if there is none."""
    value = _latest(corpus, n, "json_extract(value, '$.version') <= ?", version)
    return _unpack(value) if value else None


def _latest(corpus: Corpus, n: int | None, condition: str, wanted: str | int) -> dict[str, Any] | None:
    """Of all that was ever kept for this number of topics the latest that meets a condition; only that one is read."""
    rows = corpus.query(
        f"SELECT value FROM kept WHERE kind = ? AND name = ? AND value IS NOT NULL AND {condition} "
        "ORDER BY number DESC LIMIT 1",
        (KIND, _name(n), wanted),
    )
    found: dict[str, Any] | None = json.loads(rows[0][0]) if rows else None
    return found


def _keep(corpus: Corpus, n: int | None, snapshot: Snapshot, fitted: Topics) -> None:
    try:
        corpus.keep(KIND, _name(n), _pack(snapshot, fitted), "")
    except (NotAllowedError, NotWritableError, BusyError):
        return  # found again next time


def _name(n: int | None) -> str:
    return str(n) if n else _SUGGESTED


def _key(snapshot: Snapshot) -> str:
    """What a fit depends on: the records counted, the framework's word on examples, and the method."""
    parts = (snapshot.version, len(snapshot), snapshot.framework.fingerprint, _method(embedding.is_installed()))
    return "/".join(map(str, parts))


@cache
def _method(embedded: bool) -> str:
    """A fingerprint of the code that groups and names, and of the package it may use."""
    digest = blake2b(digest_size=8)
    for name in ("fit", "identity", "labels", "layout", "vectors", "words"):
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest() + (f"+{embedding.PACKAGE} {version_of(embedding.PACKAGE)}" if embedded else "")


def _pack(snapshot: Snapshot, fitted: Topics) -> dict[str, Any]:
    rows = [
        {
            "id": topic.id,
            "label": topic.label,
            "words": topic.words,
            "typical": topic.typical,
            "overlap": topic.overlap,
            "at": topic.at,
            "n": len(topic),
        }
        for topic in fitted.topics
    ]
    ids = [record for topic in fitted.topics for record in topic.ids] + list(fitted.unassigned)
    return {
        "key": _key(snapshot),
        "version": snapshot.version,
        "settings": asdict(fitted.settings),
        "agreement": fitted.agreement,
        "topics": rows,
        "ids": base64.b64encode(zlib.compress(json.dumps(ids).encode(), 6)).decode(),
    }


def _unpack(value: dict[str, Any], snapshot: Snapshot | None = None) -> Topics:
    """``snapshot`` lends its ids, so that the same strings are not held twice."""
    ids: list[str] = json.loads(zlib.decompress(base64.b64decode(value["ids"])))
    if snapshot is not None:
        own = {record: record for record in snapshot.ids.tolist()}
        ids = [own.get(record, record) for record in ids]
    topics, start = [], 0
    for row in value["topics"]:
        members = tuple(ids[start : start + row["n"]])
        start += row["n"]
        x, y = row["at"]
        topics.append(
            Topic(row["id"], row["label"], tuple(row["words"]), members, tuple(row["typical"]), row["overlap"], (x, y))
        )
    unassigned = tuple(ids[start:])
    return Topics(
        topics=tuple(topics),
        unassigned=unassigned,
        settings=Settings(**value["settings"]),
        agreement=value["agreement"],
        of=_to_of(topics, unassigned),
    )


def _to_of(topics: Iterable[Topic], unassigned: Iterable[str]) -> dict[str, str]:
    of = {record: topic.id for topic in topics for record in topic.ids} | dict.fromkeys(unassigned, UNASSIGNED)
    return dict(sorted(of.items()))
