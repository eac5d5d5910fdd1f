"""CSL-JSON, for Zotero, Pandoc and citation processors. Schema: citation-style-language/schema, csl-data.json."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from corpus.export.coded import Coded, join_words, to_kinds
from corpus.framework import Framework
from corpus.records import Author

_TYPES = {"article": "article-journal", "book": "book", "chapter": "chapter", "conference": "paper-conference",
          "thesis": "thesis", "report": "report", "news": "article-newspaper", "dataset": "dataset", "web": "webpage",
          "other": "document"}  # fmt: skip


def write_csl(out: TextIO, records: Iterable[Coded], framework: Framework) -> None:
    """An array of items. Codes and the words behind them stand under ``custom``, which the schema leaves free."""
    out.write("[")
    for n, coded in enumerate(records):
        out.write(",\n" if n else "\n")
        json.dump(_to_item(coded, framework), out, ensure_ascii=False)
    out.write("\n]\n")


def _to_item(coded: Coded, framework: Framework) -> dict[str, Any]:
    record = coded.record
    own = _TYPES.get(record.type or "", "article" if record.type == "preprint" else "article-journal")
    kind = own if record.type or record.venue else "document"
    item = {
        "id": record.id,
        "type": kind,
        "title": record.title,
        "original-title": record.original_title,
        "author": [_to_name(a) for a in record.authors] + [{"literal": "et al."}] * record.authors_cut,
        "issued": {"date-parts": [[record.year]]} if record.year else None,
        "container-title": record.venue,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages,
        "DOI": record.doi,
        "PMID": record.pmid,
        "PMCID": record.pmcid,
        "ISBN": record.isbn,
        "ISSN": record.issn,
        "URL": record.url,
        "language": record.language,
        "genre": "; ".join(to_kinds(record, _TYPES)),
        "keyword": join_words(record.keywords),
        "mesh": list(record.mesh),
        "abstract": record.abstract,
        "note": "\n".join(coded.notes),
        "custom": _to_custom(coded, framework),
    }
    return {name: value for name, value in item.items() if value}


def _to_name(author: Author) -> dict[str, str]:
    if author.corporate or not author.given:
        return {"literal" if author.corporate else "family": author.family}
    return {"family": author.family, "given": author.given}


def _to_custom(coded: Coded, framework: Framework) -> dict[str, Any]:
    passages = [
        {"facet": a.facet, "tag": a.tag, "field": a.field, "words": a.passage} for a in coded.assignments if a.passage
    ]
    codes = coded.tags(framework)
    return {"codes": codes, "passages": passages} if codes else {}
