"""Coding quality: how good the automatic codes are, tag by tag; the learner and its switch; samples; two coders."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analysis import gaps
from analysis.csv_out import write_csv
from analysis.quality import KAPPA_COLUMNS, facet_quality, kappa
from corpus.errors import LacunaError
from corpus.samples import KIND, Sample, keep_sample, load_samples, read_sample, unknown_tags
from ingest.tagging.learner import MIN_EXAMPLES, Learner, Tally, learn
from ingest.tagging.learner.report import describe_kinds
from views import address, charts, long_work, widgets
from views.state import State

MEASURES = ("recall", "precision")
LEARNING = long_work.Work("quality.learning", "Learning", "Learning from the codes that people gave.", "Learn")
ASKING = long_work.Work(
    "quality.asking", "Asking the learner", "Asking the learner about every record.", "Save what counts"
)


def render(state: State) -> None:
    st.title("Coding quality")
    st.write(
        "Most codes are given by rules that look for words. Here their codes are compared with codes that people gave "
        "the same texts: how many of the people's codes the rules find, and how many of the rules' codes are right."
    )
    _show_measured(state)
    _show_learner(state)
    _show_samples(state)
    _show_agreement(state)


def _show_measured(state: State) -> None:
    st.header("The rules compared with people", anchor=False)
    tables = state.quality()
    if not tables:
        st.write(
            "Nobody has coded anything here yet, so nothing is measured. Gap measures take it that rules find 7 in 10 "
            "records of a tag, and say so. Code records, or load a coded sample below."
        )
        return
    names = {str(n): name[0].upper() + name[1:] for n, name in enumerate(tables)}
    chosen = address.choose_one("Compared with", names, "basis", "0")
    table = list(tables.values())[int(chosen)]
    pooled = facet_quality(table)
    st.write(say_quality(pooled))
    _show_shares(state, [state.framework.facet(f).label for f in pooled["facet"]], pooled, "facets")
    st.subheader("Tag by tag", anchor=False)
    facets = {f.id: f.label for f in state.framework.facets if f.id in set(table["facet"])}
    facet = address.choose_one("Facet", facets, "facet", next(iter(facets)))
    part = table[table["facet"] == facet].reset_index(drop=True)
    st.write(say_unreliable(part))
    _show_shares(state, [state.framework.facet(facet).label_of(tag) for tag in part["tag"]], part, "tags")
    st.write(
        "The gap measures use this. In a facet that a sample below codes, a cell of an unreliable tag cannot be a "
        "strong gap. Elsewhere only tags that people here coded 20 times or more, from texts as full as the rules had, "
        "are measured; the others are taken to be found 7 times in 10, and their cells say “recall unvalidated”."
    )
    st.download_button(
        "Every tag (CSV)",
        lambda: write_csv(table, state.snapshot(), f"Quality of the automatic codes by {names[chosen]}"),
        "lacuna-coding-quality.csv",
        "text/csv",
        key="quality.download",
        icon=":material/download:",
        on_click="ignore",
    )


def say_quality(pooled: pd.DataFrame) -> str:
    """The first table in words."""
    found, coded, correct, assigned = (int(pooled[name].sum()) for name in ("found", "coded", "correct", "assigned"))
    words = []
    if coded:
        words.append(
            f"Of {coded:,} codes that people gave these texts, the rules also give {found:,} ({found / coded:.0%})."
        )
    if assigned:
        words.append(
            f"Of {assigned:,} codes that the rules give them, {correct:,} are right ({correct / assigned:.0%})."
        )
    return " ".join(words)


def say_unreliable(part: pd.DataFrame) -> str:
    """Which tags are unreliable, and why, in words."""
    bad = part[part["why"] != ""]
    if not len(bad):
        return f"By this comparison all {len(part)} tags are reliable enough to carry a strong gap."
    reasons = bad["why"].value_counts()
    listed = "; ".join(
        f"{n} with {why}" if why.startswith("fewer") else f"{n} because {why}" for why, n in reasons.items()
    )
    return f"By this comparison {len(bad)} of {len(part)} tags are unreliable: {listed}."


def _show_shares(state: State, labels: Sequence[str], table: pd.DataFrame, key: str) -> None:
    """Recall and precision with their intervals, drawn, and the same as a table."""
    rows = gaps.to_dicts(table)
    series = {
        name.capitalize(): [
            None if row[name] is None else (row[name], row[f"{name}_low"], row[f"{name}_high"]) for row in rows
        ]
        for name in MEASURES
    }
    shown = [n for n in range(len(labels)) if any(values[n] is not None for values in series.values())][:40]
    st.plotly_chart(
        charts.shares_with_intervals(
            [labels[n] for n in shown],
            {name: [values[n] for n in shown] for name, values in series.items()},
            widgets.theme(),
        ),
        key=f"quality.figure.{key}",
        config={"displayModeBar": False},
    )
    if len(shown) < len(labels):
        st.markdown(f":small[The first {len(shown)} of {len(labels)} are drawn; the table has all.]")
    with st.expander("Numbers behind this chart", expanded=key == "tags"):
        st.dataframe(to_table(labels, rows), hide_index=True, key=f"quality.table.{key}")


def to_table(labels: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The shares as one reads them: counts, share, interval, and what is wrong with a tag."""
    table: dict[str, list[object]] = {"": list(labels)}
    for name, part, whole in (("recall", "found", "coded"), ("precision", "correct", "assigned")):
        table[f"{part.capitalize()} of {whole}"] = [f"{row[part]} of {row[whole]}" for row in rows]
        table[name.capitalize()] = [
            "" if row[name] is None else f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})"
            for row in rows
        ]
    if any("why" in row for row in rows):
        table["Unreliable because"] = [row["why"] for row in rows]
    return pd.DataFrame(table)


def _show_learner(state: State) -> None:
    st.header("The learner", anchor=False)
    st.write(
        "Beside the rules, a learner can read what people coded and suggest tags that the rules missed, or doubt some "
        "that they gave. Its suggestions wait on the page Coding. They count nowhere, unless a curator switches a "
        "facet on below."
    )
    learner = state.learner()
    if learner is not None and learner.tags:
        _show_validation(state, learner)
        if state.can_curate:
            _switch(state, learner)
    else:
        st.write(
            f"It has not learned anything yet. A tag needs {MIN_EXAMPLES} records that people coded with it, and as "
            "many without it."
        )
    counted = state.corpus.counted_facets()
    if counted and not state.can_curate:
        st.write(f"Its tags count for: {', '.join(state.framework.facet(f).label for f in counted)}.")
    if long_work.was_stopped(LEARNING, state.key):
        long_work.say_stopped(LEARNING)
    if state.can_curate and st.button(
        "Learn from all codes people gave", key="quality.learn", icon=":material/school:"
    ):
        who = widgets.curator()
        long_work.run(LEARNING, state.key, lambda progress: learn(state.corpus, who, progress=progress))
        st.rerun()


def _show_validation(state: State, learner: Learner) -> None:
    found = learner.validation
    st.write(
        f"Learned {len(learner.tags)} tags from {learner.n_examples:,} coded records; {len(learner.too_few)} tags have "
        "too few examples. All figures below are from records that it had not seen (cross-validation in "
        f"{found.folds} parts). Its probabilities are off by {found.calibration_error:.3f} on average (calibration "
        f"error); their squared error is {found.brier:.3f}, where always guessing each tag's share would have "
        f"{found.brier_constant:.3f} (Brier score). {describe_kinds(learner)}"
    )
    st.table(validation_table(state, learner), hide_index=True)
    with st.expander("How far its probabilities hold"):
        st.write("Of the tags it gave such a probability, how many did people give?")
        bins = [
            (f"{n / 10:.1f} to {(n + 1) / 10:.1f}", k, f"{p:.2f}", f"{t:.2f}")
            for n, (k, p, t) in enumerate(found.bins)
            if k
        ]
        st.table(pd.DataFrame(bins, columns=["Probability", "Tags", "Mean said", "Came true"]), hide_index=True)
    with st.expander(f"Tags with too few examples ({len(learner.too_few)})"):
        known = set(state.framework.columns)
        rows = [
            (state.framework.facet(f).label, state.framework.tag(f, t).label, n)
            for (f, t), n in learner.too_few
            if (f, t) in known
        ]
        st.dataframe(pd.DataFrame(rows, columns=["Facet", "Tag", "Coded examples"]), hide_index=True, key="quality.few")


def validation_table(state: State, learner: Learner) -> pd.DataFrame:
    """One row a facet: the rules alone, the rules with what the learner would add, and how many of those are right."""
    counted = state.corpus.counted_facets()
    rows = []
    for facet, row in learner.validation.facets.items():
        if facet in state.framework.by_id:
            right = f"{row.added_right} of {row.added}" if row.added else "none"
            doubts = f"{row.doubted_right} of {row.doubted}" if row.doubted else "none"
            label = state.framework.facet(facet).label
            now = "yes" if facet in counted else "no"
            rows.append((label, now, _words(row.rules), _words(row.with_model), right, doubts))
    heads = ["Facet", "Counts now", "Rules alone", "With the learner", "Additions right", "Doubts right"]
    return pd.DataFrame(rows, columns=heads)


def _words(tally: Tally) -> str:
    precision = "none given" if tally.precision is None else f"precision {tally.precision:.2f}"
    recall = "none there" if tally.recall is None else f"recall {tally.recall:.2f}"
    return f"{precision}, {recall}"


def _switch(state: State, learner: Learner) -> None:
    """Which facets the learner's tags count for; the figures stand just above."""
    counted = list(state.corpus.counted_facets())
    options = [f for f in learner.validation.facets if f in state.framework.by_id]
    with st.form("quality.switch", border=True):
        chosen = st.multiselect(
            "Let the learner's tags count for these facets",
            options,
            [facet for facet in counted if facet in options],
            format_func=lambda facet: state.framework.facet(facet).label,
            key="quality.counted",
            placeholder="None: its suggestions wait for a person",
            help="Its tags are marked as the learner's, never stand against a person's code, and go when this is "
            "switched off.",
        )
        saved = st.form_submit_button("Save what counts", icon=":material/save:")
    if long_work.was_stopped(ASKING, state.key):
        long_work.say_stopped(ASKING)
    elif saved and set(chosen) != set(counted):
        who = widgets.curator()
        long_work.run(ASKING, state.key, lambda progress: state.corpus.count_learner(chosen, who, progress))
        st.rerun()


def _show_samples(state: State) -> None:
    st.header("Coded samples", anchor=False)
    st.write(
        "A sample is a file with what one person coded in a set of texts: one JSON object a line, with an id, the tags "
        "by facet, and the text in the same line or in a second file. It measures the rules and adds nothing to counts."
    )
    samples = load_samples(state.corpus)
    for name, sample in samples.items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{name}: {say_sample(sample)}", width="stretch")
            if state.can_curate and st.button("Take away", key=f"quality.forget.{name}"):
                state.corpus.forget(KIND, name, widgets.curator())
                st.rerun()
    if not samples:
        st.write("No sample is loaded.")
    if state.can_curate:
        _upload(state)


def say_sample(sample: Sample) -> str:
    """How much is in it."""
    n_in = sum(one.in_scope for one in sample.coded)
    n_texts = sum(one.fields is not None for one in sample.coded)
    return f"{len(sample.coded):,} texts coded, {n_in:,} in scope; the file holds the words of {n_texts:,}."


def _upload(state: State) -> None:
    with st.form("quality.upload", border=True, clear_on_submit=True):
        file = st.file_uploader("Coded sample (.jsonl)", ["jsonl", "json", "txt"], key="quality.file")
        texts = st.file_uploader(
            "Its texts, if they are in a second file", ["jsonl", "json", "txt"], key="quality.texts"
        )
        name = st.text_input("A name for it", max_chars=60, key="quality.name", placeholder="for example who coded it")
        if not st.form_submit_button("Load this sample", icon=":material/upload_file:") or file is None:
            return
        try:
            sample = read_sample(
                name.strip() or file.name.rsplit(".", 1)[0],
                file.getvalue().decode("utf-8", "replace"),
                texts.getvalue().decode("utf-8", "replace") if texts else "",
            )
            keep_sample(state.corpus, sample, widgets.curator())
        except LacunaError as error:
            widgets.show_error(error)
            return
    if strange := unknown_tags(sample, state.framework):
        listed = ", ".join(f"{facet}/{tag}" for facet, tag in strange[:10])
        st.session_state["quality.note"] = (
            f"{len(strange)} tags are not in this framework and measure nothing: {listed}."
        )
    st.rerun()


def _show_agreement(state: State) -> None:
    st.header("Two coders compared", anchor=False)
    if note := st.session_state.pop("quality.note", ""):
        st.warning(widgets.plain(note))
    samples = load_samples(state.corpus)
    if len(samples) < 2:
        st.write("Load two samples of the same texts, coded by two people, to see how far they agree.")
        return
    names = {name: name for name in samples}
    first, second, *_ = samples
    one = address.choose_one("First coder", names, "first", first)
    other = address.choose_one("Second coder", names, "second", second)
    table = kappa(samples[one], samples[other], state.framework)
    if table.empty:
        st.write("These two have no text in common that both hold in scope, or no tag in it.")
        return
    st.write(
        "Kappa is 1 if they always agree and 0 if they agree as often as chance. Pooled over all tags of a facet it is "
        "flattered by the many tags that neither gave; the mean over tags used five times or more is the sterner one."
    )
    pooled, tags = table[table["tag"] == ""], table[table["tag"] != ""]
    st.table(agreement_table(state, pooled), hide_index=True)
    with st.expander("Tag by tag"):
        st.dataframe(agreement_table(state, tags), hide_index=True, key="quality.kappa")


def agreement_table(state: State, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``kappa`` as one reads them."""
    rows = []
    for row in gaps.to_dicts(table[list(KAPPA_COLUMNS)]):
        facet = state.framework.facet(row["facet"])
        label = facet.label_of(row["tag"]) if row["tag"] else facet.label
        shares = ["" if row[name] is None else f"{row[name]:.2f}" for name in ("agreement", "kappa", "mean_kappa")]
        rows.append((label, row["n"], row["both"], row["only_first"], row["only_second"], *shares))
    heads = ["", "Decisions", "Both gave it", "First only", "Second only", "Agreement", "Kappa", "Mean over tags"]
    found = pd.DataFrame(rows, columns=heads)
    return found if (table["tag"] == "").all() else found.drop(columns="Mean over tags")
