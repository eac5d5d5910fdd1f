"""About the collection: how it was put together, what is thin in it, how it is coded, its history, how to cite it."""

import numpy as np
import pandas as pd
import streamlit as st

from analysis import gaps, sentences
from corpus.framework import Facet
from corpus.snapshot import Snapshot
from corpus.store import Corpus
from views import completeness, widgets
from views.state import State

CODED = {
    "person-abstract": "by people, who read the abstract",
    "person-title": "by people, who read the title",
    "rules-abstract": "by rules, from title and abstract",
    "rules-title": "by rules, from the title alone",
}
WHAT = {
    "accept": "Files added",
    "undo": "Files taken out again",
    "redo": "Files brought back",
    "ruling": "Decisions by people",
    "rebuild": "Everything worked out anew",
    "framework": "Coded anew under a changed framework",
    "erase": "An entry erased",
}
LONG = 60  # a facet with more tags than this lists only those that some record has
THIN_SHOWN = 12


def render(state: State) -> None:
    st.title("About the collection")
    snapshot = state.corpus.snapshot()
    if not len(snapshot):
        st.write("This collection is empty. Add citation files, and this page says where they came from.")
        widgets.link(state, "add-files", "Add citation files")
    else:
        _show_origin(state)
        _show_numbers(snapshot)
        _show_thin(state)
        completeness.show(state)
    _show_framework(state)
    if len(snapshot):
        _show_history(state)
        _show_citation(state)


def _show_origin(state: State) -> None:
    st.header("How it was put together", anchor=False)
    st.write(f"{widgets.plain(sentence_case(state.corpus.statement))}.")
    st.write(
        "What nobody searched for cannot be found here. An empty cell means that no record of this collection has both "
        "tags, not that nobody has studied it."
    )
    accepted = [done for done in state.corpus.imports() if done.state == "accepted"]
    rows = [
        (
            done.id,
            ", ".join(file.file for file in done.files),
            done.source or "not named",
            done.search_date or "not given",
            done.totals["found"],
        )
        for done in accepted
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=["Upload", "Files", "Source", "Searched on", "Items found"]),
        hide_index=True,
        height=min(len(rows), 8) * 35 + 38,
    )


def sentence_case(text: str) -> str:
    """A sentence's own first letter; a statement stands inside other sentences too."""
    return text[:1].upper() + text[1:]


def _show_numbers(snapshot: Snapshot) -> None:
    st.header("In numbers", anchor=False)
    frame = snapshot.frame
    n = len(frame)
    years = frame["year"].dropna()
    people = frame["coded_by"].isin(["person-abstract", "person-title"])
    widgets.figures(
        {
            "Records": f"{n:,}",
            "Years": f"{int(years.min())}–{int(years.max())}" if len(years) else "unknown",
            "With an abstract": f"{int(frame['has_abstract'].sum()):,}",
            "Coded by people": f"{int(people.sum()):,}",
        }
    )
    counts = frame["coded_by"].value_counts()
    coded = [f"{int(counts[name]):,} {words}" for name, words in CODED.items() if counts.get(name, 0)]
    scope = frame["scope"].value_counts()
    suggested = int((frame["suggested_out"] & (frame["scope"] == "unscreened")).sum())
    unknown = int(frame["year"].isna().sum())
    st.markdown(
        f"- Coded: {'; '.join(coded)}.\n"
        f"- Scope: {int(scope.get('in', 0)):,} ruled in by a person, {int(scope.get('out', 0)):,} ruled out, "
        f"{int(scope.get('unscreened', 0)):,} not yet screened, of which rules take {suggested:,} to be out of scope. "
        "Those ruled or taken to be out are not counted on maps.\n"
        f"- Entries: the {n:,} records stand for {int(frame['n_entries'].sum()):,} entries of files.\n"
        f"- Years: {unknown:,} record{'' if unknown == 1 else 's'} without one."
    )
    if len(years):
        decades = (np.floor(years / 10) * 10).astype(int).value_counts().sort_index()
        with st.expander("Records by decade"):
            st.table(
                pd.DataFrame({"Decade": [f"{d}s" for d in decades.index], "Records": decades.to_numpy()}),
                hide_index=True,
            )


def _show_thin(state: State) -> None:
    """Tags that hardly any record has: what the collection cannot say much about."""
    st.header("What is thin", anchor=False)
    counted = state.snapshot()
    barely = gaps.barely_present(counted)
    about = sentences.make_about(counted)
    if barely.empty:
        st.write("No tag stands out as barely present, or too few records name anything to tell.")
    else:
        lines = [sentences.write_gap(gap, about) for gap in barely.head(THIN_SHOWN).to_dict("records")]
        st.markdown("\n".join(f"- {widgets.plain(line)}" for line in lines))
    silent = [_silent(counted, facet) for facet in state.framework.facets]
    st.write("How many records say nothing on a facet, as far as title, abstract and keywords tell:")
    st.table(pd.DataFrame(silent, columns=["Facet", "Records that name something", "Share"]), hide_index=True)
    widgets.show_caveats(state)


def _silent(snapshot: Snapshot, facet: Facet) -> tuple[str, str, str]:
    columns = snapshot.facet_columns(facet.id)
    named = int((snapshot.tags[:, columns].getnnz(axis=1) > 0).sum())
    n = len(snapshot)
    share = sentences.percent_words(named / n) if n >= sentences.DEFAULTS.min_percent else "too few to say"
    return widgets.plain(facet.label), f"{named:,} of {n:,}", share


def _show_framework(state: State) -> None:
    st.header("How it is coded", anchor=False)
    framework = state.framework
    n_tags = sum(len(facet.tags) for facet in framework.facets)
    st.write(
        f"{widgets.plain(framework.name)}, version {framework.version}: {len(framework.facets)} facets, "
        f"{n_tags:,} tags. A record may have several tags of a facet. A narrower tag counts for its parent too."
    )
    counts = state.corpus.stats().tags
    for facet in framework.facets:
        here = counts.get(facet.id, {})
        with st.expander(f"{facet.label}: {len(facet.tags)} tags", key=f"about.facet.{facet.id}"):
            st.write(widgets.plain(facet.question))
            shown = [tag for tag in facet.tags if here.get(tag.id) or len(facet.tags) < LONG]
            rows = [
                (
                    ("– " if tag.broader else "") + widgets.plain(tag.label),
                    widgets.plain(tag.definition),
                    here.get(tag.id, 0),
                )
                for tag in shown
            ]
            st.table(pd.DataFrame(rows, columns=["Tag", "What it means", "Records"]), hide_index=True)
            if len(shown) < len(facet.tags):
                st.write(f"{len(facet.tags) - len(shown):,} more tags have no record yet.")


def _show_history(state: State) -> None:
    st.header("Its history", anchor=False)
    events = list(reversed(state.corpus.history()))
    rows = [
        (e.version, e.at[:16].replace("T", " "), WHAT.get(e.what, e.what), str(e.import_id or ""), e.who or "", e.note)
        for e in events
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=["Version", "When (UTC)", "What", "Upload", "Who", "Note"]),
        hide_index=True,
        height=min(len(rows), 8) * 35 + 38,
    )
    widgets.link(state, "history", "Open the history, to undo or to look back")


def _show_citation(state: State) -> None:
    st.header("How to cite it", anchor=False)
    st.code(write_citation(state.corpus), language=None, wrap_lines=True)
    st.write(
        "The version says exactly which records, codes and rules a number came from. The codes and the framework are "
        "licensed CC BY 4.0; titles, names, years and identifiers are facts, to which nobody here claims a right."
    )


def write_citation(corpus: Corpus) -> str:
    """The collection as a reference: name, version, its date, what it holds and how it was put together."""
    events = corpus.history()
    dated = f" of {events[-1].at[:10]}" if events and events[-1].at else ""
    return (
        f"Lacuna: {corpus.framework.name}. Collection version {corpus.version}{dated}, "
        f"{len(corpus.snapshot()):,} records, framework version {corpus.framework.version}. "
        f"Put together from: {corpus.statement}."
    )
