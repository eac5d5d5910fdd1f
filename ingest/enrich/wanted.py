"""Which records lack something, by what they can be asked for, and what has been asked before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from corpus.errors import LacunaError
from corpus.records import Fields
from corpus.store import Corpus
from ingest.dedupe import keys
from ingest.enrich.memory import Memory, load_memory
from ingest.enrich.services import SERVICES, Service

# What can be filled: its name on the command line, the field of a record, and how it is said.
MISSING: Mapping[str, tuple[str, str]] = {
    "abstract": ("abstract", "abstracts"),
    "mesh": ("mesh", "MeSH headings"),
    "publication-type": ("publication_types", "publication types"),
    "language": ("language", "languages"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record that lacks something. ``asked_by``: "doi:10.5555/x" or "pmid:123", what a service is asked for."""

    record: str
    asked_by: str
    missing: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.asked_by.partition(":")[0]

    @property
    def identifier(self) -> str:
        return self.asked_by.partition(":")[2]


@dataclass(frozen=True)
class Plan:
    """What would be asked of a service, and why other records that lack something are not asked for."""

    service: Service
    missing: tuple[str, ...]
    wanted: tuple[Wanted, ...]  # every record that can be asked for, answered before or not
    ask: tuple[Wanted, ...]  # those not asked for before, as many as the limit allows
    n_without: int  # records that lack something and have no identifier
    n_shared: int  # ... whose identifier another record has too: a person should look at the two first
    n_remembered: int  # asked for before
    n_waiting: int  # answers that came and are not in the corpus yet

    def lists(self) -> list[list[Wanted]]:
        """What is asked for in one request each."""
        out = []
        for kind in self.service.kinds:
            some = [one for one in self.ask if one.kind == kind]
            out += [some[i : i + self.service.per_request] for i in range(0, len(some), self.service.per_request)]
        return out

    @property
    def n_requests(self) -> int:
        return sum(self.service.requests(some[0].kind) for some in self.lists())


def make_plan(
    corpus: Corpus, service: str = "openalex", missing: Sequence[str] = tuple(MISSING), limit: int | None = None
) -> Plan:
    """Look what is missing; nothing is sent. Raises LacunaError for a service or a field there is not."""
    if service not in SERVICES:
        raise LacunaError(f'There is no service "{service}". There are: {", ".join(SERVICES)}.')
    unknown = [name for name in missing if name not in MISSING]
    if unknown or not missing:
        raise LacunaError(f'"{", ".join(unknown)}" cannot be looked up. What can: {", ".join(MISSING)}.')
    chosen = tuple(name for name in MISSING if name in missing)
    memory = load_memory(corpus, service)
    owners = find_owners(corpus)
    wanted, n_without, n_shared = [], 0, 0
    for record, doi, pmid, lacks in _rows(corpus):
        lack = tuple(name for name, is_missing in zip(MISSING, lacks, strict=True) if is_missing and name in chosen)
        if not lack:
            continue
        names = _askable(SERVICES[service], doi, pmid)
        alone = [name for name in names if is_alone(name, owners)]
        if alone:
            wanted.append(Wanted(record, alone[0], lack))
        elif names:
            n_shared += 1
        else:
            n_without += 1
    fresh = [one for one in wanted if not memory.knows(one.asked_by, one.missing)]
    return Plan(SERVICES[service], chosen, tuple(wanted), tuple(fresh[:limit]), n_without, n_shared,
                len(wanted) - len(fresh), _count_waiting(memory))  # fmt: skip


def _count_waiting(memory: Memory) -> int:
    return sum(len(batch.answers) for batch in memory.waiting())


def _rows(corpus: Corpus) -> list[tuple[str, str | None, str | None, tuple[bool, ...]]]:
    """Each record's id, DOI and PMID, and whether it lacks each of MISSING."""
    rows = corpus.query(
        "SELECT r.id, json_extract(r.data, '$.doi'), json_extract(r.data, '$.pmid'), NOT r.has_abstract, "
        "json_extract(r.data, '$.mesh') IS NULL, json_extract(r.data, '$.publication_types') IS NULL, "
        "json_extract(r.data, '$.language') IS NULL FROM records r JOIN shown s ON s.record = r.no ORDER BY r.id"
    )
    return [(record, doi, pmid, tuple(map(bool, lacks))) for record, doi, pmid, *lacks in rows]


def _askable(service: Service, doi: str | None, pmid: str | None) -> list[str]:
    """What the service can be asked for, the preferred kind first. A DOI with "|" or "," would be read as two."""
    said = {"doi": doi if doi and not set(doi) & set('|,"') else None, "pmid": pmid}
    return [f"{kind}:{said[kind]}" for kind in service.kinds if said[kind]]


Owners = Mapping[str, Collection[int]]


def find_owners(corpus: Corpus) -> Owners:
    """The rows of the records that have each identifier, by the key that matching finds them by."""
    owners: dict[str, set[int]] = {}
    for key, record in corpus.query(
        "SELECT k.key, m.record FROM keys k JOIN members m ON m.entry = k.entry JOIN shown s ON s.record = m.record "
        "WHERE k.key >= 'id:' AND k.key < 'id;'"
    ):
        owners.setdefault(key, set()).add(record)
    return owners


def is_alone(name: str, owners: Owners) -> bool:
    """Whether at most one record has this identifier."""
    return all(len(owners.get(key, ())) <= 1 for key in to_keys(name))


def is_nobodys(name: str, owners: Owners) -> bool:
    """Whether no record has this identifier."""
    return not any(owners.get(key) for key in to_keys(name))


def to_keys(name: str) -> list[str]:
    """The keys under which matching finds "doi:10.5555/x"."""
    kind, _, value = name.partition(":")
    asked = Fields(doi=value) if kind == "doi" else Fields(pmid=value)
    return [key for key in keys(asked) if key.startswith("id:")]
