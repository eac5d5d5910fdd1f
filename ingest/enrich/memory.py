"""What was asked and what came back, kept in the corpus list by list: a look-up can be stopped and gone on with.

An answer is kept until it was filled in. What was asked for is remembered as long as its import stands: after an undo
it may be asked for again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.store import Corpus

KIND = "look-up"


@dataclass(frozen=True)
class Batch:
    """One list of identifiers that was asked for. ``done``: its answers were filled in, by this import if by any."""

    name: str
    asked: tuple[str, ...]
    missing: tuple[str, ...]
    answers: tuple[dict[str, Any], ...]
    done: bool = False
    import_id: int | None = None


@dataclass(frozen=True)
class Memory:
    """Everything one service was asked that still holds."""

    batches: tuple[Batch, ...]
    asked: Mapping[str, frozenset[str]]  # identifier -> all that was wanted when it was asked for

    def knows(self, asked_by: str, missing: Sequence[str]) -> bool:
        """Whether an identifier was asked for when all of this was wanted."""
        return asked_by in self.asked and self.asked[asked_by].issuperset(missing)

    def waiting(self) -> list[Batch]:
        """Lists whose answers were not filled in yet."""
        return [batch for batch in self.batches if not batch.done]


def load_memory(corpus: Corpus, service: str) -> Memory:
    """What this service was asked; without what an undone import had filled in."""
    undone = {done.id for done in corpus.imports() if done.state not in ("accepted", "proposed")}
    batches = []
    for name, kept in corpus.kept(KIND).items():
        if name.startswith(f"{service} ") and kept.value.get("import") not in undone:
            value = kept.value
            batches.append(
                Batch(name, tuple(value["asked"]), tuple(value["missing"]), tuple(value.get("answers", ())),
                      bool(value.get("done")), value.get("import"))
            )  # fmt: skip
    asked: dict[str, frozenset[str]] = {}
    for batch in batches:
        asked |= {name: asked.get(name, frozenset()).union(batch.missing) for name in batch.asked}
    return Memory(tuple(batches), asked)


def remember(
    corpus: Corpus, service: str, asked: Sequence[str], missing: Sequence[str], answers: list[dict[str, Any]], who: str
) -> None:
    """Keep what came back for one list."""
    name = f"{service} {corpus.kept_number(KIND) + 1:08d}"
    corpus.keep(KIND, name, {"asked": list(asked), "missing": list(missing), "answers": answers}, who)


def settle(corpus: Corpus, batches: Sequence[Batch], import_id: int | None, who: str) -> None:
    """Note that these answers were filled in; they stand in the import now, so only what was asked for is kept."""
    for batch in batches:
        value = {"asked": batch.asked, "missing": batch.missing, "done": True, "import": import_id}
        corpus.keep(KIND, batch.name, value, who)
