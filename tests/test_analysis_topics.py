"""Topics: the grouping, its names, its stability, and the flag on a planted thin topic."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.coverage import cross
from analysis.topics import (
    UNASSIGNED,
    Topic,
    Topics,
    TopicText,
    expected_distinct,
    expected_effective_number,
    find_flags,
    find_never_typical,
    fit_topics,
    read_roles,
    suggest_n,
    to_axis,
    to_lines,
    to_rows,
    topic_profile,
)
from analysis.topics.labels import to_ids, to_labels
from analysis.topics.words import split_words
from corpus.errors import FrameworkError
from corpus.framework import Framework, load_framework
from corpus.snapshot import Snapshot, build_snapshot

YEAR_NOW = 2026
SUBJECTS = {
    "sailing": "boats sail harbour wind anchor keel rudder tide mast deck",
    "baking": "bread flour yeast oven dough crust butter loaf knead sugar",
    "gardens": "roses soil pruning compost seeds hedge tulips spade weeds lawn",
    "chess": "pawn bishop rook gambit castling endgame knight checkmate opening queen",
}


def make_texts(n_each: int = 40, subjects: tuple[str, ...] = tuple(SUBJECTS)) -> list[TopicText]:
    """Texts of six words from one subject's list, ids such as "chess-007"."""
    draw = random.Random(7)
    return [
        TopicText(f"{subject}-{k:03d}", " ".join(draw.sample(SUBJECTS[subject].split(), 6)))
        for subject in subjects
        for k in range(n_each)
    ]


@pytest.fixture(scope="module")
def four_subjects() -> Topics:
    return fit_topics(make_texts(), n=4)


def words_of(text: TopicText) -> set[str]:
    return set(split_words(" ".join([text.title or "", text.abstract or "", *text.keywords])))


def test_records_of_one_subject_share_a_topic(four_subjects: Topics) -> None:
    found = {topic.ids for topic in four_subjects.topics}
    assert found == {tuple(f"{subject}-{k:03d}" for k in range(40)) for subject in SUBJECTS}
    assert four_subjects.agreement == 1.0
    assert [topic.overlap for topic in four_subjects.topics] == [1.0] * 4


def test_every_record_has_a_topic_or_is_unassigned() -> None:
    texts = [*make_texts(10), TopicText("empty"), TopicText("stop-words", "The results of this study"),
             TopicText("numbers", "12 34", "5")]  # fmt: skip
    topics = fit_topics(texts)
    assert topics.unassigned == ("empty", "numbers", "stop-words")
    assert set(topics.of) == {text.id for text in texts}
    assert {topics.of[record] for record in topics.unassigned} == {UNASSIGNED}
    assert sum(len(topic) for topic in topics.topics) == 40
    for topic in topics.topics:
        assert all(topics.of[record] == topic.id for record in topic.ids)
    assert (topics.settings.n_records, topics.settings.n_usable) == (43, 40)


def test_words_and_labels_occur_in_the_topics_own_records(four_subjects: Topics) -> None:
    text_of = {text.id: text for text in make_texts()}
    for topic in four_subjects.topics:
        seen = set().union(*(words_of(text_of[record]) for record in topic.ids))
        assert len(topic.words) == 8
        assert set(topic.words) <= seen
        assert topic.label == ", ".join(topic.words[:3])
        assert topic.id == "-".join(topic.words[:2])


def test_a_label_shows_the_form_most_records_use() -> None:
    texts = [TopicText(f"r{k}", "Nurses and bullying" if k else "A nurse and bullying") for k in range(6)]
    assert fit_topics(texts, n=1).topics[0].words == ("bullying", "nurses")


def test_order_of_input_does_not_matter(four_subjects: Topics) -> None:
    texts = make_texts()
    random.Random(1).shuffle(texts)
    assert fit_topics(texts, n=4) == four_subjects


def test_repeated_and_simultaneous_fits_are_equal() -> None:
    draw = random.Random(3)
    every = [word for words in SUBJECTS.values() for word in words.split()]
    texts = [TopicText(f"{k:03d}", " ".join(draw.sample(every, 5))) for k in range(200)]  # no clear groups
    first = fit_topics(texts, n=6)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: fit_topics(texts, n=6), range(3))) == [first] * 3
    assert first.agreement is not None and first.agreement < 0.9


@pytest.mark.parametrize(
    ("texts", "sizes", "unassigned"),
    [
        pytest.param([], [], 0, id="no record"),
        pytest.param([TopicText("a", "Violence against nurses")], [1], 0, id="one record"),
        pytest.param([TopicText("a")], [], 1, id="one record without words"),
        pytest.param([TopicText(str(k), f"Word{'abcde'[k]} alone") for k in range(5)], [5], 0, id="five records"),
        pytest.param([TopicText(f"{k:03d}", "The same title") for k in range(60)], [60], 0, id="all the same"),
        pytest.param([TopicText(f"{k:03d}", f"unique{chr(97 + k)}x") for k in range(25)], [], 25, id="nothing shared"),
    ],
)
def test_small_and_degenerate_corpora(texts: list[TopicText], sizes: list[int], unassigned: int) -> None:
    topics = fit_topics(texts)
    assert [len(topic) for topic in topics.topics] == sizes
    assert len(topics.unassigned) == unassigned
    assert len(topics.of) == len(texts)


def test_no_more_topics_than_different_texts() -> None:
    texts = [TopicText(f"{k:03d}", ("bread oven", "boats sail", "pawn rook")[k % 3]) for k in range(30)]
    topics = fit_topics(texts, n=10)
    assert [len(topic) for topic in topics.topics] == [10, 10, 10]
    assert (topics.settings.n_asked, topics.settings.n) == (10, 3)


def test_topics_are_numbered_by_size_then_words() -> None:
    texts = [*make_texts(30, ("chess",)), *make_texts(20, ("sailing", "baking"))]
    topics = fit_topics(texts, n=3)
    assert [len(topic) for topic in topics.topics] == [30, 20, 20]
    assert topics.topics[1].words < topics.topics[2].words


def test_typical_records_are_members_and_leave_out_what_they_are_told_to() -> None:
    texts = make_texts(20, ("chess", "baking"))
    topics = fit_topics(texts, n=2)
    left_out = {topic.typical[0] for topic in topics.topics}
    again = fit_topics(texts, n=2, never_typical=left_out)
    for topic, other in zip(topics.topics, again.topics, strict=True):
        assert len(topic.typical) == 3
        assert set(topic.typical) <= set(topic.ids)
        assert other.typical[:2] == topic.typical[1:]


def test_texts_in_chinese_have_topics() -> None:
    texts = [TopicText(f"{k:02d}", ("护士工作场所暴力", "医生薪酬差距")[k % 2]) for k in range(20)]
    topics = fit_topics(texts, n=2)
    assert [len(topic) for topic in topics.topics] == [10, 10]
    assert [topic.id for topic in topics.topics] == ["topic", "topic-2"]


def test_a_topic_keeps_its_id_when_the_corpus_grows() -> None:
    before = fit_topics(make_texts(20), n=4)
    old = before.topics[0]
    renamed = Topics(
        (replace(old, id="kept-from-before"), *before.topics[1:]), (), before.settings, 1.0,
        {record: "kept-from-before" if name == old.id else name for record, name in before.of.items()},
    )  # fmt: skip
    after = fit_topics(make_texts(40), n=4, previous=renamed)
    assert set(old.ids) < set(after["kept-from-before"].ids)
    assert {topic.id for topic in after.topics} == {topic.id for topic in renamed.topics}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"n": 0}, "at least 1"), ({"texts": [TopicText("a"), TopicText("a")]}, "twice")],
    ids=["no topics", "an id twice"],
)
def test_what_cannot_be_asked(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_topics(**{"texts": [], **arguments})


def test_progress_is_told_and_a_fit_can_be_stopped() -> None:
    told: list[tuple[str, int, int]] = []
    fit_topics(make_texts(5), progress=lambda what, done, of: told.append((what, done, of)))
    assert list(dict.fromkeys(what for what, _, _ in told)) == [
        "reading words", "comparing texts", "grouping", "grouping again from other starts", "naming topics",
    ]  # fmt: skip
    assert told[0] == ("reading words", 20, 20)
    assert told[-2] == ("grouping again from other starts", 5, 5)

    def stop(what: str, done: int, of: int) -> None:
        if what == "grouping":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_topics(make_texts(5), progress=stop)
    assert fit_topics(make_texts(5)).topics  # nothing stays locked


def test_labels_and_ids_are_distinct() -> None:
    words = [("pay", "gap", "women", "surgery"), ("pay", "gap", "women", "nursing"), ("pay", "gap", "women")]
    assert to_labels(words) == ["pay, gap, women", "pay, gap, women, nursing", "pay, gap, women (2)"]
    assert to_ids(words) == ["pay-gap", "pay-gap-2", "pay-gap-3"]
    assert to_ids(words, [None, "pay-gap", None]) == ["pay-gap-2", "pay-gap", "pay-gap-3"]
    assert to_ids([("soignées", "québec"), ("unassigned",)]) == ["soignees-quebec", "unassigned-2"]


def test_suggested_number_grows_with_the_corpus() -> None:
    numbers = [suggest_n(n) for n in range(0, 30_000, 7)]
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (0, 40)


def test_oracle_b1() -> None:
    assert expected_distinct(10, [5, 3, 2, 1], 3) == pytest.approx(0.9167 + 0.7083 + 0.5333 + 0.3, abs=1e-4)
    assert expected_distinct(10, [5, 3, 2, 1, 0], 10) == pytest.approx(4)
    assert expected_distinct(10, [5, 3, 2, 1], 0) == pytest.approx(0)


def test_few_mentions_are_compared_with_draws_of_as_few() -> None:
    everywhere = [10] * 20
    assert expected_effective_number(everywhere, 200) == pytest.approx(20)
    one, five, fifty = (expected_effective_number(everywhere, n) or 0.0 for n in (1, 5, 50))
    assert one == pytest.approx(1)
    assert 4 < five < 5 < fifty < 20
    assert expected_effective_number(everywhere, 5) == five
    assert expected_effective_number(everywhere, 0) is None
    assert expected_effective_number([0, 0], 3) is None


FRAMEWORK = {
    "framework.toml": """
        name = "Pastimes"
        version = 1
        facets = ["kind", "place", "about"]
        [roles]
        design = "kind"
        review = ["review"]
        other-review = ["overview"]
        primary = ["trial", "survey"]
        ladder = [["opinion"], ["survey"], ["trial"]]
        never-typical = ["opinion"]
        country = "place"
        international = ["INT"]
        """,
    "kind.toml": ["review", "overview", "trial", "survey", "opinion"],
    "place.toml": ["INT", "FR", "PE", "KE", "NZ"],
    "about.toml": ["cost", "safety", "pleasure", "skill"],
}


@pytest.fixture(scope="module")
def pastimes(tmp_path_factory: pytest.TempPathFactory) -> Framework:
    return load_framework(write_framework(tmp_path_factory.mktemp("pastimes"), FRAMEWORK))


def write_framework(folder: Path, files: dict) -> Path:
    for name, content in files.items():
        if isinstance(content, list):
            tags = "".join(f'[[tags]]\nid = "{tag}"\nlabel = "{tag.capitalize()}"\n' for tag in content)
            content = f'id = "{name[:-5]}"\nlabel = "{name[:-5]}"\nquestion = "?"\n{tags}'
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def planted(framework: Framework, thin: str = "chess") -> tuple[Topics, Snapshot]:
    """Four subjects of 40 records: the thin one old, from one place, opinions only; the others of all kinds."""
    draw = random.Random(11)
    texts, rows = make_texts(), []
    about, kinds, places = FRAMEWORK["about.toml"], ["review", "trial", "survey", "opinion"], ["FR", "PE", "KE", "NZ"]
    for text in texts:
        if text.id.startswith(thin):
            year, tags = draw.randint(2005, 2016), {"kind": ["opinion"], "place": ["PE"], "about": ["cost"]}
        else:
            year = draw.randint(2012, YEAR_NOW)
            tags = {"kind": [draw.choice(kinds)], "place": [draw.choice(places)], "about": [draw.choice(about)]}
        rows.append({"id": text.id, "title": text.title, "year": year, "tags": tags})
    return fit_topics(texts, n=4), build_snapshot(framework, rows, year_now=YEAR_NOW)


@pytest.mark.parametrize("thin", SUBJECTS)
def test_the_planted_thin_topic_is_flagged_and_no_other(pastimes: Framework, thin: str) -> None:
    topics, snapshot = planted(pastimes, thin)
    profiles = find_flags(topics, snapshot, YEAR_NOW)
    flags = {profile.topic.ids[0].split("-")[0]: profile.flag for profile in profiles}
    assert flags == {subject: "under-studied" if subject == thin else "" for subject in SUBJECTS}


def test_profile_of_the_planted_topic(pastimes: Framework) -> None:
    topics, snapshot = planted(pastimes)
    by_subject = {p.topic.ids[0].split("-")[0]: p for p in find_flags(topics, snapshot, YEAR_NOW)}
    thin = by_subject["chess"]
    recent = int((snapshot.frame["year"] >= 2021).sum())
    expected = 40 * recent / 160
    assert thin.recency is not None
    assert (thin.recency.observed, thin.recency.expected) == (0, expected)
    assert thin.recency.high == pytest.approx(3.68888 / (1 + expected), abs=1e-4)
    assert (thin.n_records, thin.n_distinct, thin.last_year, thin.year_from) == (40, 3, 2016, 2021)
    assert (thin.primary, thin.reviews, thin.other_reviews, thin.review_grade) == (0, 0, 0, "too_few")
    assert (thin.rung, thin.top_rung, thin.highest_design) == (1, 3, "opinion")
    assert (thin.effective_countries, thin.countries) == (1.0, (("PE", 40),))
    totals = [int(snapshot.has(*key).sum()) for key in pastimes.columns]
    assert thin.expected_distinct == pytest.approx(expected_distinct(160, totals, 40))
    assert {("kind", "trial"), ("kind", "survey"), ("about", "skill")} <= set(thin.missing)
    assert ("about", "cost") not in thin.missing
    assert set(thin.parts) == {"breadth", "recency", "design", "countries"}  # too little primary work for no_review
    assert thin.understudy == pytest.approx(np.mean(list(thin.parts.values())))
    assert thin.parts["design"] == pytest.approx(2 / 3)
    assert thin.reasons == (
        f"nothing since 2016 where {expected:.0f} would be expected",
        "no study design above opinion",
        "one country (Pe)",
        f"3 different tags where {thin.expected_distinct:.0f} would be expected",
    )
    assert all(p.understudy is not None and p.understudy < 0.3 for name, p in by_subject.items() if name != "chess")
    assert topic_profile(thin.topic, snapshot, topics, YEAR_NOW) == thin


@pytest.mark.parametrize(
    ("primary_years", "review_years", "grade"),
    [
        pytest.param([2020] * 7, [], "no_review", id="seven primary, no review"),
        pytest.param([2020] * 4, [], "too_few", id="four primary"),
        pytest.param([2016] * 6 + [2018] * 6, [2017], "outdated_review", id="six since an old review"),
        pytest.param([2016] * 8 + [2018] * 4, [2017], "covered", id="four since an old review"),
        pytest.param([2021] * 9, [2020], "covered", id="review five years old"),
    ],
)
def test_reviews_of_a_topic(pastimes: Framework, primary_years: list[int], review_years: list[int], grade: str) -> None:
    rows = [
        {"id": f"{kind}-{k:02d}", "year": year, "tags": {"kind": [kind]}}
        for kind, years in (("survey", primary_years), ("review", review_years))
        for k, year in enumerate(years)
    ]
    ids = tuple(sorted(str(row["id"]) for row in rows))
    topic = Topic("t", "t", ("t",), ids, (), 1.0)
    topics = replace(fit_topics([]), topics=(topic,), of=dict.fromkeys(ids, "t"))
    profile = topic_profile(topic, build_snapshot(pastimes, rows), topics, 2025)
    assert profile.review_grade == grade
    assert (profile.primary, profile.reviews) == (len(primary_years), len(review_years))


def test_small_and_unstable_topics_are_not_judged(pastimes: Framework) -> None:
    topics, snapshot = planted(pastimes)
    shaky = replace(topics["-".join(next(t for t in topics.topics if "chess-000" in t.ids).words[:2])], overlap=0.59)
    profile = topic_profile(shaky, snapshot, topics, YEAR_NOW)
    assert (profile.flag, profile.reasons) == (
        "unstable", ("other seeds draw it differently (overlap 0.59, at least 0.6 needed)",)
    )  # fmt: skip
    small = replace(shaky, ids=shaky.ids[:19], overlap=1.0)
    profile = topic_profile(small, snapshot, topics, YEAR_NOW)
    assert (profile.flag, profile.understudy, dict(profile.parts)) == ("small", None, {})
    assert topic_profile(replace(small, ids=shaky.ids[:20]), snapshot, topics, YEAR_NOW).flag == "under-studied"


def test_records_out_of_scope_do_not_count(pastimes: Framework) -> None:
    texts = make_texts(25, ("chess",))
    rows = [{"id": t.id, "year": 2020, "scope": "out" if k < 5 else "in"} for k, t in enumerate(texts)]
    topics = fit_topics(texts, n=1)
    profile = find_flags(topics, build_snapshot(pastimes, rows), YEAR_NOW)[0]
    assert (len(profile.topic), profile.n_records) == (25, 20)
    assert (profile.breadth, profile.effective_countries, profile.rung) == (None, None, None)


def test_a_framework_without_roles_leaves_those_parts_out(tmp_path: Path) -> None:
    plain = {"framework.toml": 'name = "Plain"\nfacets = ["kind", "place", "about"]'}
    framework = load_framework(write_framework(tmp_path, {**FRAMEWORK, **plain}))
    topics, snapshot = planted(framework)
    for profile in find_flags(topics, snapshot, YEAR_NOW):
        assert set(profile.parts) == {"breadth", "recency"}
        assert (profile.primary, profile.reviews, profile.review_grade, profile.top_rung) == (None,) * 4
    assert [p.flag for p in find_flags(topics, snapshot, YEAR_NOW)].count("under-studied") == 1


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [('design = "kind"', 'design = "form"', '"form"'), ('["trial", "survey"]', '["trials"]', '"trials"'),
     ('["review"]', '"review"', "list")],
    ids=["unknown facet", "unknown tag", "no list"],
)  # fmt: skip
def test_wrong_roles_are_named(tmp_path: Path, before: str, after: str, message: str) -> None:
    files = {**FRAMEWORK, "framework.toml": FRAMEWORK["framework.toml"].replace(before, after, 1)}
    with pytest.raises(FrameworkError, match=message):
        read_roles(load_framework(write_framework(tmp_path, files)))


def test_the_framework_that_ships_has_roles(framework: Framework) -> None:
    roles = read_roles(framework)
    assert roles.design and roles.country
    assert not set(roles.primary) & {*roles.review, *roles.other_review}
    assert set(roles.primary) <= {design for rung in roles.ladder for design in rung}


def test_the_framework_says_which_records_are_no_examples(pastimes: Framework) -> None:
    rows = [{"id": "a", "tags": {"kind": ["opinion"]}}, {"id": "b", "tags": {"kind": ["trial"]}}, {"id": "c"}]
    assert find_never_typical(build_snapshot(pastimes, rows)) == {"a"}


def test_topics_are_rows_of_a_map(pastimes: Framework) -> None:
    topics, snapshot = planted(pastimes)
    coverage = cross(snapshot, "topic", "about", level="tag", topics=to_axis(topics))
    thin = topics.of["chess-000"]
    assert coverage.observed.loc[thin].tolist() == [40, 0, 0, 0]
    assert coverage.ids(thin, "cost") == [f"chess-{k:03d}" for k in range(40)]


def test_rows_are_json(pastimes: Framework) -> None:
    topics, snapshot = planted(pastimes)
    rows = json.loads(json.dumps(to_rows(find_flags(topics, snapshot, YEAR_NOW)), allow_nan=False))
    thin = next(row for row in rows if row["flag"])
    assert (thin["flag"], thin["n"], thin["profile"]["countries"]) == ("under-studied", 40, {"PE": 40})
    assert thin["reasons"][1:3] == ["no study design above opinion", "one country (Pe)"]
    assert [row["flag"] for row in rows].count(None) == 3


def test_lines_say_the_flag_with_its_reasons_and_the_score_with_its_parts(pastimes: Framework) -> None:
    topics, snapshot = planted(pastimes)
    profiles = find_flags(topics, snapshot, YEAR_NOW)
    lines = list(to_lines(topics, profiles, {text.id: text.title or "" for text in make_texts()}))
    thin = next(p for p in profiles if p.flag)
    at = lines.index(f"{thin.topic.label}  [{thin.topic.id}]")
    assert lines[at + 1] == "  40 records; overlap with its best match under other seeds 1.00"
    assert lines[at + 5] == f"  under-studied: {thin.reason_words}"
    assert lines[at + 6].startswith(f"  under-study score {thin.understudy:.2f}, the mean of breadth ")
    assert "4 topics (4 asked for); agreement with other seeds 1.00 (1 is full)." in lines
