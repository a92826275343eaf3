"""A text taken word by word: numbers with their place, and one clear error where it stops making sense."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import define, frozen

from hamsafar.errors import InputError

LARGEST_NUMBER = 10_000_000  # far above any number of these sets: a larger one is two that ran together
_NEW_LINE = re.compile(r"\r\n|\n|\r")
_WORD = re.compile(r"[\[\]]|[^\s\[\]]+")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


@frozen
class Line:
    """One line of a text, its number counted from 1, without its line end."""

    number: int
    text: str


@frozen
class Word:
    """One word of a text, and where it stands, counted from 1. Square brackets are words of their own."""

    text: str
    line: int
    column: int


def lines_of(text: str) -> list[Line]:
    """The lines of a text, whichever way they end."""
    return [Line(number, line) for number, line in enumerate(_NEW_LINE.split(text), 1)]


def error_at(name: str, place: Word | Line, what: str) -> InputError:
    """The error to raise about a place of a file."""
    if isinstance(place, Word):
        return InputError(what, where=f"{name}:{place.line}:{place.column}")
    return InputError(what, where=f"{name}:{place.number}:1")


@define
class Words:
    """The words of some lines of a file, each taken once and in order."""

    name: str
    words: list[Word]
    end: Word  # the place after the last of them, without a text
    taken: int = 0

    @classmethod
    def of(cls, name: str, lines: Iterable[Line]) -> Words:
        """The words of these lines of the file of that name."""
        words, end = [], Word("", 1, 1)
        for line in lines:
            words += [Word(found[0], line.number, found.start() + 1) for found in _WORD.finditer(line.text)]
            end = Word("", line.number, len(line.text) + 1)
        return cls(name, words, end)

    @property
    def line(self) -> int:
        """The line of the word taken last."""
        return self.words[self.taken - 1].line

    @property
    def source(self) -> str:
        """The file and line of the word taken last."""
        return f"{self.name}:{self.line}"

    def follows(self, text: str) -> bool:
        """Whether this is the next word."""
        return self.taken < len(self.words) and self.words[self.taken].text == text

    def next(self, what: str) -> Word:
        """The next word, which says `what`; InputError where the text is over."""
        if self.taken == len(self.words):
            raise error_at(
                self.name, self.end, f"ends here, where {what} should follow; the file is cut off or damaged"
            )
        self.taken += 1
        return self.words[self.taken - 1]

    def whole(self, what: str, *, least: int = 0, most: int = LARGEST_NUMBER) -> int:
        """The next word as a whole number of at least `least` and at most `most`, which says `what`."""
        word = self.next(what)
        if not _WHOLE.fullmatch(word.text):
            raise error_at(self.name, word, f"{what} must be a whole number (got {shown(word.text)})")
        number = int(word.text)
        if not least <= number <= most:
            raise error_at(self.name, word, f"{what} must be from {least} to {most} (got {shown(word.text)})")
        return number

    def exactly(self, number: int, what: str) -> None:
        """Takes the next word, which must be this number."""
        word = self.next(what)
        if word.text != str(number):
            raise error_at(self.name, word, f"{what} {number} should stand here (got {shown(word.text)})")

    def nothing_more(self) -> None:
        """InputError where words are left."""
        if self.taken < len(self.words):
            word = self.words[self.taken]
            raise error_at(self.name, word, f"nothing should follow here (got {shown(word.text)}); a count is wrong")

    def touches(self, text: str) -> bool:
        """Whether the word taken last is the very end of this text, so that part of it may be missing."""
        return self.taken == len(self.words) and bool(self.words) and text.endswith(self.words[-1].text)

    def cut_off(self) -> InputError:
        """The error to raise where the word taken last may be but the beginning of what was written."""
        word = self.words[self.taken - 1]
        return error_at(
            self.name,
            word,
            f"the file ends within its last line, after {shown(word.text)}; it is cut off (if not, end the line)",
        )


def shown(text: str) -> str:
    """A word of a file as a message shows it, shortened where it is long."""
    return repr(text if len(text) <= 40 else text[:40] + "…")
