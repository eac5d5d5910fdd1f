"""What every command line shares: the options, the progress bar, how errors and JSON are printed.

With --json standard output holds only the JSON; messages and progress go to standard error.
"""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.errors import LacunaError, QueryError

DEFAULT_CORPUS = Path("corpus/data/lacuna.sqlite")
DEFAULT_FRAMEWORK = Path("corpus/framework")


class UsageError(LacunaError):
    """The command was called wrongly: exit code 2, as for any other wrong usage."""


def corpus_path() -> Path:
    """Where the corpus is, unless a command says otherwise: LACUNA_CORPUS, else the default path."""
    return Path(os.environ.get("LACUNA_CORPUS") or DEFAULT_CORPUS)


def framework_path() -> Path:
    return Path(os.environ.get("LACUNA_FRAMEWORK") or DEFAULT_FRAMEWORK)


def add_options(parser: argparse.ArgumentParser) -> None:
    """--corpus, --framework, --json: the same on every subcommand."""
    parser.add_argument("--corpus", type=Path, default=corpus_path(), metavar="PATH", help="the corpus file")
    parser.add_argument(
        "--framework", type=Path, default=framework_path(), metavar="DIR", help="folder of the coding framework"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, and nothing else, on standard output")


def run(command: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Run a command: its exit code, or 1 (2 for wrong usage) after one plain sentence on standard error."""
    try:
        return command(args)
    except LacunaError as error:
        where = f"At character {error.position + 1} of the search: " if isinstance(error, QueryError) else ""
        print_error(f"{where}{error}")
        if getattr(args, "json", False):
            print_json({"error": f"{where}{error}"})
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print_error("Stopped. Nothing that was not accepted has been added.")
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def print_error(message: str) -> None:
    sys.stderr.write(message.rstrip() + "\n")


def print_json(value: Any) -> None:
    """JSON with null for unknown and infinite."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=1) + "\n")


def _plain(value: Any) -> Any:
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()  # numpy scalars
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return value


class ProgressBar:
    """A line on standard error for anything that takes over a second, redrawn a few times a second.

    Into a file or a pipe it prints a line every ten seconds instead.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._started = time.monotonic()
        self._last = 0.0
        self._drawn = False

    def __call__(self, what: str, done: int, of: int) -> None:
        now = time.monotonic()
        pause = 0.2 if self._live else 10.0
        if self._quiet or now - self._started < 1.0 or (now - self._last < pause and not (of and done >= of)):
            return
        self._last = now
        share = f"{done:,} of {of:,} ({done / of:.0%})" if of else f"{done:,}"
        if self._live:
            sys.stderr.write(f"\r\x1b[K{what}: {share}")
            self._drawn = True
        else:
            sys.stderr.write(f"{what}: {share}\n")
        sys.stderr.flush()

    def close(self) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")


def parse_tags(values: list[str] | None) -> dict[str, list[str]]:
    """``["population=nurse", "population=midwife"]`` as ``{"population": ["nurse", "midwife"]}``.

    Raises UsageError for one without "=".
    """
    chosen: dict[str, list[str]] = {}
    for value in values or []:
        facet, equals, tag = value.partition("=")
        if not equals or not facet or not tag:
            raise UsageError(f'--tag takes facet=tag, for example --tag population=nurse; "{value}" is not that.')
        chosen.setdefault(facet.strip(), []).extend(t.strip() for t in tag.split(",") if t.strip())
    return chosen


def format_columns(rows: list[list[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Rows as aligned text; the first row is the heading. Columns in ``right`` are right-aligned."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return lines
