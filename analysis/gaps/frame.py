"""The shape of a gap table: one row a gap, the same columns for every measure (docs/methods.md)."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.coverage import Coverage
from corpus.cells import RuledCells
from corpus.records import Ruling

COLUMNS = (
    "measure", "kind", "row_facet", "row_tag", "column_facet", "column_tag", "third_facet", "third_tag",
    "observed", "expected", "ratio", "low", "high", "p", "q", "grade", "hidden_upper", "check", "general",
    "last_year", "highest_design", "primary", "reviews", "need_source", "components", "caveats",
)  # fmt: skip

FILTERED = "exploratory: filtered view"
UNCHECKED = "unchecked"
UNRELIABLE = "tag unreliable"
UNVALIDATED = "recall unvalidated"
PARTLY = "part of this cell does not apply: "
FIGURE = "the need figure was "  # read where: a key of the grades of need tables
UNLIKE = "The figure is of "  # how the caveat begins of a need figure of one place
CROWDED = "much of one side stands in one other cell: "
LOOKED = "looked at by "
LOOKED_VERDICTS = {"confirmed": "confirmed", "found-outside": "found_outside"}  # value of a ruling -> check


Columns = dict[str, np.ndarray | list[Any]]  # of one table, all of one length
Cell = tuple[str, str, str, str]  # row facet, row, column facet, column


def tested_cells(coverages: Iterable[Coverage]) -> list[Cell]:
    """The cells that measures judge, table after table, in the order of the numbers taken at ``tested``."""
    return [
        (coverage.row_facet, coverage.rows[i].id, coverage.column_facet, coverage.columns[j].id)
        for coverage in coverages
        for i, j in np.argwhere(coverage.tested).tolist()
    ]


def to_gaps(
    found: pd.DataFrame, measure: str, caveats: Sequence[str] = (), cells: RuledCells | None = None
) -> pd.DataFrame:
    """``found`` with all COLUMNS, in their order; what the measure did not compute is None.

    ``caveats`` are added to each row's own. ``check`` is "unchecked" unless the measure said otherwise, or a person
    ruled on the cell (``cells``); who and when is then among the caveats.
    """
    nothing = pd.Series([None] * len(found), dtype=object)
    out: dict[str, object] = {name: _values(found[name]) if name in found else nothing for name in COLUMNS}
    out["measure"] = measure
    if "check" not in found:
        out["check"] = UNCHECKED
    own = found["caveats"].array if "caveats" in found else [()] * len(found)
    out["caveats"] = pd.Series([[*mine, *caveats] for mine in own], dtype=object)
    table = pd.DataFrame(out, columns=list(COLUMNS), index=nothing.index)
    return _mark_looked(table, cells) if cells and cells.standing else table


def to_frame(tables: Sequence[Columns], as_they_are: Sequence[str]) -> pd.DataFrame:
    """Many tables of the same columns in one frame, which is made sooner than a frame a table.

    ``as_they_are`` names columns of lists or of what may be None; other words become words as pandas keeps them.
    """
    columns = {
        name: np.concatenate([table[name] for table in tables])
        if isinstance(tables[0][name], np.ndarray)
        else [value for table in tables for value in table[name]]
        for name in tables[0]
    }
    return pd.DataFrame(columns | {name: pd.Series(columns[name], dtype=object) for name in as_they_are})


def _values(column: pd.Series) -> Any:
    """A column without its index; one of words as pandas keeps it, so that it need not be read anew."""
    return column.array if isinstance(column.dtype, pd.StringDtype) else column.to_numpy()


def order_by(*keys: Any) -> np.ndarray:
    """Places of rows in order, by the first key and ties by the next; what is not known comes last.

    >>> order_by([2, 1, 2], ["b", "a", "a"]).tolist()
    [1, 2, 0]
    """
    return np.lexsort([_place(np.asarray(key)) for key in reversed(keys)])


def _place(values: np.ndarray) -> np.ndarray:
    return np.unique(values.astype(str), return_inverse=True)[1] if values.dtype.kind in "OU" else values


def looked_words(ruling: Ruling) -> str:
    """Who looked, when, and what they wrote down."""
    by = f"{ruling.who or 'someone not named'}, {ruling.at[:10]}"
    return f"{LOOKED}{by}: {ruling.reason.strip().rstrip('.')}"


def _mark_looked(table: pd.DataFrame, cells: RuledCells) -> pd.DataFrame:
    """Cells that a person looked at say so, whatever the measure."""
    table["check"] = table["check"].astype(object)
    for ((facet, tag), (other_facet, other_tag)), ruling in cells.standing.items():
        verdict = LOOKED_VERDICTS.get(ruling.value)
        if verdict is None:
            continue
        straight = (table["row_facet"] == facet) & (table["row_tag"] == tag)
        straight &= (table["column_facet"] == other_facet) & (table["column_tag"] == other_tag)
        turned = (table["row_facet"] == other_facet) & (table["row_tag"] == other_tag)
        turned &= (table["column_facet"] == facet) & (table["column_tag"] == tag)
        here = (straight | turned) & table["third_tag"].isna()
        words = looked_words(ruling)
        table.loc[here, "check"] = verdict
        table["caveats"] = pd.Series(
            [[*own, words] if at else own for own, at in zip(table["caveats"], here, strict=True)], dtype=object
        )
    return table


def to_dicts(found: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a gap table as plain dicts, None for what is unknown."""
    return [{str(name): _known(value) for name, value in row.items()} for row in found.to_dict("records")]


def _known(value: Any) -> Any:
    """The value, None for NaN and its like; quicker for a few rows than asking pandas about each column."""
    return None if value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value) else value


def caveats_of(coverage: Coverage) -> list[str]:
    """What has to stand beside every gap of this table: a filter in force, and how the corpus was put together."""
    words = [FILTERED] if coverage.filters else []
    return [*words, coverage.snapshot.statement] if coverage.snapshot.statement else words
