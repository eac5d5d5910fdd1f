"""The store: one SQLite file with everything a corpus is."""

from corpus.store.corpus import Corpus, FileReport, Import, to_json

__all__ = ["Corpus", "FileReport", "Import", "to_json"]
