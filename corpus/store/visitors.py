"""A corpus as a visitor has it: everything to read, uploads to propose, nothing to decide.

The one place that says what takes a curator. Pages hide what a visitor cannot do; this refuses it, whatever a page
shows.
"""

from typing import NoReturn

from corpus.errors import NotAllowedError
from corpus.store.corpus import Corpus

# What changes the collection, or what people keep beside it. A test holds this against every method of Corpus.
FOR_CURATORS = {
    "accept": "accept an upload",
    "decline": "decline an upload",
    "undo": "take an upload out of the collection",
    "redo": "bring an upload back",
    "rule": "rule on records, codes or cells",
    "keep": "keep searches, tables or marks for everybody",
    "forget": "remove what others keep",
    "count_learner": "let suggested codes count",
    "refresh_learner": "let suggested codes count",
    "rebuild": "derive the collection anew",
    "erase": "erase an entry",
}


class VisitorCorpus(Corpus):
    """The same corpus, connections and caches; each method of FOR_CURATORS raises NotAllowedError."""

    def __init__(self, corpus: Corpus) -> None:
        self.__dict__ = corpus.__dict__


def _refuse(name: str, what: str) -> None:
    def refuse(self: VisitorCorpus, *args: object, **named: object) -> NoReturn:
        raise NotAllowedError(f"Only a curator can {what}. Nothing was changed. If you are one, sign in first.")

    refuse.__name__ = name
    setattr(VisitorCorpus, name, refuse)


for _name, _what in FOR_CURATORS.items():
    _refuse(_name, _what)
