"""References out, with their codes where the format has a place for them: one writer a format, listed at the foot.

What we write we read again with nothing new and nothing lost. A stored record is never altered; escaping happens here.
"""

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import LacunaError
from corpus.export.bib import write_bib
from corpus.export.coded import Coded, Writer
from corpus.export.csl import write_csl
from corpus.export.nbib import write_nbib
from corpus.export.ris import write_ris
from corpus.export.tables import defuse, to_row, write_csv, write_xlsx
from corpus.framework import Framework


def export(path: Path, records: Sequence[Coded], framework: Framework) -> None:
    """Write references to a file; its ending says the format. Raises LacunaError for one we do not write."""
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in WRITERS:
        raise LacunaError(f'"{path.name}": references can be exported as {", ".join("." + s for s in WRITERS)}.')
    writer = WRITERS[suffix]
    try:
        if writer.binary:
            with path.open("wb") as binary:
                writer(binary, records, framework)
        else:
            with path.open("w", encoding="utf-8", newline="") as text:
                writer(text, records, framework)
    except OSError as error:
        raise LacunaError(f'"{path}" cannot be written: {error.strerror}.') from error


_WRITERS = (
    Writer("BibTeX", "bib", write_bib),
    Writer("RIS", "ris", write_ris),
    Writer("CSV", "csv", write_csv),
    Writer("Excel workbook", "xlsx", write_xlsx, binary=True),
    Writer("CSL-JSON", "json", write_csl),
    Writer("PubMed (NBIB)", "nbib", write_nbib),
)
WRITERS: dict[str, Writer] = {writer.suffix: writer for writer in _WRITERS}

__all__ = ["Coded", "WRITERS", "Writer", "defuse", "export", "to_row", "write_bib", "write_csl", "write_csv",
           "write_nbib", "write_ris", "write_xlsx"]  # fmt: skip
