"""Need: attention in the collection beside figures from outside, each table with its source; tables people give."""

import json
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analysis import gaps, need, sentences
from analysis.gaps.frame import FILTERED, to_gaps
from analysis.need import NeedTable
from analysis.roles import read_roles
from corpus.errors import LacunaError
from views import address, filters, need_chart, need_give, need_survey, widgets
from views.state import State, Where

FIRST = "world-2020-occupations"  # shown first where it is there: the source's own page, and the whole world
GRADES = {"under": "Under parity", "over": "Over parity", "near": "Near parity", "unclear": "Unclear",
          "not comparable": "Too few records"}  # fmt: skip
WHAT = (
    "A share of a workforce says how many people there are, not how many are harmed. Under parity means that a group "
    "has a smaller share of the records than of this one table."
)


def render(state: State) -> None:
    st.title("Need")
    st.write(
        "How the share of records on each group compares with its share of a workforce, or of the people affected. "
        "Every figure comes from one named source, which stands with each statement."
    )
    tables = need_give.all_tables(state)
    weighing = need.weighing(tables, state.framework)
    where = filters.pick_where(state)
    if not len(state.snapshot(where)):
        st.write("No record passes these filters, or there is none yet, so there is nothing to compare.")
    elif weighing:
        _show_parity(state, weighing, where)
    else:
        st.write("There is no table of figures for this framework yet. Give one below.")
    _show_times(state, tables, where)
    _show_context(state, tables)
    st.header("Tables of your own", anchor=False)
    need_give.render_own(state)
    need_survey.render_survey(state)


def _show_parity(state: State, tables: Sequence[NeedTable], where: Where) -> None:
    options = {table.id: label_of(state, table) for table in tables}
    default = FIRST if FIRST in options else next(iter(options))
    chosen = address.choose_one("Table of figures", options, "table", default)
    table = next(t for t in tables if t.id == chosen)
    country = read_roles(state.framework).country
    _show_source(table, by_country=any(facet == country for facet, _ in where.tags))
    found = judge(state, table, where)
    _show_found(state, found, table, where)
    _show_others(state, [t for t in tables if t.facet == table.facet], where)


def label_of(state: State, table: NeedTable) -> str:
    """A table in a list: what facet, what it says, and a mark where the source itself was not read."""
    facet = state.framework.facet(table.facet).label
    mark = {"own": "", "given": ", given by a user"}.get(table.grade, ", source not read itself")
    return f"{facet}: {table.title}{mark}"


def _show_source(table: NeedTable, by_country: bool) -> None:
    urls = [address for url in table.urls if (address := widgets.web_link(url))]
    names = ["Open the page read"] if len(urls) == 1 else [f"Open page {n}" for n in range(1, len(urls) + 1)]
    seen = " " + " ".join(f"[{name}]({url})" for name, url in zip(names, urls, strict=True))
    st.markdown(f"**Source:** {widgets.plain(table.source)}, {table.year}.{seen}")
    if table.grade in ("account", "copy"):
        st.badge("Source not read itself", icon="⚠️", color="orange")
    st.markdown(f":small[This figure was {widgets.plain(need.GRADES[table.grade])}. {WHAT}]")
    if unlike := need.say_unlike(table.place, by_country):
        st.warning(widgets.plain(unlike))


def judge(state: State, table: NeedTable, where: Where) -> pd.DataFrame:
    """The parity gaps of one table, computed once per corpus version, filter and table."""
    return _judged(state.key, where, json.dumps(need.to_dict(table), sort_keys=True), state)


@st.cache_data(max_entries=64, show_spinner=False)
def _judged(key: tuple[str, int, str], where: Where, table: str, _state: State) -> pd.DataFrame:
    snapshot = _state.snapshot(where)
    found = gaps.parity(snapshot, need.from_dict(json.loads(table)).to_frame())
    return to_gaps(found, "parity", [FILTERED] if snapshot.filters else [])


def _show_found(state: State, found: pd.DataFrame, table: NeedTable, where: Where) -> None:
    about = state.about(where)
    rows = gaps.to_dicts(found)
    judged = [row for row in rows if row["grade"] in GRADES]
    missing = [about.label_of(row["row_facet"], row["row_tag"]) for row in rows if row["grade"] not in GRADES]
    n = judged[0]["components"]["n"] if judged else 0
    st.header("Attention and need", anchor=False)
    under = sum(row["grade"] == "under" for row in judged)
    st.write(f"{n:,} records name any of the {len(judged)} groups compared. {under} of these groups are under parity.")
    if judged and judged[0]["grade"] != "not comparable":
        names = [_name(about, row) for row in judged]
        figure = need_chart.attention(names, judged, GRADES, widgets.theme())
        st.plotly_chart(figure, key="need.chart", config={"displayModeBar": False})
    with st.expander("Numbers behind this chart", expanded=not judged):
        st.dataframe(to_table(found, table, about), hide_index=True)
    for row in judged:
        st.markdown(f"- {widgets.plain(sentences.write_gap(row, about))}")
    if missing:
        st.markdown(f"**No need figure**, which is not zero: {widgets.plain(', '.join(missing))}.")
    widgets.show_caveats(state)


def _name(about: sentences.About, row: dict) -> str:  # type: ignore[type-arg]
    parts = str(row["row_tag"]).split("+")
    return sentences.upper_first(" or ".join(about.label_of(row["row_facet"], part) for part in parts))


def to_table(found: pd.DataFrame, table: NeedTable, about: sentences.About) -> pd.DataFrame:
    """The chart as numbers: one row a group, those without a figure at the end."""
    figures = {row.group: row for row in table.rows}
    out = []
    for row in gaps.to_dicts(found):
        parts, figure = row["components"], figures.get(row["row_tag"])
        known = row["grade"] in GRADES
        out.append(
            {
                "Group": _name(about, row),
                "Grade": GRADES.get(row["grade"], "No need figure"),
                "Attention": round(float(row["ratio"]), 2) if known else None,
                "Low": round(float(row["low"]), 2) if known else None,
                "High": round(float(row["high"]), 2) if known else None,
                "Share of need": sentences.percent_words(parts["need_share"]) if known else "",
                "Share of records": sentences.percent_words(parts["share"]) if known else "",
                "Records, shared out": round(float(row["observed"]), 1),
                "Short by": parts.get("short_by"),
                "Figure": f"{figure.weight:,g}" if figure else "",
                "Note": figure.note if figure else "",
            }
        )
    return pd.DataFrame(out)


def _show_others(state: State, tables: Sequence[NeedTable], where: Where) -> None:
    """All tables on one facet side by side: where they disagree both are shown, and no mean is taken."""
    if len(tables) < 2:
        return
    about = state.about(where)
    with st.expander(f"The same by each of the {len(tables)} tables on this facet, never averaged"):
        rows: dict[str, dict[str, str]] = {}
        for table in tables:
            for row in gaps.to_dicts(judge(state, table, where)):
                if row["grade"] in GRADES:
                    words = f"{sentences.ratio_words(row['ratio'])} ({GRADES[row['grade']].lower()})"
                    rows.setdefault(_name(about, row), {})[table.title] = words
        st.dataframe(pd.DataFrame(rows).T.rename_axis("Attention by").reset_index().fillna(""), hide_index=True)


def _show_times(state: State, tables: Sequence[NeedTable], where: Where) -> None:
    """Percent times group size, where both are there: offered, with the arithmetic, never done unasked."""
    offers = {f"{p.id}*{s.id}": (p, s) for p in tables for s in need.find_sizes(p, tables, state.framework)}
    if not offers:
        return
    st.header("From percent to people", anchor=False)
    st.write(
        "A percentage of a group cannot weigh a gap. Times the size of the group, it is a number of people affected, "
        "which can."
    )
    labels = {"": "None"} | {key: f"{p.title}, times: {s.title}" for key, (p, s) in offers.items()}
    chosen = address.choose_one("Multiply", labels, "times", "")
    if not chosen:
        return
    percent, sizes = offers[chosen]
    st.warning(widgets.plain(need.CONFIRM))
    st.markdown(f"- Percent: {widgets.plain(percent.title)}. {widgets.plain(percent.source)}")
    st.markdown(f"- Sizes: {widgets.plain(sizes.title)}. {widgets.plain(sizes.source)}")
    if not st.checkbox("Both are about the same people", key="need.same"):
        return
    try:
        table = need.multiply(percent, sizes, state.framework)
    except LacunaError as error:
        widgets.show_error(error)
        return
    about = state.about(where)
    facet = state.framework.facet(table.facet)
    arithmetic = [
        {"Group": " or ".join(map(facet.label_of, row.parts)), "Size × percent": row.note} for row in table.rows
    ]
    st.dataframe(pd.DataFrame(arithmetic), hide_index=True)
    for row in gaps.to_dicts(judge(state, table, where)):
        if row["grade"] in GRADES:
            st.markdown(f"- {widgets.plain(sentences.write_gap(row, about))}")


def _show_context(state: State, tables: Sequence[NeedTable]) -> None:
    """Figures that stand beside a gap and never weigh one."""
    context = [table for table in tables if need.why_not_weigh(table)]
    if not context:
        return
    st.header("Figures that stand beside a gap", anchor=False)
    st.write(need.WHY_PREVALENCE)
    facets = dict.fromkeys(table.facet for table in context)
    options = {facet: state.framework.facet(facet).label for facet in facets}
    chosen = address.choose_one("Figures on", options, "context", next(iter(options)))
    rows = []
    for table in context:
        if table.facet == chosen:
            for row in table.rows:
                rows.append(
                    {
                        "Group": " or ".join(map(state.framework.facet(chosen).label_of, row.parts)),
                        "Figure": f"{row.weight:,g}",
                        "What": table.unit,
                        "Where": table.place_words,
                        "Year": str(table.year),
                        "Source": table.source,
                        "Read": {"own": "source itself", "given": "given by a user"}.get(
                            table.grade, "not the source itself"
                        ),
                        "Note": row.note,
                    }
                )
    st.dataframe(pd.DataFrame(rows), hide_index=True, height=360)
    st.markdown(
        f":small[{len(rows):,} figures. Surveys that people chose to answer measure those who answered; never rank one "
        "against a survey of everybody.]"
    )
