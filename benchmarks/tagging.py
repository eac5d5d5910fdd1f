"""Automatic codes against people's: precision, recall and F1 per facet and tag, and scope.

A set is a folder with records.jsonl (id, title, abstract, keywords) and gold.jsonl (id, in_scope, tags by facet). Both
sides are compared with ``broader`` parents added, on records in scope by gold; tags of a later framework version
(``since`` above 1) are left out. Where a rule of the framework summarises many codes into one, both sides are read so.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any

from benchmarks import coded_maps
from corpus.codings import add_parents, read_summaries
from corpus.framework import Framework, TagKey, load_framework
from corpus.records import Fields
from ingest.tagging import Tagger, build_tagger
from ingest.tagging.tagger import text_of
from ingest.tagging.terms import to_term
from ingest.tagging.words import form, split

FRAMEWORK = Path(__file__).parent.parent / "corpus" / "framework"
_DRAWS = 1000
_CHARACTERS = 1400  # of title and abstract, in the texts whose tagging is timed
_ROUNDS = 5  # each measured as often, the least time taken: anything else is the machine's other work
_SEED = 1

Codes = dict[str, frozenset[TagKey]]
Counts = tuple[int, int, int]  # found rightly, given wrongly, missed


def run(data: Path, peers: bool = False) -> dict[str, dict[str, Any]]:
    """Figures for every set under ``data``: the folder itself, its subfolders, or coded maps (coded_maps.py)."""
    framework = load_framework(FRAMEWORK)
    tagger = build_tagger(framework)
    maps = coded_maps.find_sets(data)
    if maps:
        return {name: coded_maps.measure(framework, tagger, rows) for name, rows in maps.items()}
    folders = [data] if (data / "records.jsonl").is_file() else sorted(p for p in data.iterdir() if p.is_dir())
    return {
        folder.name: measure(framework, tagger, *read_set(folder), peers=peers)
        for folder in folders
        if (folder / "records.jsonl").is_file() and (folder / "gold.jsonl").is_file()
    }


def read_set(folder: Path) -> tuple[dict[str, Fields], dict[str, dict[str, Any]]]:
    """Record id -> its text, and record id -> its gold line."""
    records = {}
    for row in _lines(folder / "records.jsonl"):
        keywords = row.get("keywords") or ()
        records[row["id"]] = Fields(
            title=row.get("title") or None,
            abstract=row.get("abstract") or None,
            keywords=tuple(keywords.split("; ")) if isinstance(keywords, str) else tuple(keywords),
        )
    return records, {row["id"]: row for row in _lines(folder / "gold.jsonl")}


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def measure(
    framework: Framework,
    tagger: Tagger,
    records: Mapping[str, Fields],
    gold: Mapping[str, Mapping[str, Any]],
    peers: bool = False,
) -> dict[str, Any]:
    """All figures of one set."""
    given: Codes = {}
    scope: Counter[str] = Counter()
    for record_id, fields in records.items():
        assignments = tagger.assign(fields)
        given[record_id] = to_codes(framework, ((a.facet, a.tag) for a in assignments))
        in_scope, _ = tagger.suggest_scope(fields, assignments)
        scope[f"{gold[record_id]['in_scope']}-{in_scope}"] += 1
    ids = [record_id for record_id in records if gold[record_id]["in_scope"]]
    right = {i: to_codes(framework, ((f, t) for f, tags in gold[i]["tags"].items() for t in tags)) for i in ids}
    keys = [(f.id, t.id) for f in framework.facets if f.since == 1 for t in f.tags if t.since == 1]
    tags = {key: _count(ids, right, given, {key}) for key in keys}
    facets = {f.id: _count(ids, right, given, {k for k in keys if k[0] == f.id}) for f in framework.facets}
    overall = _count(ids, right, given, set(keys))
    per_record = [_count([i], right, given, set(keys)) for i in ids]
    used = [key for key in keys if tags[key][0] + tags[key][2]]
    low, high = _interval(per_record)
    return {
        "records": len(ids),
        **scores(overall),
        "f1_low": low,
        "f1_high": high,
        "macro_f1": sum(scores(tags[key])["f1"] for key in used) / max(1, len(used)),
        "scope_precision": scores((scope["True-True"], scope["False-True"], scope["True-False"]))["precision"],
        "scope_recall": scores((scope["True-True"], scope["False-True"], scope["True-False"]))["recall"],
        "scope_f1": scores((scope["True-True"], scope["False-True"], scope["True-False"]))["f1"],
        "texts_per_cpu_second": _speed(tagger.assign, list(records.values())),
        **({"pyahocorasick_texts_per_cpu_second": _peer_speed(framework, list(records.values()))} if peers else {}),
        "facets": {
            facet: {**scores(counts), "macro_f1": _macro(facet, used, tags)}
            for facet, counts in facets.items()
            if counts[0] + counts[2]
        },
        "tags": {
            f"{facet}/{tag}": {"n": tags[facet, tag][0] + tags[facet, tag][2], **scores(tags[facet, tag])}
            for facet, tag in keys
            if any(tags[facet, tag])
        },
    }


def to_codes(framework: Framework, pairs: Iterable[TagKey]) -> frozenset[TagKey]:
    """Codes with their parents, and with many codes read as the summary tag where a facet's rules have one."""
    return read_summaries(framework, add_parents(framework, pairs))


def _count(ids: Iterable[str], right: Codes, given: Codes, keys: set[TagKey]) -> Counts:
    tp = fp = fn = 0
    for i in ids:
        a, b = right[i] & keys, given[i] & keys
        tp += len(a & b)
        fp += len(b - a)
        fn += len(a - b)
    return tp, fp, fn


def scores(counts: Counts) -> dict[str, float]:
    """Precision, recall and F1; 0 where there is nothing to divide by."""
    tp, fp, fn = counts
    return {
        "precision": tp / (tp + fp) if tp + fp else 0.0,
        "recall": tp / (tp + fn) if tp + fn else 0.0,
        "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0,
    }


def _macro(facet: str, used: list[TagKey], tags: Mapping[TagKey, Counts]) -> float:
    values = [scores(tags[key])["f1"] for key in used if key[0] == facet]
    return sum(values) / max(1, len(values))


def _interval(per_record: list[Counts]) -> tuple[float, float]:
    """95 % percentile interval of the micro F1, resampling records."""
    if not per_record:
        return 0.0, 0.0
    draw = random.Random(_SEED)
    values = []
    for _ in range(_DRAWS):
        tp, fp, fn = (sum(column) for column in zip(*draw.choices(per_record, k=len(per_record)), strict=True))
        values.append(scores((tp, fp, fn))["f1"])
    values.sort()
    return values[int(0.025 * _DRAWS)], values[int(0.975 * _DRAWS) - 1]


def run_speed(data: Path | None = None) -> dict[str, dict[str, Any]]:
    """Texts of 1.4 kB tagged in a second of CPU time, beside pyahocorasick on the same terms.

    Made-up texts with few terms in them; and, from ``data``, texts that are dense with them. The peer looks for plain
    phrases in words that our own code brought into their forms, which is counted.
    """
    framework = load_framework(FRAMEWORK)
    tagger = build_tagger(framework)
    sets = {"made up": make_texts(framework, 500)}
    for folder in [] if data is None else [data, *sorted(p for p in data.iterdir() if p.is_dir())]:
        if (folder / "records.jsonl").is_file() and (folder / "gold.jsonl").is_file():
            sets[folder.name] = [_to_length(fields) for fields in read_set(folder)[0].values() if fields.abstract]
    measured: dict[str, dict[str, Any]] = {}
    peer = _build_peer(framework)
    for name, texts in sets.items():
        if not texts:
            continue
        tags = [len(tagger.assign(fields)) for fields in texts]  # what remembers words is filled
        measured[name] = {
            "texts": len(texts),
            "characters": round(sum(map(_length, texts)) / max(1, len(texts))),
            "tags_a_text": sum(tags) / max(1, len(tags)),
            "texts_per_cpu_second": _best_speed(tagger.assign, texts),
            "pyahocorasick_texts_per_cpu_second": _best_speed(peer, texts) if peer else "not installed",
        }
    return measured


def make_texts(framework: Framework, n: int) -> list[Fields]:
    """Titles and abstracts of made-up words as they are spread in English, each with four terms of the framework."""
    draw = random.Random(_SEED)
    vocabulary = [
        "".join(draw.choice("bcdfghlmnprst") + draw.choice("aeiou") for _ in range(draw.randint(1, 4)))
        for _ in range(20_000)
    ]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))
    terms = [term for facet in framework.facets for tag in facet.tags for term in tag.terms if term.isalpha()]

    def say(k: int) -> str:
        return f"{' '.join(draw.choices(vocabulary, cum_weights=weights, k=k)).capitalize()} {draw.choice(terms)}."

    return [
        _to_length(Fields(title=say(12), abstract=" ".join(say(draw.randint(60, 90)) for _ in range(4))))
        for _ in range(n)
    ]


def _to_length(fields: Fields) -> Fields:
    """The record with an abstract cut so that title and abstract have at most _CHARACTERS."""
    room = max(0, _CHARACTERS - len(fields.title or ""))
    return Fields(title=fields.title, abstract=(fields.abstract or "")[:room] or None)


def _length(fields: Fields) -> int:
    return len(fields.title or "") + len(fields.abstract or "")


def _best_speed(read: Callable[[Fields], object], records: list[Fields]) -> float:
    return max(_speed(read, records) for _ in range(_ROUNDS))


def _speed(read: Callable[[Fields], object], records: list[Fields]) -> float:
    """Texts read in a second of CPU time, after a first pass has filled what remembers words."""
    if not records:
        return 0.0
    rounds = max(1, 1500 // len(records))
    start = time.process_time()
    for _ in range(rounds):
        for fields in records:
            read(fields)
    return round(rounds * len(records) / max(1e-9, time.process_time() - start))


def _build_peer(framework: Framework) -> Callable[[Fields], object] | None:
    """The same search by pyahocorasick, looking for plain strings: no places, rules or passages; None without it.

    It knows no near-terms and no cards inside a phrase, so a term is there by its phrases in the forms of its words.
    """
    try:
        automaton = import_module("ahocorasick").Automaton()
    except ImportError:
        return None
    for phrase in plain_phrases(framework):
        automaton.add_word(phrase, phrase)
    automaton.make_automaton()

    def read(fields: Fields) -> list[Any]:
        words = [form(word) for name in ("title", "abstract") for word in split(text_of(fields, name))]
        return list(automaton.iter(f" {' '.join(words)} "))

    return read


def _peer_speed(framework: Framework, records: list[Fields]) -> float | str:
    peer = _build_peer(framework)
    return _speed(peer, records) if peer else "not installed"


def plain_phrases(framework: Framework) -> set[str]:
    """The phrases of all terms, each word in its form, between spaces; a card at the end leaves the end open."""
    phrases = set()
    for facet in framework.facets:
        lists = {**framework.options.get("lists", {}), **facet.options.get("lists", {})}
        for term in (term for tag in facet.tags for term in (*tag.terms, *tag.unless)):
            for phrase in (phrase for part in to_term(term, lists).parts for phrase in part):
                words = " ".join(pattern.texts[0] for pattern in phrase)
                phrases.add(f" {words}" if phrase[-1].kind in ("begins", "holds", "exact-begins") else f" {words} ")
    return phrases
