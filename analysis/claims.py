""" "There is no research on X": what the corpus holds against such a sentence, and what can be said instead.

The tags a person meant are found among what the tagger read in their words; what remains unread is said, so that
nobody takes an answer about part of the question for an answer to all of it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis import gaps, sentences
from analysis.answering import Answer, Finding, answer
from analysis.clauses import fits, read_clauses, words_of
from analysis.constants import DEFAULTS
from analysis.questions import NO_SOURCES, Question, Sources, to_question
from analysis.sentences import About, make_about, records_words
from analysis.strategies import Strategy, build_strategies, build_tag_strategies
from corpus.framework import Framework, TagKey
from corpus.records import Assignment
from corpus.rules import Progress, no_progress
from corpus.snapshot import Snapshot

Tags = tuple[tuple[str, tuple[str, ...]], ...]

# What people begin such a sentence with, and end it with. The rest is what it is about.
_OPENINGS = re.compile(
    r"^\W*(?:(?:i|we) (?:think|believe|find|found|know) that\s+|it is (?:said|claimed|often said) that\s+)?"
    r"(?:there (?:is|are|has been|have been|was|were)\s+"
    r"(?:(?:very|too|almost|virtually|practically|hardly|next to)\s+)*"
    r"(?:no|little|few|any|nothing|not (?:any|enough))\s+"
    r"|no(?:body|[ -]one) (?:has|have)?\s*(?:ever\s+)?(?:been\s+)?"
    r"(?:stud(?:y|ied)|research(?:ed)?|looked (?:at|into)|published|investigated|examined|written)\s+(?:on|about)?\s*"
    r"|(?:very )?(?:little|nothing|not much) (?:is|has been)\s+|no\s+|lack of\s+|a gap in\s+)",
    re.IGNORECASE,
)
_NOUNS = re.compile(
    r"^(?:(?:published|good|existing|recent|academic|scientific|empirical)\s+)*"
    r"(?:research|stud(?:y|ies)|evidence|literature|data|papers?|articles?|work|publications?|records?|known|written|"
    r"published|reported|said|done|found)\b\s*(?:has been done|have been done|exists?)?\s*"
    r"(?:on|about|of|for|into|in|regarding|concerning|among|with|that)?\b\s*",
    re.IGNORECASE,
)
_ENDINGS = re.compile(
    r"\s*(?:\b(?:has|have|is|are) (?:never|not|hardly|rarely) (?:been )?"
    r"(?:studied|researched|investigated|examined|published)|\bin the literature|\bexists?|\bat all)?\W*$",
    re.IGNORECASE,
)
# Words that say nothing of what a claim is about, and are not listed as unread.
_EMPTY = frozenset((
    "a", "about", "after", "against", "among", "amongst", "an", "and", "any", "are", "as", "at", "be", "been",
    "between", "both", "but", "by", "can", "do", "does", "done", "for", "from", "had", "has", "have", "how", "if",
    "in", "into", "is", "it", "its", "more", "much", "no", "nobody", "not", "of", "on", "one", "or", "other", "our",
    "over", "people", "research", "some", "studied", "studies", "study", "such", "than", "that", "the", "their",
    "them", "there", "these", "they", "this", "those", "to", "under", "up", "was", "were", "what", "when", "where",
    "which", "while", "who", "whom", "whose", "why", "will", "with", "within", "without", "work", "worker",
    "workers", "working", "staff",
))  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A claim tested. ``about``: what it is about. ``tags``: what that stands for; empty if for no tag.

    ``unread``: its words that no tag stands for. ``answer``: of the corpus, None without tags. ``against`` and ``say``:
    what the corpus holds against the claim, and wording that can be defended. ``ids``: the first records, ``near``:
    those one tag short; ``near_words`` says how many. ``strategies``: the search to run elsewhere.
    """

    text: str
    about: str
    tags: Tags = ()
    unread: tuple[str, ...] = ()
    answer: Answer | None = None
    against: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    near_words: tuple[str, ...] = ()
    strategies: tuple[Strategy, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return self.answer.ids if self.answer else ()

    @property
    def near(self) -> tuple[str, ...]:
        found = self.answer.findings if self.answer else ()
        return tuple(dict.fromkeys(i for finding in found for i in finding.near))


_WORD = re.compile(r"[\w'’-]+")


def read_claim(text: str) -> str:
    """What a claim is about.

    >>> read_claim("There is no research on the pay of disabled nurses.")
    'the pay of disabled nurses'
    >>> read_claim("Nobody has studied hospital porters")
    'hospital porters'
    >>> read_claim("Harassment of midwives has never been studied")
    'Harassment of midwives'
    """
    words = _ENDINGS.sub("", " ".join(text.split()).strip("“”\"'. "))
    opening = _OPENINGS.match(words)
    rest = words[opening.end() :] if opening else words
    if opening:
        noun = _NOUNS.match(rest)
        rest = rest[noun.end() :] if noun else rest
    return rest.strip(" .,;:!?") or words


def make_claim(
    text: str,
    assignments: Iterable[Assignment],
    snapshot: Snapshot,
    sources: Sources = NO_SOURCES,
    progress: Progress = no_progress,
) -> Claim:
    """Test a claim against all records. ``progress`` may raise, to stop.

    ``assignments``: what the tagger finds in a title that reads ``read_claim(text)``.
    """
    about = read_claim(text)
    framework = snapshot.framework
    found = tuple(assignments)
    tags = choose_tags(framework, found)
    unread = find_unread(about, found, framework)
    if not tags:
        return Claim(text, about, unread=unread)
    answered = answer(to_question(framework, tags), snapshot, sources, progress=progress)
    known = make_about(answered.snapshot)
    return Claim(
        text=text,
        about=about,
        tags=tags,
        unread=unread,
        answer=answered,
        against=tuple(_say_against(known, answered, tags, unread, find_broader(framework, tags, found))),
        say=tuple(dict.fromkeys(s for f in answered.findings for s in say_defensible(f, known))),
        near_words=tuple(w for f in answered.findings for w in say_near(f, known)),
        strategies=build_for(framework, answered.question),
    )


def build_for(framework: Framework, question: Question) -> tuple[Strategy, ...]:
    """The search to run elsewhere for a question's first cell; none for a topic, which has no words of its own."""
    if not question.cells:
        return ()
    cell = question.cells[0]
    if cell.column is None:
        return build_tag_strategies(framework, *cell.row)
    return build_strategies(framework, cell.row, cell.column)


def find_unread(about: str, assignments: Iterable[Assignment], framework: Framework) -> tuple[str, ...]:
    """Words of a claim that no tag was found in, in order.

    Of a passage in which words stand near each other, what stands between them was not read.
    """
    read = {at for a in assignments for at in _read_at(about, a, framework)}
    unread = [
        found[0]
        for found in _WORD.finditer(about)
        if found[0].casefold() not in _EMPTY and not read & set(range(found.start(), found.end()))
    ]
    return tuple(dict.fromkeys(unread))


def _read_at(about: str, assignment: Assignment, framework: Framework) -> set[int]:
    """Which letters of a claim a tag was read from: of its passage, the words that are in its terms, else all."""
    start, end = assignment.start, assignment.end
    terms = read_clauses(framework, assignment.facet, assignment.tag)
    known = {word for clause in terms for part in clause.parts for phrase in part for word in words_of(phrase)}
    words = [found for found in re.finditer(r"\w+", about) if start < found.end() and found.start() < end]
    mine = [found for found in words if any(_is_form(found[0].casefold(), word) for word in known)]
    return {at for found in mine or words for at in range(found.start(), found.end())}


def _is_form(word: str, term: str) -> bool:
    return fits(word, term) if "*" in term else word[:5] == term[:5]


def find_broader(framework: Framework, tags: Tags, assignments: Iterable[Assignment]) -> tuple[str, ...]:
    """Words that were read as a tag whose label does not have them: the tag may be broader than the words."""
    chosen = {(facet, tag) for facet, here in tags for tag in here}
    stems: dict[str, set[str]] = {}
    for a in assignments:
        if (a.facet, a.tag) in chosen and a.passage:
            stems.setdefault(a.passage, set()).update(_stems(framework.tag(a.facet, a.tag).label))
    return tuple(passage for passage, known in stems.items() if not _stems(passage) & known)


def _stems(words: str) -> set[str]:
    return {word.casefold()[:5] for word in re.findall(r"\w+", words)} - _EMPTY


def _say_against(
    about: About, answered: Answer, tags: Tags, unread: Sequence[str], broader: Sequence[str] = ()
) -> list[str]:
    what, n = say_tags(about, tags), len(answered.ids)
    verb = "is" if n == 1 else "are"
    words = " and ".join(f"“{word}”" for word in unread)
    if n and unread:
        return [
            f"{records_words(n)} here {verb} tagged {what}. No tag stands for {words}, so whether they are about all "
            "of it has to be read."
        ]
    if n and broader:
        read = " and ".join(f"“{word}”" for word in broader)
        return [
            f"Records here tagged {what}, which may be broader than {read}: {n:,}. None was checked for {read}, so "
            "whether they are about that has to be read; search the texts for the words themselves."
        ]
    if n:
        return [f"Not so, as far as this corpus goes: {records_words(n)} here {verb} tagged {what}."]
    unsaid = f" No tag stands for {words}, so this is about part of the claim only." if unread else ""
    return [
        f"Nothing in this corpus is against it: no record here is tagged {what}. That is not the same as no "
        f"research.{unsaid}"
    ]


def say_tags(about: About, tags: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Tags in words: *or* within a facet, *and* between facets."""
    named = []
    for facet, here in tags:
        labels = [about.label_of(facet, tag) for tag in here]
        named.append(" or ".join(f"“{label}”" if " and " in label or "," in label else label for label in labels))
    return " and ".join(named)


def say_defensible(finding: Finding, about: About) -> list[str]:
    """The sentences about one finding that may be quoted, each beginning "Unchecked:" until somebody has looked."""
    found = finding.gaps
    said = []
    if "presence" in found:
        said.append(prefix(finding, sentences.write_gap(found["presence"], about), found["presence"]["grade"]))
    judged = found.get("relative", {}).get("grade") != "not comparable"
    if "absolute" in found and (found["absolute"]["grade"] in ("empty", "scarce") or not judged):
        said.append(sentences.write_gap(found["absolute"], about))
    if "relative" in found:
        said.append(sentences.write_gap(found["relative"], about))
    if not found:
        names = [key for key in (finding.cell.row, finding.cell.column) if key]
        what = say_tags(about, [(facet, (tag,)) for facet, tag in names])
        said.append(f"{records_words(len(finding.ids))} of the {about.n_records:,} here {_are(finding)} tagged {what}.")
    if finding.cell.column is None:
        said += say_comparable(finding)
    return said


def _are(finding: Finding) -> str:
    return "is" if len(finding.ids) == 1 else "are"


def prefix(finding: Finding, sentence: str, grade: str) -> str:
    """A sentence that says a tag is hardly there begins "Unchecked:" until somebody has looked."""
    thin = grade in ("none", "barely") and finding.verdict not in sentences.CONFIRMED
    return f"{sentences.UNCHECKED} {sentence}" if thin else sentence


def say_comparable(finding: Finding) -> list[str]:
    """Whether a tag has enough records to be compared in its combinations with others."""
    possible, comparable, n = finding.n_possible, finding.n_comparable, len(finding.ids)
    if not possible or comparable * 2 > possible:
        return []
    few = f"{comparable:,} of its {possible:,} combinations" if comparable else f"none of its {possible:,} combinations"
    return [
        f"Too few to compare: with {records_words(n)}, {few} with what it is ranked against would be expected to hold "
        f"{DEFAULTS.min_expected:g} or more, so an empty combination is no surprise."
    ]


def say_near(finding: Finding, about: About) -> list[str]:
    """Near misses in words: records one tag short, general ones, and candidates of the text search."""
    said = []
    row, column = finding.cell.row, finding.cell.column
    if finding.coverage is not None and column is not None:
        for (facet, tag), ids in ((row, finding.coverage.ids(row[1])), (column, _column_ids(finding))):
            short = len(set(ids) - set(finding.ids))
            said.append(f"{records_words(short)} on {about.label_of(facet, tag)} alone: one tag short.")
    general = finding.gaps.get("absolute", {}).get("general") or 0
    if general:
        said.append(sentences.GENERAL.format(records=records_words(general)))
    hits = finding.check.hits if finding.check else ()
    if hits:
        found = "is not tagged so, but its words" if len(hits) == 1 else "are not tagged so, but their words"
        said.append(f"{records_words(len(hits))} {found} suggest it: to look at first.")
    elif finding.check and finding.check.n_searched:
        said.append(
            f"A search of the titles, abstracts and keywords of {records_words(finding.check.n_searched)} found no "
            f"other; {finding.check.n_without_abstract:,} of {finding.check.n_codable:,} have no abstract to search."
        )
    return said


def _column_ids(finding: Finding) -> list[str]:
    coverage, column = finding.coverage, finding.cell.column
    if coverage is None or column is None:
        return []
    at = [line.id for line in coverage.columns].index(column[1])
    return list(coverage.snapshot.ids[coverage.column_axis.records_of(at)])


def choose_tags(framework: Framework, assignments: Iterable[Assignment]) -> Tags:
    """The tags that a person most likely meant.

    Words name people in their own right ("women leaders" are women and leaders). Else the first facet to claim a
    stretch of words has it: "pay gap" is a behaviour, and not also an outcome. General tags ("staff") count only if
    there is nothing else; a parent goes where its child is.
    """
    about_people = set(gaps.presence_facets(framework))
    order = {key: n for n, key in enumerate(framework.columns)}
    found = sorted({(a.facet, a.tag, a.start, a.end) for a in assignments}, key=lambda a: (order[a[0], a[1]], a[2]))
    found.sort(key=lambda a: a[0] not in about_people)
    claimed: list[tuple[str, int, int]] = []
    chosen: list[TagKey] = []
    for facet, tag, start, end in found:
        if facet not in about_people and any(s <= start and end <= e for _, s, e in claimed):
            continue
        claimed.append((facet, start, end))
        chosen.append((facet, tag))
    specific = [key for key in chosen if not (framework.tag(*key).residual or framework.tag(*key).analysis)]
    kept = dict.fromkeys(specific or chosen)
    parents = {(f, p) for f, t in kept for p in framework.facet(f).with_parents(t) if p != t}
    tags: dict[str, list[str]] = {}
    for facet, tag in sorted(kept.keys() - parents, key=lambda key: order[key]):
        tags.setdefault(facet, []).append(tag)
    return tuple((facet, tuple(here)) for facet, here in tags.items())
