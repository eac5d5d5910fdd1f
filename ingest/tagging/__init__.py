"""From words to codes: which tags of a framework a record has, by which words of it."""

from ingest.tagging.tagger import Tagger, build_tagger

__all__ = ["Tagger", "build_tagger"]
