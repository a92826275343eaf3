"""What is wrong with a problem, and where: a path in the JSON form, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches

from attrs import define, field, frozen

Path = tuple[str | int, ...]  # the steps from the whole: ("activities", 3, "duration")

_PLAIN_KEY = re.compile(r"[^\W\d][\w-]*")
_MOST_COMPARED = 100_000  # names compared in looking for near ones (about a second); after that none is suggested
_LONGEST_COMPARED = 100  # characters of a name that is compared
_MOST_NAMES = 8  # names listed where none is near
_LONGEST_SHOWN = 60  # characters of a wrong value that are shown


@frozen
class Fault:
    """One thing that is malformed. `also` are other places that it rests on; `on_key`: the key itself is wrong."""

    at: Path
    words: str
    also: tuple[Path, ...] = ()
    on_key: bool = False

    @property
    def path(self) -> str:
        """The path as people write it: `activities[3].duration`."""
        return joined(self.at)

    def __str__(self) -> str:
        return f"{self.path}: {self.words}" if self.at else self.words


def joined(path: Path) -> str:
    """`activities[3].occupies.arm`; a key that is no plain word is quoted: `hint["a b"]`."""
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            said += f".{step}" if said else step
        else:
            said += f"[{json.dumps(step)}]"
    return said


def shown(value: object) -> str:
    """A wrong value as an error shows it, shortened."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    said = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return said if len(said) <= _LONGEST_SHOWN else said[:_LONGEST_SHOWN] + "…"


def has_half(text: str) -> bool:
    """Whether a text holds half a character (a lone surrogate), which no file and no terminal can take."""
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


@define
class Names:
    """The names that something may have; `near` suggests one for a name that is none of them."""

    known: frozenset[str]
    _said: dict[str, str] = field(factory=dict, init=False)
    _compared: int = field(default=0, init=False)

    @classmethod
    def of(cls, names: Iterable[str]) -> Names:
        """These names."""
        return cls(frozenset(names))

    def __contains__(self, name: object) -> bool:
        return name in self.known

    def near(self, name: str) -> str:
        """`; did you mean 'x'?`, or what there is to choose from."""
        if name not in self._said:
            self._said[name] = self._near(name)
        return self._said[name]

    def _near(self, name: str) -> str:
        if len(name) <= _LONGEST_COMPARED and self._compared < _MOST_COMPARED:
            self._compared += len(self.known)
            close = get_close_matches(name, sorted(self.known), n=1, cutoff=0.6)
            if close:
                return f"; did you mean {shown(close[0])}?"
        if not self.known:
            return "; there are none"
        if len(self.known) > _MOST_NAMES:
            return f"; it is none of the {len(self.known)} there are"
        return f"; there is {', '.join(sorted(self.known))}"
