"""One cell, row or column of a gap map, opened: what may be said of it, what may cover it too, and its records."""

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from analysis import gaps, sentences
from analysis.axes import Line
from analysis.coverage import Coverage
from analysis.roles import read_roles
from corpus.errors import UnknownIdError
from corpus.framework import Framework, TagKey
from views import cell_check, gap_cards, missed, need_beside, widgets
from views.state import Judged, State, Where

PAGE = 20

# Brings the opened cell into sight, once for each opening. It draws nothing.
_SCROLL = st.components.v2.component(
    "lacuna_scroll",
    html="<div></div>",
    js="""
let last = 0;
export default function ({ data }) {
  if (!data || data.opening === last) return;
  last = data.opening;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let tries = 40;
  const look = () => {
    const at = document.getElementById(data.anchor);
    if (at) at.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    else if (tries--) setTimeout(look, 50);
  };
  look();
}
""",
)


def name_cell(coverage: Coverage, row: str | None, column: str | None) -> str:
    """The cell in words. Raises UnknownIdError if the map has no such line."""
    lines = [_line(coverage.rows, row)] if row else []
    lines += [_line(coverage.columns, column)] if column else []
    first, *rest = [line.label for line in lines]
    return " × ".join([first, *[sentences.lower_first(label) for label in rest]])


def ids_of(coverage: Coverage, row: str | None, column: str | None) -> list[str]:
    """The records behind a cell, or a whole row or column. Raises UnknownIdError."""
    if row:
        return coverage.ids(row, column)
    at = [line.id for line in coverage.columns].index(_line(coverage.columns, column).id)
    return list(coverage.snapshot.ids[coverage.column_axis.records_of(at)])


def show(state: State, judged: Judged, row: str | None, column: str | None, where: Where) -> None:
    """The opened cell, below its map."""
    coverage = judged.coverage
    ids = ids_of(coverage, row, column)
    st.header(widgets.plain(name_cell(coverage, row, column)), anchor="records")
    if row and column:
        for said in _say(state, judged, row, column, where):
            st.write(widgets.plain(said))
        _show_ways_on(state, coverage, row, column, where)
        _show_general(state, coverage, row, column, where)
        cell_check.show(state, coverage, row, column, where)
    sides = [(coverage.row_facet, row)] * bool(row) + [(coverage.column_facet, column)] * bool(column)
    need_beside.show_figures(state, [(facet, str(line)) for facet, line in sides])
    n = sentences.records_words(len(ids))
    st.markdown(f"**{n}** of the {coverage.n_records:,} counted here. {_spread(state, coverage, ids)}")
    if not ids:
        return
    _show_search(state, coverage, row, column, where)
    n_pages = -(-len(ids) // PAGE)
    page = st.pagination(n_pages, key="page", bind="query-params") if n_pages > 1 else 1
    shown = state.corpus.records(_newest_first(coverage, ids)[(page - 1) * PAGE : page * PAGE])
    tags = set(_tags(state.framework, coverage, row, column))
    widgets.record_list(state, shown, facets={facet for facet, _ in tags}, tags=tags, key="gap_map.records")


def _show_search(state: State, coverage: Coverage, row: str | None, column: str | None, where: Where) -> None:
    """The same records in Search, where they can be narrowed and taken away; nothing where filters cannot say them."""
    tags = where.tag_dict
    for facet, lines, at in (
        (coverage.row_facet, coverage.rows, row),
        (coverage.column_facet, coverage.columns, column),
    ):
        if not at:
            continue
        line, kept = set(_line(lines, at).tags), set(tags.get(facet, ()))
        if facet not in state.framework.by_id or not line or not (line <= kept or kept <= line):
            return
        tags[facet] = sorted(line & kept or line)
    query = replace(where, tags=tuple(sorted((facet, tuple(some)) for facet, some in tags.items()))).to_query()
    widgets.link(state, "search", "Search in these records, or take them away", icon=":material/search:", **query)


def _newest_first(coverage: Coverage, ids: list[str]) -> list[str]:
    """Records without a year come last."""
    frame = coverage.snapshot.frame.iloc[coverage.snapshot.ids.searchsorted(ids)]
    return list(frame.sort_values(["year", "id"], ascending=[False, True])["id"])


def _tags(framework: Framework, coverage: Coverage, row: str | None, column: str | None) -> Iterator[TagKey]:
    """The tags that put a record into the cell; all tags of a facet on the side that is open."""
    for facet_id, lines, at in (
        (coverage.row_facet, coverage.rows, row),
        (coverage.column_facet, coverage.columns, column),
    ):
        facet = framework.by_id.get(facet_id)
        if facet is not None:
            names = _line(lines, at).tags if at else tuple(facet.by_id)
            yield from ((facet_id, tag) for name in names for tag in facet.with_children(name))


def scroll_to(opening: int) -> None:
    """Bring the opened cell into sight; ``opening`` numbers the times one was opened, so that it happens once."""
    _SCROLL(data={"opening": opening, "anchor": "records"}, key="gap_map.scroll")


def _say(state: State, judged: Judged, row: str, column: str, where: Where) -> Iterator[str]:
    """What the measures say of the cell: that nothing is here, then how that compares."""
    coverage = judged.coverage
    reason = coverage.why_not_applicable(row, column)
    if reason:
        yield f"Not applicable, so never counted as a gap: {reason}"
        return
    about = sentences.make_about(coverage.snapshot, {line.id: line.label for line in coverage.rows})
    found = {}
    for name, table in (("absolute", judged.absolute), ("relative", judged.relative)):
        here = table[(table["row_tag"] == row) & (table["column_tag"] == column)]
        found.update((name, gap) for gap in gaps.to_dicts(here))
    if not found:
        yield "This cell is counted, not judged: one of its tags is general, or drawn below a wider one."
        return
    relative, absolute = found["relative"], found["absolute"]
    if absolute["grade"] in ("empty", "scarce"):
        yield sentences.write_gap(absolute, about)
    yield sentences.write_gap(relative, about)


def _show_general(state: State, coverage: Coverage, row: str, column: str, where: Where) -> None:
    """Links to the cells of general tags, whose records may cover this one too."""
    pairs = [(line, _line(coverage.columns, column)) for line in coverage.rows if line.state == "residual"]
    pairs += [(_line(coverage.rows, row), line) for line in coverage.columns if line.state == "residual"]
    found = [(a, b, len(coverage.records_of(a.id, b.id))) for a, b in pairs if (a.id, b.id) != (row, column)]
    found = [item for item in found if item[2]]
    if not found or any(_line(lines, at).is_extra for lines, at in ((coverage.rows, row), (coverage.columns, column))):
        return
    st.write("Records with a general tag may cover this too:")
    with st.container(key="rows.gap_map.general", gap="xsmall"):
        for a, b, n in found:
            query = {"rows": coverage.row_facet, "columns": coverage.column_facet, "level": coverage.level}
            words = f"{a.label} × {sentences.lower_first(b.label)}: {sentences.records_words(n)}"
            widgets.link(
                state, "gap-map", f":blue[{widgets.plain(words)}]", **query, row=a.id, col=b.id, **where.to_query()
            )


def _show_ways_on(state: State, coverage: Coverage, row: str, column: str, where: Where) -> None:
    """The smallest study that would close the gap, a brief to take away, and the door for a study we missed."""
    sides = (coverage.row_facet, coverage.column_facet)
    if any(facet not in state.framework.by_id for facet in sides) or coverage.why_not_applicable(row, column):
        return
    gap_cards.show_study(gap_cards.study_of(state, coverage, row, column))
    name = f"{sides[0]}={row}*{sides[1]}={column}"
    widgets.link(state, "brief", "Make a brief", icon=":material/description:", cell=name, **where.to_query())
    missed.show(state, name_cell(coverage, row, column), "gap_map")


def _spread(state: State, coverage: Coverage, ids: list[str]) -> str:
    """Years and designs of the records, in a sentence."""
    if not ids:
        return ""
    snapshot = coverage.snapshot
    at = snapshot.ids.searchsorted(ids)
    years = snapshot.frame["year"].iloc[at].dropna()
    said = []
    if len(years):
        low, high = int(years.min()), int(years.max())
        said.append(f"From {low} to {high}." if low != high else f"From {low}.")
    design = read_roles(state.framework).design
    if design:
        facet = state.framework.facet(design)
        counts = [
            (int(snapshot.has(design, tag.id)[at].sum()), sentences.lower_first(tag.label)) for tag in facet.roots
        ]
        best = sorted((c for c in counts if c[0]), key=lambda c: -c[0])[:4]
        if best:
            said.append(f"{facet.label}: {', '.join(f'{label} ({n:,})' for n, label in best)}.")
    return widgets.plain(" ".join(said))


def _line(lines: tuple[Line, ...], line_id: str | None) -> Line:
    for line in lines:
        if line.id == line_id:
            return line
    raise UnknownIdError(f'This map has no line "{line_id}".')
