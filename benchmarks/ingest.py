"""How much work it is to get a file in: CPU time from a BibTeX file to an accepted import, by stage, and reading alone.

The entries are made here (150-word abstracts, terms of the framework among made-up words), so no data are needed.
Time is CPU time of this process; the reference is bibtexparser 2's default parse of the same file in the same run.
Only ratios can be compared between machines.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import bibtexparser

from corpus.framework import Framework, load_framework
from corpus.records import Entry
from corpus.rules import Tagger
from corpus.store import Corpus
from ingest.pipeline import ingest, read_entries
from ingest.rules import make_rules

SIZES = (3_000, 10_000)
ROUNDS = 4  # each measured as often, the least time taken: anything else is the machine's other work
MEMORY_SIZES = (1_000, 20_000)
FRAMEWORK = Path(__file__).parent.parent / "corpus" / "framework"

STAGES = ("read", "interpret", "tag", "keys", "store", "match", "index")


def run(data: Path | None = None, peers: bool = False) -> dict[str, dict[str, Any]]:
    """A set for each size. ``ratio`` is our CPU time over bibtexparser's; ``stages`` are milliseconds an entry.

    The reference keeps all entries in memory, so an entry costs it more in a larger file; ours cost less there, for
    the tagger meets fewer new words.
    """
    framework = load_framework(FRAMEWORK)
    with TemporaryDirectory(prefix="lacuna-benchmark-") as name:
        sets = {f"{n} entries": _measure(n, Path(name), framework) for n in SIZES}
        small, large = (_measure_memory(n, Path(name), framework) for n in MEMORY_SIZES)
        sets[f"staging {MEMORY_SIZES[1]} entries"] = {
            "peak_mb": large,
            f"peak_mb_above_{MEMORY_SIZES[0]}_entries": large - small,
        }
        return sets


def _measure(n_entries: int, folder: Path, framework: Framework) -> dict[str, Any]:
    paths = {suffix: folder / f"{n_entries}.{suffix}" for suffix in WRITERS}
    for suffix, path in paths.items():
        write_entries(path, suffix, n_entries, framework)
    ours, theirs, parts = [], [], []
    for n in range(ROUNDS):
        ours.append(_time_whole(paths["bib"], folder / f"{n_entries}-{n}.sqlite", framework))
        theirs.append(_time(lambda: bibtexparser.parse_file(str(paths["bib"]))))
        parts.append(_time_stages(paths["bib"], folder / f"{n_entries}-{n}-stages.sqlite", framework))
    total, reference = min(ours), min(theirs)
    measured: dict[str, Any] = {
        "entries": n_entries,
        "ratio": total / reference,
        "cpu_s_per_1000": total * 1000 / n_entries,
        "bibtexparser_cpu_s_per_1000": reference * 1000 / n_entries,
    }
    for suffix, label in (("bib", "bibtex"), ("ris", "ris"), ("nbib", "medline")):
        seconds = min(_time(lambda path=paths[suffix]: _read_all(path)) for _ in range(ROUNDS))  # type: ignore[misc]
        measured[f"{label}_read_per_cpu_s"] = round(n_entries / seconds)
    best = min(parts, key=lambda stages: sum(stages.values()))
    measured["stages"] = {stage: best[stage] * 1000 / n_entries for stage in STAGES}
    return measured


def _time(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _read_all(path: Path) -> int:
    return sum(isinstance(item, Entry) for item in read_entries(path))


class Stages:
    """CPU seconds by stage. A stage within another is taken out of the outer one."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self._open: list[str] = []
        self._since = 0.0

    def _pass(self) -> None:
        now = time.process_time()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        self._pass()
        self._open.append(stage)
        try:
            yield
        finally:
            self._pass()
            self._open.pop()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time counted under ``stage``."""

        def call(*args: Any, **named: Any) -> Any:
            with self.of(stage):
                return function(*args, **named)

        return call


class _TimedTagger:
    def __init__(self, tagger: Tagger, stages: Stages) -> None:
        self.assign = stages.timed("tag", tagger.assign)
        self.suggest_scope = stages.timed("tag", tagger.suggest_scope)


def _time_whole(path: Path, store: Path, framework: Framework) -> float:
    """One import into a new corpus. Building the tagger is start-up and not counted; its caches start empty."""
    rules = make_rules()
    tagger = rules.build_tagger(framework)
    with Corpus.open(store, framework, replace(rules, build_tagger=lambda _: tagger), create=True) as corpus:
        return _time(lambda: ingest([path], corpus))


def _time_stages(path: Path, store: Path, framework: Framework) -> dict[str, float]:
    """The same by stage; asking for the time so often takes time too, so the sum is a little more than the whole."""
    stages = Stages()
    rules = make_rules()
    tagger = _TimedTagger(rules.build_tagger(framework), stages)
    timed_rules = replace(
        rules,
        interpret=stages.timed("interpret", rules.interpret),
        warn=stages.timed("interpret", rules.warn),
        keys=stages.timed("keys", rules.keys),
        match=stages.timed("match", rules.match),
        build_tagger=lambda _: tagger,
    )
    with Corpus.open(store, framework, timed_rules, create=True) as corpus:
        for name, stage in (("stage", "store"), ("propose", "index"), ("accept", "index")):
            setattr(corpus, name, stages.timed(stage, getattr(corpus, name)))
        with stages.of("read"):
            done = ingest([path], corpus)
    if done.totals["rejected"]:
        raise AssertionError(f"of the entries made, some were not read: {done.totals}")
    return stages.seconds


# Reads and stages a file in a process of its own and prints its peak of memory, in MB.
_STAGE_ONLY = """
import resource, sys
from pathlib import Path
from corpus.records import Entry
from ingest.pipeline import BATCH, read_entries
from ingest.rules import open_corpus
from corpus.store.coding import batches
with open_corpus(Path(sys.argv[2]), Path(sys.argv[3]), create=True) as corpus:
    import_id = corpus.start_import()
    file_id = corpus.start_file(import_id, sys.argv[1], "bibtex")
    for batch in batches(read_entries(Path(sys.argv[1])), BATCH):
        corpus.stage(import_id, file_id, batch)
try:
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
except OSError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1024))
"""


def _measure_memory(n: int, folder: Path, framework: Framework) -> float:
    path = folder / f"memory-{n}.bib"
    write_entries(path, "bib", n, framework)
    done = subprocess.run(
        [sys.executable, "-c", _STAGE_ONLY, str(path), str(folder / f"memory-{n}.sqlite"), str(FRAMEWORK)],
        capture_output=True, text=True, check=True, cwd=FRAMEWORK.parent.parent,
    )  # fmt: skip
    return float(done.stdout)


def write_entries(path: Path, suffix: str, n: int, framework: Framework) -> None:
    """``n`` different entries of about 1.6 kB, the same for the same ``n``."""
    random = Random(5)
    vocabulary = [
        "".join(random.choice("bcdfghlmnprst") + random.choice("aeiou") for _ in range(random.randint(2, 4)))
        for _ in range(20_000)
    ]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))  # as words are spread in English
    terms = [term for facet in framework.facets for tag in facet.tags for term in tag.terms if term.isalpha()]

    def words(k: int) -> str:
        return " ".join(random.choices(vocabulary, cum_weights=weights, k=k))

    with path.open("w", encoding="utf-8") as out:
        for number in range(n):
            abstract = (
                f"Background: {words(35)}. Methods: {words(20)} {random.choice(terms)} {words(15)}. "
                f"Results: {words(20)} {random.choice(terms)} {words(20)}, {random.choice(terms)}. "
                f"Conclusion: {words(32)}."
            )
            values = {
                "number": number, "family": words(1).capitalize(), "given": words(1).capitalize(),
                "other": words(1).capitalize(), "year": random.randint(1980, 2025), "volume": random.randint(1, 90),
                "first": random.randint(1, 900), "last": random.randint(901, 999), "abstract": abstract,
                "title": f"{words(7).capitalize()} among {random.choice(terms)}", "journal": f"Journal of {words(2)}",
            }  # fmt: skip
            out.write(WRITERS[suffix].format(**values))


WRITERS = {
    "bib": (
        "@article{{k{number},\n  author = {{{family}, {given} and {other}, A.}},\n  title = {{{title}}},\n"
        "  journal = {{{journal}}},\n  year = {{{year}}},\n  volume = {{{volume}}},\n  pages = {{{first}--{last}}},\n"
        "  doi = {{10.5555/made.{number}}},\n  abstract = {{{abstract}}}\n}}\n"
    ),
    "ris": (
        "TY  - JOUR\nAU  - {family}, {given}\nAU  - {other}, A.\nTI  - {title}\nJO  - {journal}\nPY  - {year}\n"
        "VL  - {volume}\nSP  - {first}\nEP  - {last}\nDO  - 10.5555/made.{number}\nAB  - {abstract}\nER  - \n\n"
    ),
    "nbib": (
        "PMID- 3{number:07}\nOWN - NLM\nSTAT- MEDLINE\nTI  - {title}\nFAU - {family}, {given}\n"
        "AU  - {family} {given:.1}\n"
        "FAU - {other}, A\nAU  - {other} A\nJT  - {journal}\nDP  - {year}\nVI  - {volume}\nPG  - {first}-{last}\n"
        "LID - 10.5555/made.{number} [doi]\nAB  - {abstract}\n\n"
    ),
}
