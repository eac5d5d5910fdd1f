"""Errors a person can act on.

LacunaError
├── FileError                 a file that cannot be served; ``file`` says which
│   ├── UnknownFormatError    no reader recognises it
│   ├── UndecodableError      it does not decode to text
│   └── TooLargeError         over a stated limit
├── FrameworkError            a framework file is wrong; ``file`` and ``line`` say where
├── StoreError                the corpus file cannot be used
│   ├── NoCorpusError         there is none at that path
│   ├── NewerStoreError       it was written by a newer version
│   ├── BusyError             another process is writing and did not finish in time
│   └── NotWritableError      read-only folder, disk full
├── UnknownIdError            no such import, record, entry, tag or facet
├── WrongStateError           the import cannot take that step (undo what was declined)
├── NotAllowedError           it takes a curator
├── ServiceError              a service that was asked over the network did not answer as it should
├── QueryError                a search query that cannot be read; ``position`` says where
└── EmptyCoverageError        nothing to count

Each message says what happened, to what, and what to do. Only views/widgets.py and the command
lines show them.
"""


class LacunaError(Exception):
    """Base of every error this project raises on purpose."""


class FileError(LacunaError):
    """A file cannot be served. ``file`` is its name as the user knows it."""

    def __init__(self, file: str, message: str) -> None:
        super().__init__(f'"{file}": {message}')
        self.file = file


class UnknownFormatError(FileError):
    """No reader recognises the file."""


class UndecodableError(FileError):
    """The bytes do not decode to text."""


class TooLargeError(FileError):
    """The file, or one item in it, is over a stated limit."""


class FrameworkError(LacunaError):
    """A framework file is wrong. ``line`` counts from 1; 0 if no single line is to blame."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line


class StoreError(LacunaError):
    """The corpus file cannot be used."""


class NoCorpusError(StoreError):
    """There is no corpus at that path."""


class NewerStoreError(StoreError):
    """The corpus was written by a newer version of Lacuna."""


class BusyError(StoreError):
    """Another process is writing to the corpus and did not finish in time."""


class NotWritableError(StoreError):
    """The corpus cannot be written: a read-only folder or a full disk."""


class UnknownIdError(LacunaError):
    """Something was asked for by an id that nothing has."""


class WrongStateError(LacunaError):
    """An import cannot take that step in the state it is in."""


class NotAllowedError(LacunaError):
    """A visitor asked for something that takes a curator."""


class ServiceError(LacunaError):
    """A service that was asked over the network did not answer as it should. What came before is kept."""


class QueryError(LacunaError):
    """A search query that cannot be read. ``position`` counts characters from 0."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class EmptyCoverageError(LacunaError):
    """Nothing to count: no record has tags in both facets."""
