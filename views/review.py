"""Review: doubtful pairs side by side, the surest first; one key says same, distinct or later, one takes it back."""

from collections.abc import Sequence
from difflib import SequenceMatcher

import streamlit as st

from corpus.errors import LacunaError
from corpus.notices import mark_of
from corpus.records import Link, Record, Ruling
from views import address, widgets
from views.state import State

FIELDS = (
    ("title", "Title"),
    ("authors", "Authors"),
    ("year", "Year"),
    ("venue", "Journal or book"),
    ("volume", "Volume"),
    ("issue", "Issue"),
    ("pages", "Pages"),
    ("doi", "DOI"),
    ("pmid", "PubMed"),
    ("isbn", "ISBN"),
    ("type", "Kind"),
    ("language", "Language"),
    ("abstract", "Abstract"),
)
ALL = "all"
ALWAYS = ("title", "authors", "year")  # shown side by side even where they agree
MOST = 700  # letters of a text shown: enough to tell two abstracts apart
_LAST = "review.last"  # the decisions of this session that can be undone: (number, words)
_LATER = "review.later"  # pairs put off in this session


def render(state: State) -> None:
    st.title("Review")
    st.write(
        "Each question is two records that may be one work. Until you decide they count as two. A decision is kept "
        "for good, is never asked again, outranks every rule, and can be undone here or under History."
    )
    with st.container(horizontal=True, key="review.head"):
        only = _pick_import(state)
        if state.can_curate:
            widgets.ask_curator()
    later: list[tuple[str, str]] = st.session_state.setdefault(_LATER, [])
    waiting = state.corpus.held(only)
    put_off = set(later)
    now = [link for link in waiting if (link.a, link.b) not in put_off]
    _show_counts(state, len(waiting), len(waiting) - len(now))
    if not now:
        _show_end(state, only, waiting)
        _show_undo(state)
        return
    _show_buttons(state, now[0])
    _show_pair(state, now[0])


def _pick_import(state: State) -> int | None:
    """The import whose doubts are asked for, by id; None for all. Imports that raise none are not offered."""
    met = state.corpus.imports_in_doubt()
    asked = st.session_state.get("import") or st.query_params.get("import", "")
    known = {i for (i,) in state.corpus.query("SELECT id FROM imports")}
    if str(asked).isdecimal() and int(asked) in known:
        met.setdefault(int(asked), 0)
    if not met:
        return None
    names = {str(i): f"Import {i}: {_files(state, i)} ({met[i]:,})" for i in sorted(met, reverse=True)}
    chosen = address.choose_one("Questions from", {ALL: "All imports", **names}, "import", ALL)
    return None if chosen == ALL else int(chosen)


def _files(state: State, import_id: int) -> str:
    return ", ".join(file.file for file in state.corpus.get_import(import_id).files)


def _show_counts(state: State, waiting: int, put_off: int) -> None:
    if not waiting:
        return
    st.header("1 question waits" if waiting == 1 else f"{waiting:,} questions wait", anchor=False)
    done = len(st.session_state.get(_LAST, ()))
    more = [f"{put_off:,} put off"] * bool(put_off) + [f"{done:,} decided in this session"] * bool(done)
    st.write(". ".join(["The likeliest to be one work come first", *more]) + ".")


def _show_end(state: State, only: int | None, waiting: Sequence[Link]) -> None:
    if waiting:
        st.info("Nothing is left but what you put off.")
        if st.button("Ask those again", key="review.again", shortcut="a"):
            st.session_state[_LATER].clear()
            st.rerun()
        return
    st.success("No two records are in doubt." if only is None else "No question is left from this import.")
    st.write("Doubts arise when files are added: whatever the rules cannot tell apart with certainty is asked here.")
    widgets.link(state, "add-files", "Add citation files")
    widgets.link(state, "history", "See what was decided")


def _show_buttons(state: State, link: Link) -> None:
    """The same keys at the same place for every pair."""
    if not state.can_curate:
        st.info("Only a curator can decide. You can look.")
    with st.container(horizontal=True, key="review.buttons"):
        locked = not state.can_curate
        if st.button("Same work", key="review.same", shortcut="s", type="primary", disabled=locked):
            _rule(state, "same", link)
        if st.button("Two works", key="review.distinct", shortcut="d", type="primary", disabled=locked):
            _rule(state, "distinct", link)
        if st.button("Decide later", key="review.skip", shortcut="l"):
            st.session_state[_LATER].append((link.a, link.b))
            st.rerun()
        _show_undo(state)


def _show_undo(state: State) -> None:
    last: list[tuple[int, str]] = st.session_state.get(_LAST, [])
    if not last or not state.can_curate:
        return
    number, words = last[-1]
    if st.button(f"Undo “{words}”", key="review.undo", shortcut="u", help="Takes your last decision back"):
        try:
            state.corpus.rule(Ruling("withdrawn", (), str(number)), who=widgets.curator())
        except LacunaError as error:
            widgets.show_error(error)
            return
        last.pop()
        st.rerun()


def _rule(state: State, kind: str, link: Link) -> None:
    try:
        (ruling,) = state.corpus.rule(Ruling(kind, (link.a, link.b)), who=widgets.curator())  # type: ignore[arg-type]
    except LacunaError as error:
        widgets.show_error(error)
        return
    words = "Same work" if kind == "same" else "Two works"
    st.session_state.setdefault(_LAST, []).append((ruling.number, words))
    st.rerun()


def _show_pair(state: State, link: Link) -> None:
    sure = (
        "Probably one work" if link.score >= 0.75 else "Perhaps one work" if link.score >= 0.55 else "Could be either"
    )
    st.info(f"**{sure}.** Why this is asked: {widgets.plain(link.why)}")
    left, right = state.corpus.record(link.a), state.corpus.record(link.b)
    with st.container(border=True, gap="small", key="review.pair"):
        notices = state.corpus.notices()
        marks = mark_of(left.id, notices), mark_of(right.id, notices)
        if any(marks):
            _show_row("Notice", (f"**{marks[0]}**" * bool(marks[0]), f"**{marks[1]}**" * bool(marks[1])), "none")
        equal = []
        for name, label in FIELDS:
            one, other = _text(left, name), _text(right, name)
            if one == other and name not in ALWAYS:
                equal += [f"{label} {widgets.plain(_cut(one, 100))}"] * bool(one)
            elif one or other:
                _show_row(label, mark_differences(one, other))
        _show_row("From", (_origins(state, left), _origins(state, right)))
        if equal:
            st.markdown(":small[The same in both]  \n" + "; ".join(equal))
        for side, record, name in zip(st.columns(2), (left, right), ("first", "second"), strict=True):
            with side:
                widgets.link(state, "record", f"Open the {name} record", id=record.id)


def _show_row(label: str, texts: tuple[str, str], without: str = "not given") -> None:
    """One field, side by side; on a narrow screen one above the other."""
    for side, text, name in zip(st.columns(2), texts, ("first", "second"), strict=True):
        side.markdown(f":small[{label}, {name}]  \n{text or f'*{without}*'}")


def _origins(state: State, record: Record) -> str:
    origins = state.corpus.origins(record)
    shown = "; ".join(f"{o.file}, line {o.line}" for o in origins[:3]) + (" …" if len(origins) > 3 else "")
    entries = f"{len(record.entries)} entries: " if len(record.entries) > 1 else ""
    return widgets.plain(entries + shown)


def _text(record: Record, name: str) -> str:
    value = getattr(record, name)
    if isinstance(value, tuple):
        return "; ".join(map(str, value)) + ("; and others" if name == "authors" and record.authors_cut else "")
    return " ".join(str(value).split()) if value is not None else ""


def mark_differences(one: str, other: str) -> tuple[str, str]:
    """Both texts as safe markdown, words that only one of them has in bold on a tint; capitals and stops aside.

    Of long texts the part around their first difference. A text without a counterpart is not marked.
    """
    if one == other or not one or not other:
        return widgets.plain(_cut(one, MOST)), widgets.plain(_cut(other, MOST))
    a, b = one.split(), other.split()
    same = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if _bare(x) != _bare(y)), min(len(a), len(b)))
    skip = max(0, same - 12) if max(len(one), len(other)) > MOST else 0
    a, b = _first_words(a[skip:]), _first_words(b[skip:])
    out_a, out_b = ["…"] * bool(skip), ["…"] * bool(skip)
    said = [[_bare(word) for word in words] for words in (a, b)]
    for kind, i, j, k, m in SequenceMatcher(None, *said, autojunk=False).get_opcodes():
        for words, out in ((a[i:j], out_a), (b[k:m], out_b)):
            if words:
                text = widgets.plain(" ".join(words))
                out.append(text if kind == "equal" else f":orange-background[**{text}**]")
    return " ".join(out_a), " ".join(out_b)


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum()) or word


def _first_words(words: list[str]) -> list[str]:
    room, out = MOST, []
    for word in words:
        room -= len(word) + 1
        if room < 0:
            return [*out, "…"]
        out.append(word)
    return out


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip() + "…"
