"""Which records of a labelled set are found to be one: wrong pairs, removals found, speed and memory.

A set is a folder with records.parquet (ID and the columns of a table export) and labels.csv.gz (ID, cluster). Rows go
the way of every file: as a CSV through the table reader, ``to_fields``, ``match``, ``resolve``. Each set runs in a
process of its own, so that its peak memory is its own.

pair_fp: pairs put together that the labels keep apart. removal_recall: of the records that are not the first of
their labelled cluster, how many are gone when the first record of each cluster found is kept; a labelled cluster in
several parts costs one for each part beyond the first. pair_f1: over all pairs. cpu_s_per_1000: from fields to
components; read_cpu_s_per_1000: from the file to fields. peak_mb: the whole process.
"""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.records import Fields
from ingest.dedupe import cluster
from ingest.normalise import to_fields
from ingest.readers.delimited import read

_PEER = """
import json, resource, sys, time
import pandas as pd
from bib_dedupe.bib_dedupe import block, cluster, match, prep
frame = pd.read_parquet(sys.argv[1]).fillna("")
start = time.process_time()
pairs = match(block(prep(frame, cpu=1), cpu=1), cpu=1)
groups = cluster(pairs)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = time.process_time() - start + usage.ru_utime + usage.ru_stime
peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, usage.ru_maxrss) / 1024
json.dump({"order": list(frame["ID"]), "groups": groups, "cpu": cpu, "peak": peak}, open(sys.argv[2], "w"))
"""


def run(data: Path, peers: bool = False) -> dict[str, dict[str, Any]]:
    """Figures for every set under ``data``: the folder itself, or its subfolders."""
    folders = [data] if (data / "records.parquet").is_file() else sorted(p for p in data.iterdir() if p.is_dir())
    sets = {}
    for folder in folders:
        if (folder / "records.parquet").is_file() and (folder / "labels.csv.gz").is_file():
            figures = _run_apart(folder)
            if peers:
                figures["bib-dedupe"] = _run_peer(folder, figures)
            sets[folder.name] = figures
    return sets


def measure(folder: Path) -> dict[str, Any]:
    """Figures for one set, in this process."""
    start = time.process_time()
    entries: dict[str, Fields] = {}
    for item in read(_read_csv(folder / "records.parquet")):
        entries[item.fields["ID"][0]] = to_fields(item)
    order = list(entries)
    read_at = time.process_time()
    notes: list[str] = []
    components, links = cluster(entries, notes=notes)
    done = time.process_time()
    figures = score(order, *_read_labels(folder), components)
    n = max(len(order), 1)
    return figures | {
        "held": sum(link.verdict == "held" for link in links),
        "cpu_s_per_1000": 1000 * (done - read_at) / n,
        "read_cpu_s_per_1000": 1000 * (read_at - start) / n,
        "peak_mb": _peak_mb(),
        "over_full_keys": len(notes),
    }


def score(
    order: Sequence[str], truth: Mapping[str, str], ignored: set[str], components: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """How components compare with labelled clusters, over the records that have a label that can be trusted."""
    part = {i: n for n, component in enumerate(components) for i in component}
    kept_order = [i for i in order if i in truth and i not in ignored]
    both = _count_pairs(Counter((truth[i], part[i]) for i in kept_order))
    true = _count_pairs(Counter(truth[i] for i in kept_order))
    found = _count_pairs(Counter(part[i] for i in kept_order))
    survivors: dict[int, str] = {}
    clusters: defaultdict[str, list[str]] = defaultdict(list)
    for i in kept_order:
        survivors.setdefault(part[i], i)
        clusters[truth[i]].append(i)
    kept = set(survivors.values())
    removed = missed = 0
    for members in clusters.values():
        surviving = max(sum(i in kept for i in members), 1)
        removed, missed = removed + len(members) - surviving, missed + surviving - 1
    return {
        "records": len(kept_order),
        "pair_fp": found - both,
        "removal_recall": removed / (removed + missed) if removed + missed else 1.0,
        "pair_f1": 2 * both / (found + true) if found + true else 1.0,
        "pair_fn": true - both,
    }


def _count_pairs(sizes: Mapping[Any, int]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())


def _read_csv(path: Path) -> Iterator[str]:
    """The lines that a CSV of the records would have."""
    import pyarrow.parquet

    line = io.StringIO(newline="")
    writer = csv.writer(line)
    with pyarrow.parquet.ParquetFile(path) as file:
        writer.writerow(file.schema_arrow.names)
        for batch in file.iter_batches(2000):
            for row in batch.to_pylist():
                writer.writerow("" if value is None else value for value in row.values())
                yield from line.getvalue().splitlines(keepends=True)
                line.seek(0)
                line.truncate()


def _read_labels(folder: Path) -> tuple[dict[str, str], set[str]]:
    with gzip.open(folder / "labels.csv.gz", "rt", encoding="utf-8", newline="") as file:
        truth = {row["ID"]: row["cluster"] for row in csv.DictReader(file)}
    ignored = folder / "ignore.csv"
    if not ignored.is_file():
        return truth, set()
    with ignored.open(encoding="utf-8", newline="") as file:
        return truth, {row["ID"] for row in csv.DictReader(file)}


def _peak_mb() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _run_apart(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.dedupe", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parent.parent)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _run_peer(folder: Path, ours: Mapping[str, Any]) -> dict[str, Any]:
    """bib-dedupe on the same records, in the Python that LACUNA_PEERS names; ratios are theirs to ours."""
    python = os.environ.get("LACUNA_PEERS")
    if not python:
        return {"state": "not installed: set LACUNA_PEERS to the python of an environment that has bib-dedupe"}
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "groups.json"
        command = [python, "-c", _PEER, str(folder / "records.parquet"), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"state": f"did not run: {done.stderr.strip().splitlines()[-1:]}"}
        result = json.loads(out.read_text(encoding="utf-8"))
    order = result["order"]
    grouped = {i for group in result["groups"] for i in group}
    components = [*result["groups"], *([i] for i in order if i not in grouped)]
    theirs = score(order, *_read_labels(folder), components)
    per_1000 = 1000 * result["cpu"] / max(len(order), 1)
    return {
        "pair_fp": theirs["pair_fp"],
        "removal_recall": theirs["removal_recall"],
        "pair_f1": theirs["pair_f1"],
        "cpu_ratio": per_1000 / ours["cpu_s_per_1000"],
        "memory_ratio": result["peak"] / ours["peak_mb"] if ours["peak_mb"] else None,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
