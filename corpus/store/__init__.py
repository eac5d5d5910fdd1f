"""The store: one SQLite file with everything a corpus is."""

from corpus.store.corpus import Corpus
from corpus.store.imports import FileReport, Import, to_json
from corpus.store.keeping import Kept

__all__ = ["Corpus", "FileReport", "Import", "Kept", "to_json"]
