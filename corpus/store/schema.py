"""The store's tables, how a connection is opened, and what a write is.

Stored are imports, files, entries, origins, rejects, rulings, events and what people keep beside them; the rest is
derived from them and rebuilt by one command. A record row is a fold of a fixed set of entries: it is made once,
whatever becomes of it, and ``shown`` lists the ones that are the corpus now. So accepting and undoing only change
``shown``.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import BusyError, NewerStoreError, NoCorpusError, NotWritableError, StoreError
from corpus.store.coding import batches

SCHEMA_VERSION = 8
BUSY_SECONDS = 60
PAGE_BYTES = 8_192  # of a new store; those made before version 7 keep their 4,096
_ROWS_AT_ONCE = 50
PAGES_BEHIND = 4_000  # pages after which what was written is put together with the rest of the file

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE imports (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL, who TEXT, at TEXT, source TEXT, search_string TEXT,
    search_date TEXT, base_version INTEGER, process TEXT, report TEXT);
CREATE TABLE files (
    id INTEGER PRIMARY KEY, import_id INTEGER NOT NULL, name TEXT NOT NULL, format TEXT, why TEXT,
    encoding TEXT, replaced INTEGER NOT NULL DEFAULT 0, error TEXT);
CREATE TABLE entries (
    no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, format TEXT NOT NULL, erased TEXT, data BLOB);
CREATE TABLE origins (
    no INTEGER PRIMARY KEY, entry INTEGER NOT NULL, import_id INTEGER NOT NULL, file INTEGER NOT NULL,
    line INTEGER NOT NULL);
CREATE INDEX origins_of_entry ON origins (entry, import_id);
CREATE INDEX origins_of_import ON origins (import_id, entry);
CREATE TABLE rejects (
    no INTEGER PRIMARY KEY, import_id INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL,
    reason TEXT NOT NULL, raw TEXT NOT NULL);
CREATE INDEX rejects_of_import ON rejects (import_id);
CREATE TABLE warnings (import_id INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX warnings_of_import ON warnings (import_id);
CREATE TABLE rulings (
    number INTEGER PRIMARY KEY, version INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT, facet TEXT, tag TEXT,
    reason TEXT, coded_from TEXT, coded_under INTEGER, who TEXT, at TEXT);
CREATE TABLE ruling_entries (entry TEXT NOT NULL, ruling INTEGER NOT NULL, PRIMARY KEY (entry, ruling)) WITHOUT ROWID;
CREATE INDEX entries_of_ruling ON ruling_entries (ruling, entry);
CREATE TABLE events (
    version INTEGER PRIMARY KEY, what TEXT NOT NULL, import_id INTEGER, note TEXT, who TEXT, at TEXT,
    framework TEXT, rules TEXT);
"""

DERIVED_TABLES = """
CREATE TABLE tags (no INTEGER PRIMARY KEY, facet TEXT NOT NULL, tag TEXT NOT NULL, UNIQUE (facet, tag));
CREATE TABLE facts (entry INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE codes (entry INTEGER PRIMARY KEY, tags BLOB NOT NULL, out_of_scope TEXT);
CREATE TABLE passages (entry INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE unmatched (entry INTEGER PRIMARY KEY);
CREATE TABLE keys (key TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (key, entry)) WITHOUT ROWID;
CREATE TABLE links (
    a INTEGER NOT NULL, b INTEGER NOT NULL, verdict TEXT NOT NULL, rule TEXT NOT NULL, score REAL NOT NULL,
    why TEXT NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE INDEX links_back ON links (b, a);
CREATE TABLE records (
    no INTEGER PRIMARY KEY, id TEXT NOT NULL, year INTEGER, n_entries INTEGER NOT NULL, has_abstract INTEGER NOT NULL,
    title TEXT, venue TEXT, authors TEXT, keywords TEXT, members TEXT NOT NULL UNIQUE, data TEXT NOT NULL,
    abstract TEXT);
CREATE TABLE members (entry INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (entry, record)) WITHOUT ROWID;
CREATE INDEX members_of_record ON members (record, entry);
CREATE TABLE shown (record INTEGER PRIMARY KEY);
CREATE TABLE planned (
    import_id INTEGER NOT NULL, record INTEGER NOT NULL, show INTEGER NOT NULL,
    PRIMARY KEY (import_id, record)) WITHOUT ROWID;
CREATE VIEW record_words AS SELECT no, words(title) AS title, words(abstract) AS abstract, words(keywords) AS keywords,
    words(authors) AS authors, words(venue) AS venue FROM records;
CREATE VIRTUAL TABLE record_text USING fts5 (
    title, abstract, keywords, authors, venue, content='record_words', content_rowid='no',
    tokenize="unicode61 remove_diacritics 2");
"""

WHO_DECLINED = """
ALTER TABLE imports ADD COLUMN declined_by TEXT;
ALTER TABLE imports ADD COLUMN declined_at TEXT;
CREATE INDEX held_links ON links (a, b) WHERE verdict = 'held';
"""

KEPT = """
CREATE TABLE kept (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT, who TEXT NOT NULL,
    at TEXT NOT NULL);
CREATE INDEX kept_by_name ON kept (kind, name, number);
"""

RULED_CELLS = """
ALTER TABLE rulings ADD COLUMN other_facet TEXT;
ALTER TABLE rulings ADD COLUMN other_tag TEXT;
"""

MODELLED = """
CREATE TABLE modelled (entry INTEGER PRIMARY KEY, tags BLOB NOT NULL, data BLOB NOT NULL);
"""

RAW_BEHIND = ""  # entries packed another way; those there are read as before, and older programs must not try

# Bytes of words that the search index holds until it writes them: fewer pieces, and fewer to put together.
WORDS_AT_ONCE = "INSERT INTO record_text (record_text, rank) VALUES ('hashsize', 8000000)"

# What an entry says in columns as a record has them, so that a record of one entry is copied. What was derived before
# counts as derived by other rules: all of it is derived anew when the corpus is opened.
FACTS_IN_COLUMNS = """
DROP TABLE facts;
CREATE TABLE facts (
    entry INTEGER PRIMARY KEY, title TEXT, venue TEXT, year INTEGER, authors TEXT, keywords TEXT, data TEXT NOT NULL,
    abstract TEXT);
DROP VIEW record_words;
CREATE VIEW record_words AS SELECT no,
    CASE WHEN length(CAST(title AS BLOB)) > length(title) THEN words(title) ELSE title END AS title,
    CASE WHEN length(CAST(abstract AS BLOB)) > length(abstract) THEN words(abstract) ELSE abstract END AS abstract,
    CASE WHEN length(CAST(keywords AS BLOB)) > length(keywords) THEN words(keywords) ELSE keywords END AS keywords,
    CASE WHEN length(CAST(authors AS BLOB)) > length(authors) THEN words(authors) ELSE authors END AS authors,
    CASE WHEN length(CAST(venue AS BLOB)) > length(venue) THEN words(venue) ELSE venue END AS venue
    FROM records;
UPDATE meta SET value = '' WHERE key = 'rules';
"""

# From version n to n + 1: MIGRATIONS[n]. Version 0 is an empty file.
MIGRATIONS = (
    TABLES + DERIVED_TABLES, WHO_DECLINED, KEPT, RULED_CELLS, MODELLED, RAW_BEHIND, WORDS_AT_ONCE, FACTS_IN_COLUMNS,
)  # fmt: skip

_UNSPACED = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯฀-๿]{2,}")


def to_words(text: str | None) -> str | None:
    """Text as it is indexed: runs of Han, Kana, Hangul and Thai as bigrams, for they have no spaces.

    >>> to_words("护士霸凌 in nurses")
    '护士 士霸 霸凌 in nurses'
    """
    if text is None or text.isascii():
        return text
    return _UNSPACED.sub(lambda run: " ".join(run[0][i : i + 2] for i in range(len(run[0]) - 1)), text)


def connect(path: Path, create: bool = False) -> sqlite3.Connection:
    """A connection with the settings that design.md fixes; brings an older store up to date.

    Raises NoCorpusError, NewerStoreError, NotWritableError, BusyError, StoreError.
    """
    if not path.exists():
        if not create:
            raise NoCorpusError(f'There is no corpus at "{path}". "python -m corpus init" makes one.')
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritableError(
                f'"{path.parent}" cannot be made: {error.strerror}. Choose another folder.'
            ) from error
    with plain_errors(path):
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        db.create_function("words", 1, to_words, deterministic=True)
        db.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            db.close()
            raise NewerStoreError(
                f'"{path}" was written by a newer version of Lacuna (store version {version}; this one knows '
                f"{SCHEMA_VERSION}). Update Lacuna, or choose another corpus with --corpus."
            )
        if "ENABLE_FTS5" not in {row[0] for row in db.execute("PRAGMA compile_options")}:
            db.close()
            raise StoreError(
                "This Python's SQLite was built without full-text search (FTS5), which Lacuna needs. "
                "Install Python from python.org or your system's packages."
            )
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA wal_autocheckpoint = {PAGES_BEHIND}")
        db.execute("PRAGMA secure_delete = ON")  # many builds of SQLite leave deleted text in the file otherwise
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA cache_size = -65536")
        if version < SCHEMA_VERSION:
            db.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            db.execute("PRAGMA journal_mode = WAL")
            _migrate(db)
        return db


def _migrate(db: sqlite3.Connection) -> None:
    with write(db):
        version = db.execute("PRAGMA user_version").fetchone()[0]  # again: another process may have been quicker
        for n in range(version, SCHEMA_VERSION):
            for statement in MIGRATIONS[n].split(";\n"):
                if statement.strip():
                    db.execute(statement)
        if version == 0:
            db.execute("INSERT INTO meta VALUES ('corpus_version', 0)")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextmanager
def plain_errors(path: Path | None = None) -> Iterator[None]:
    """SQLite's errors as ours, each with what to do."""
    where = f'"{path}"' if path else "The corpus"
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise BusyError(
                f"{where}: another process is writing and did not finish within {BUSY_SECONDS} seconds. "
                "Nothing was changed. Try again in a moment."
            ) from error
        if "readonly" in text or "unable to open" in text:
            raise NotWritableError(
                f"{where} cannot be written: the file or its folder is read-only. Nothing was changed. "
                "Choose another place with --corpus, or change the permissions."
            ) from error
        if "full" in text:
            raise NotWritableError(
                f"{where}: the disk is full. Nothing was changed. Free some space and try again."
            ) from error
        raise StoreError(f"{where}: {text}.") from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise StoreError(f"{where} is not a Lacuna corpus, or it is damaged: {error}. Choose another file.") from error


@contextmanager
def write(db: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: all of it or nothing. Inside another it is a part of that one."""
    if db.in_transaction:
        yield
        return
    with plain_errors():
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


@contextmanager
def write_unseen(db: sqlite3.Connection) -> Iterator[None]:
    """A write of what nobody sees before a later ``write`` shows it: the disk is waited for then, for all of it.

    If the power fails in between, this may be lost, and nothing that was shown.
    """
    if db.in_transaction:
        yield
        return
    with plain_errors():
        db.execute("PRAGMA synchronous = NORMAL")
    try:
        with write(db):
            yield
    finally:
        db.execute("PRAGMA synchronous = FULL")


def insert_rows(db: sqlite3.Connection, into: str, rows: Iterable[Sequence[object]]) -> None:
    """Rows of a narrow table, many to a statement: half of the time that one by one takes. Call inside a write."""
    for some in batches(rows, _ROWS_AT_ONCE):
        marks = ",".join([f"({','.join('?' * len(some[0]))})"] * len(some))
        db.execute(f"{into} VALUES {marks}", [value for row in some for value in row])


@contextmanager
def read(db: sqlite3.Connection) -> Iterator[None]:
    """One consistent view for several queries."""
    if db.in_transaction:
        yield
        return
    with plain_errors():
        db.execute("BEGIN")
        try:
            yield
        finally:
            db.execute("COMMIT")


def last_number(db: sqlite3.Connection, table: str) -> int:
    """The highest number ever given in a table of numbered rows, those of rows taken away since included.

    What was worked out about a row meanwhile may come to be stored after it went; it must not be another's.
    """
    query = (
        f"SELECT max((SELECT coalesce(max(no), 0) FROM {table}), coalesce((SELECT value FROM meta WHERE key = ?), 0))"
    )
    return int(db.execute(query, (f"last of {table}",)).fetchone()[0])


def retire_numbers(db: sqlite3.Connection, table: str) -> None:
    """See to it that no number of this table is given again. Call inside a write, before rows are taken away."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"last of {table}", last_number(db, table)))


def get_version(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT value FROM meta WHERE key = 'corpus_version'").fetchone()[0])
