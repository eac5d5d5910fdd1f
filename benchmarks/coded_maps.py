"""Countries and designs against the human codes of maps of other fields.

A set is a CSV file with titles, some abstracts and columns ``code_*``, several codes joined by "|". Their codes are
read into ours by the tables below; a code without a counterpart leaves its record out for that facet, and is counted.
Their coders read full texts, so much of what they coded is not in the words that a tagger gets.
"""

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from corpus.codings import add_parents, read_summaries
from corpus.framework import Framework
from corpus.records import Fields
from ingest.tagging import Tagger

# Facet -> columns that hold codes of it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "country": ("code_country",),
    "design": ("code_design", "code_study_design_total"),
}
COUNTRIES: Mapping[str, str] = {
    "usa": "US", "uk": "GB", "england": "GB", "the netherlands": "NL", "czech republic": "CZ", "russia": "RU",
    "equador": "EC", "south korea": "KR", "turkey": "TR", "taiwan": "TW", "vietnam": "VN",
}  # fmt: skip
DESIGNS: Mapping[str, str] = {
    "cross-sectional": "cross-sectional",
    "cross-sectional comparative design": "cross-sectional",
    "longitudinal": "longitudinal",
    "population-based cohort study": "longitudinal",
    "observational (longitudinal) comparative design": "longitudinal",
    "qualitative": "qualitative",
    "qualitative study": "qualitative",
    "mixed": "mixed-methods",
    "systematic review": "systematic-review",
    "meta-analysis": "systematic-review",
    "systematic review of prevalence studies": "systematic-review",
    "randomized controlled trial": "randomised-trial",
    "randomized within subject controlled trial": "randomised-trial",
    "non-randomized experimental within-subject design": "quasi-experimental",
    "non-randomized experimental between-subject design": "quasi-experimental",
    "observational pre-post design": "quasi-experimental",
    "pretest-posttest nonequivalent groups design": "quasi-experimental",
    "intact group design": "quasi-experimental",
}
_NO_CODE = frozenset({"", "na", "not applicable", "not reported", "not stated"})


def find_sets(data: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every coded map in a folder, by name."""
    found = {}
    for path in sorted(data.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            found[path.name.removesuffix(".csv.gz")] = list(csv.DictReader(io.StringIO(file.read())))
    return found


def measure(framework: Framework, tagger: Tagger, rows: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """Precision, recall and F1 of the rules on each facet, over records whose codes all have a counterpart."""
    some = list(rows)
    texts = [
        Fields(title=(row.get("title") or "").strip() or None, abstract=(row.get("abstract") or "").strip() or None)
        for row in some
    ]
    assigned = [tagger.assign(fields) for fields in texts]
    facets: dict[str, dict[str, Any]] = {}
    for facet, columns in COLUMNS.items():
        tp = fp = fn = n = n_none = 0
        left_out: Counter[str] = Counter()
        for row, assignments in zip(some, assigned, strict=True):
            codes = [c.strip() for column in columns for c in (row.get(column) or "").split("|")]
            codes = [code for code in codes if code.casefold() not in _NO_CODE]
            read = [to_tag(framework, facet, code) for code in codes]
            if not codes or None in read:
                left_out.update(code for code, tag in zip(codes, read, strict=True) if tag is None)
                continue
            right, given = (
                read_summaries(framework, add_parents(framework, ((facet, tag) for tag in tags if tag)))
                for tags in (read, [a.tag for a in assignments if a.facet == facet])
            )
            n += 1
            n_none += not given
            tp += len(right & given)
            fp += len(given - right)
            fn += len(right - given)
        if n:
            facets[facet] = {
                "records": n,
                "precision": tp / (tp + fp) if tp + fp else 0.0,
                "recall": tp / (tp + fn) if tp + fn else 0.0,
                "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0,
                "no_tag_share": n_none / n,
                "left_out": sum(left_out.values()),
            }
    return {
        "records": len(some),
        "abstract_share": sum(fields.abstract is not None for fields in texts) / max(1, len(texts)),
        "facets": facets,
    }


def to_tag(framework: Framework, facet: str, code: str) -> str | None:
    """Our tag for a code of theirs; None if there is none."""
    name = " ".join(code.casefold().split())
    table = COUNTRIES if facet == "country" else DESIGNS
    if name in table:
        return table[name]
    labels = {tag.label.casefold(): tag.id for tag in framework.facet(facet).tags} if facet == "country" else {}
    return labels.get(name)
