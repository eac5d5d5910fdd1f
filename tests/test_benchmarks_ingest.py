"""The benchmark measures what it says: entries every reader reads, and stages that do not count each other."""

from pathlib import Path

import pytest

from benchmarks.ingest import WRITERS, Stages, write_entries
from corpus.framework import Framework
from corpus.records import Entry
from ingest.normalise import to_fields
from ingest.pipeline import Upload, choose_reader, read_entries


@pytest.mark.parametrize(("suffix", "format"), [("bib", "bibtex"), ("ris", "ris"), ("nbib", "medline")])
def test_the_entries_made_are_whole_in_every_format(
    tmp_path: Path, tiny_framework: Framework, suffix: str, format: str
) -> None:
    path = tmp_path / f"entries.{suffix}"
    write_entries(path, suffix, 20, tiny_framework)
    assert choose_reader(Upload.of(path), None, None).reader.id == format
    fields = [to_fields(item) for item in read_entries(path) if isinstance(item, Entry)]
    assert len(fields) == 20
    assert {f.doi for f in fields} == {f"10.5555/made.{n}" for n in range(20)}
    for f in fields:
        assert f.title and f.venue and f.year and f.volume and f.pages
        assert len(f.authors) == 2
        assert 145 <= len((f.abstract or "").split()) <= 165


def test_all_formats_are_written() -> None:
    assert set(WRITERS) == {"bib", "ris", "nbib"}


def test_a_stage_within_a_stage_is_not_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("time.process_time", lambda: float(next(clock)))
    stages = Stages()
    tag = stages.timed("tag", lambda text: text.upper())
    with stages.of("read"), stages.of("store"):  # read from 0 to 1, store to 2
        assert tag("a") == "A"  # to 3; then store to 4, read to 5
    assert stages.seconds == {
        "read": 2.0, "interpret": 0.0, "tag": 1.0, "keys": 0.0, "store": 2.0, "match": 0.0, "index": 0.0
    }  # fmt: skip
