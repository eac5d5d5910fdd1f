"""One text as the matcher reads it: its tokens, and where in the text they stand."""

from bisect import bisect_left
from collections.abc import Sequence

from ingest.tagging.words import split

Span = tuple[int, int]  # first and last token of an occurrence, counted from 0


class Text:
    """One text taken apart: its tokens, where they stand, and where its sentences end."""

    __slots__ = ("_known", "colons", "sentence_ends", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = split(text)
        # Numbers of the tokens that end a sentence, and of those that are a colon; the matcher fills them.
        self.sentence_ends: Sequence[int] = ()
        self.colons: Sequence[int] = ()
        self._known: list[tuple[int, int]] = [(-1, 0)]  # tokens whose start in the text is known, in order, and it

    def offsets(self, span: Span) -> tuple[int, int]:
        """Where an occurrence starts and ends in the text, in characters."""
        first, last = span
        tokens = self.tokens
        start = at = self._start_of(first)
        for number in range(first, last):
            at = self.text.index(tokens[number + 1], at + len(tokens[number]))
        return start, at + len(tokens[last])

    def _start_of(self, number: int) -> int:
        """Where a token starts.

        Nothing but spaces and signs lies between two tokens, so between a token known and this one its string stands in
        the text as often as in the tokens there. (An abbreviation's could also stand across tokens: those go one by
        one.)
        """
        token = self.tokens[number]
        find = self.text.index
        start = find(token)
        if self.text.find(token, start + 1) < 0:  # it stands there but once
            return start
        place = bisect_left(self._known, (number + 1, 0))
        known, at = self._known[place - 1]
        if known == number:
            return at
        between = self.tokens[max(known, 0) : number]
        if len(token) > 1 and "." in token:
            for other in between:
                at = find(other, at) + len(other)
        else:
            for _ in range(" ".join(between).count(token)):
                at = find(token, at) + len(token)
        at = find(token, at)
        self._known.insert(place, (number, at))
        return at
