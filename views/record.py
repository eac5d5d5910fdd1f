"""One record: what it says, where it came from, which tags it has and by which words, and what a curator may change."""

from collections.abc import Sequence

import streamlit as st

from corpus.errors import LacunaError, UnknownIdError
from corpus.framework import Facet, TagKey
from corpus.records import Assignment, Origin, Record, Ruling
from corpus.screening import standing_ruling, suggest_scope
from views import entries, similar, widgets
from views.state import State

VERDICTS = {"added": "Added", "confirmed": "Confirmed", "rejected": "Rejected"}
DETAILS = (
    ("venue", "Journal or book"),
    ("year", "Year"),
    ("volume", "Volume"),
    ("issue", "Issue"),
    ("pages", "Pages"),
    ("type", "Kind"),
    ("language", "Language"),
    ("keywords", "Authors' keywords"),
    ("mesh", "Headings"),
)
SCOPES = {"in": "In scope", "out": "Out of scope: kept and searchable, not counted", "unscreened": "Not screened"}
AUTHORS_SHOWN = 12


def render(state: State) -> None:
    entry_id = st.query_params.get("id", "")
    if not entry_id:
        st.title("Record")
        st.write("No record is named in the address. Open one from a search, or from a cell of the gap map.")
        widgets.link(state, "search", "Search the records")
        widgets.link(state, "gap-map", "Open the gap map")
        return
    try:
        record = state.corpus.record(entry_id)
    except UnknownIdError as error:
        st.title("Record")
        widgets.show_error(error)
        widgets.link(state, "search", "Search the records")
        return
    st.title(widgets.plain(record.title or "Without a title"), anchor=False)
    widgets.show_notices(state, record)
    widgets.show_content_note(state, [record])
    main, side = st.columns([7, 4], gap="large")
    with main:
        st.markdown(widgets.plain(_authors(record)))
        _show_links(record)
        st.header("Abstract", anchor=False)
        if record.abstract:
            st.markdown(widgets.plain(record.abstract))
        else:
            st.write("No abstract came with this record, so rules could read its title and keywords only.")
        _show_codes(state, record)
        similar_at = st.container()
    with side:
        _show_details(record)
        _show_scope(state, record)
        _show_origins(state, record)
    with similar_at:  # last, so that nothing waits for it
        similar.show(state, record)


def _authors(record: Record) -> str:
    names = [str(author) for author in record.authors]
    more = len(names) - AUTHORS_SHOWN
    text = "; ".join(names[:AUTHORS_SHOWN])
    text += f"; and {more} more" if more > 0 else "; and others" if record.authors_cut else ""
    return text or "No author given"


def _show_links(record: Record) -> None:
    links = []
    if record.doi:
        links.append(f"[Open the publication (DOI)]({widgets.doi_link(record.doi)})")
    if record.pmid and record.pmid.isdecimal():
        links.append(f"[PubMed {record.pmid}](https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/)")
    if record.pmcid and record.pmcid[3:].isdecimal():
        links.append(f"[Free full text {record.pmcid}](https://www.ncbi.nlm.nih.gov/pmc/articles/{record.pmcid}/)")
    if not record.doi and (url := widgets.web_link(record.url)):
        links.append(f"[Web page]({url})")
    st.markdown(" · ".join(links) or "No link came with this record.")


def _show_details(record: Record) -> None:
    st.header("Details", anchor=False)
    lines = []
    for name, label in DETAILS:
        value = getattr(record, name)
        text = "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        if text:
            lines.append(f"**{label}:** {widgets.plain(text)}")
    st.markdown("  \n".join(lines) or "Nothing but the title is known.")


# Codes


def _show_codes(state: State, record: Record) -> None:
    st.header("Codes", anchor=False)
    assignments = state.corpus.assignments(record)
    rulings = state.corpus.tag_rulings(record)
    if not assignments:
        st.write("No tag of the framework was found in this record, and nobody has coded it.")
    changing = state.can_curate and st.toggle("Change the codes", key="record.change")
    reason = ""
    if changing:
        st.write("A decision shows at once, outranks every rule, and can be taken back.")
        widgets.link(state, "coding", "Code this record by keyboard, with its words marked", id=record.id)
        reason = st.text_input("Reason (optional, kept with the decision)", key="record.reason")
    for facet in state.framework.facets:
        here = [a for a in assignments if a.facet == facet.id]
        if here:
            st.subheader(facet.label, anchor=False)
            for tag_id in dict.fromkeys(a.tag for a in here):
                same = [a for a in here if a.tag == tag_id]
                _show_code(state, record, facet, same, rulings.get((facet.id, tag_id)), changing, reason)
    full = [state.framework.facet(f).label for (f, tag), _ in rulings.items() if not tag and f in state.framework.by_id]
    if full:
        st.write(widgets.plain(f"Coded in full by a person: {', '.join(full)}."))
    rejected = {key: ruling for key, ruling in rulings.items() if ruling.value == "rejected"}
    if rejected:
        _show_rejected(state, rejected)
    if changing:
        _show_adding(state, record, {(a.facet, a.tag) for a in assignments}, reason)


def _show_code(
    state: State,
    record: Record,
    facet: Facet,
    same: Sequence[Assignment],
    ruling: Ruling | None,
    changing: bool,
    reason: str,
) -> None:
    """One tag: who gave it, by which words, and the buttons of a curator."""
    tag_id = same[0].tag
    st.markdown(f"**{widgets.plain(facet.label_of(tag_id))}**  \n{_why(same, ruling)}")
    if not changing:
        return
    with st.container(horizontal=True, key=f"record.buttons.{facet.id}.{tag_id}"):
        label = facet.label_of(tag_id)
        if ruling is None:
            _decide(state, record, (facet.id, tag_id), "confirmed", "Confirm", label, reason)
        else:
            _take_back(state, ruling, label)
        _decide(state, record, (facet.id, tag_id), "rejected", "Reject", label, reason)


def _why(same: Sequence[Assignment], ruling: Ruling | None) -> str:
    said = [
        f"“{widgets.plain(a.passage)}” in the {a.field.replace('_', ' ')}"
        for a in same
        if a.passage and a.source in ("rule", "keyword", "model")
    ]
    rule = ", ".join(dict.fromkeys(said))
    parts = [_by_person(ruling)] if ruling else ["Coded by a person"] if any(a.source == "person" for a in same) else []
    by = "By the learner, not checked by a person" if all(a.source == "model" for a in same) else "By rule"
    parts += [f"{by}: {rule}"] if rule else [] if parts else [by]
    return ". ".join(parts) + "."


def _by_person(ruling: Ruling) -> str:
    by = f" by {ruling.who}" if ruling.who else ""
    read = f", who read the {ruling.coded_from}" if ruling.coded_from else ""
    when = f", {ruling.at[:10]}" if ruling.at else ""
    why = f", because: {ruling.reason}" if ruling.reason else ""
    return widgets.plain(f"{VERDICTS.get(ruling.value, ruling.value)}{by}{read}{when}{why}")


def _show_rejected(state: State, rejected: dict[TagKey, Ruling]) -> None:
    st.subheader("Rejected", anchor=False)
    for (facet_id, tag_id), ruling in rejected.items():
        if facet_id not in state.framework.by_id:
            continue
        label = state.framework.facet(facet_id).label_of(tag_id)
        st.markdown(f"**{widgets.plain(label)}**  \n{_by_person(ruling)}.")
        if state.can_curate:
            _take_back(state, ruling, label)


def _show_adding(state: State, record: Record, given: set[TagKey], reason: str) -> None:
    st.subheader("Add a code", anchor=False)
    choices = [key for key in state.framework.columns if key not in given]
    labels = {
        (f, tag): f"{state.framework.facet(f).label}: {state.framework.facet(f).label_of(tag)}" for f, tag in choices
    }
    chosen = st.selectbox("Tag", choices, index=None, format_func=labels.__getitem__, key="record.tag")
    if chosen:
        _decide(state, record, chosen, "added", "Add", labels[chosen], reason)


def _decide(state: State, record: Record, key: TagKey, verdict: str, label: str, tag: str, reason: str) -> None:
    """A button that keeps a decision on one tag."""
    name = f"record.{verdict}.{'.'.join(key)}"
    if not st.button(label, key=name, help=f"{label} “{tag}” on this record"):
        return
    read = "abstract" if record.abstract else "title"
    ruling = Ruling("tag", record.entries, verdict, *key, reason.strip(), coded_from=read)
    try:
        state.corpus.rule(ruling, who=widgets.curator())
    except LacunaError as error:
        widgets.show_error(error)
        return
    st.toast(widgets.plain(f"{VERDICTS[verdict]}: {tag}"))
    st.rerun()


def _take_back(state: State, ruling: Ruling, tag: str) -> None:
    """A button that withdraws a decision; what the rules say stands again."""
    verdict = VERDICTS.get(ruling.value, ruling.value).lower()
    if not st.button("Take back", key=f"record.withdraw.{ruling.number}.{tag}", help=f"Undo “{verdict}” on “{tag}”"):
        return
    try:
        state.corpus.rule(Ruling("withdrawn", (), str(ruling.number)), who=widgets.curator())
    except LacunaError as error:
        widgets.show_error(error)
        return
    st.toast(widgets.plain(f"Taken back: {tag}"))
    st.rerun()


# Scope


def _show_scope(state: State, record: Record) -> None:
    """Whether it counts: what a person ruled, else what the rules suggest."""
    st.header("Scope", anchor=False)
    ruling = standing_ruling(state.corpus, record)
    suggestion = suggest_scope(state.corpus, record)
    said = f"A rule suggests {'out of' if suggestion.out else 'in'} scope. {suggestion.why}"
    if ruling is not None and ruling.value in SCOPES:
        why = f", because: {ruling.reason}" if ruling.reason else ""
        st.markdown(f"**{SCOPES[ruling.value]}**")
        said = f"Ruled by {ruling.who or 'someone not named'}, {ruling.at[:10]}{why}. {said}"
    else:
        st.markdown("**Not screened**")
    st.markdown(widgets.plain(said))
    widgets.link(state, "screening", "Screen records")


# Where it came from


def _show_origins(state: State, record: Record) -> None:
    st.header("Where it came from", anchor=False)
    origins = state.corpus.origins(record)
    st.markdown("\n".join(f"- {_describe(origin)}" for origin in origins))
    entries.show(state, record)
    with st.expander("As the files had it"):
        for entry_id in record.entries:
            st.code(state.corpus.entry(entry_id).raw, language=None, wrap_lines=True)
    st.markdown(f"Number of this record: `{record.id}`")


def _describe(origin: Origin) -> str:
    source = f"source: {origin.source}" if origin.source else "source not named"
    searched = f", searched {origin.search_date}" if origin.search_date else ""
    return widgets.plain(f"{origin.file}, line {origin.line}, upload {origin.import_id}; {source}{searched}.")
