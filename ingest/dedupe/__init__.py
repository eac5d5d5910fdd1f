"""Which entries are one work: blocking keys, judged pairs, links. The rules are the table in rules.py."""

from corpus.rules import Known
from ingest.dedupe.blocking import keys
from ingest.dedupe.matching import cluster, match
from ingest.dedupe.rules import RULES, Judgement, judge

__all__ = ["RULES", "Judgement", "Known", "cluster", "judge", "keys", "match"]
