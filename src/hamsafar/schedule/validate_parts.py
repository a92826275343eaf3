"""What several kinds have in common: ids, amounts, stretches. Each yields the faults of one such part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from hamsafar.schedule.faults import Fault, Names, Path, shown

Pairs = Sequence[tuple[int, int]]


def unknown(tasks: Mapping[str, object] | Sequence[str], at: Path, known: Names) -> Iterator[Fault]:
    """Ids, in a list or as keys, that no activity has."""
    if isinstance(tasks, Mapping):
        for name in tasks:
            yield from unknown_one(name, (*at, name), known, on_key=True)
    else:
        for number, name in enumerate(tasks):
            yield from unknown_one(name, (*at, number), known)


def unknown_one(task: str, at: Path, known: Names, *, on_key: bool = False) -> Iterator[Fault]:
    """An id that no activity has."""
    if task not in known:
        yield Fault(at, f"there is no activity {shown(task)}{known.near(task)}", on_key=on_key)


def repeated(names: Iterable[str], at: Path, *, key: str | None = None) -> Iterator[Fault]:
    """Names that are empty or have been given before; with `key`, they stand there in each entry."""
    first: dict[str, int] = {}
    for number, name in enumerate(names):
        where: Path = (*at, number) if key is None else (*at, number, key)
        if not name:
            yield Fault(where, "is empty")
        elif name in first:
            yield Fault(where, f"{shown(name)} is given twice; the first is entry {first[name]} of this list")
        first.setdefault(name, number)


def group(tasks: Sequence[str], at: Path, known: Names) -> Iterator[Fault]:
    """A list of activities: each known, none twice."""
    yield from unknown(tasks, at, known)
    yield from repeated(tasks, at)


def pair(at: Path, keys: tuple[str, str], tasks: tuple[str, str], known: Names) -> Iterator[Fault]:
    """Two different activities."""
    for key, task in zip(keys, tasks, strict=True):
        yield from unknown_one(task, (*at, key), known)
    if tasks[0] == tasks[1]:
        yield Fault((*at, keys[1]), f"is {shown(tasks[1])} itself; it takes two", also=((*at, keys[0]),))


def not_negative(at: Path, **amounts: int | None) -> Iterator[Fault]:
    """Amounts below nothing; None is no amount."""
    for key, amount in amounts.items():
        if amount is not None and amount < 0:
            yield Fault((*at, key), f"is negative (got {amount})")


def no_negative_in(amounts: Mapping[str, int], at: Path) -> Iterator[Fault]:
    """Amounts by name, none below nothing."""
    for name, amount in amounts.items():
        if amount < 0:
            yield Fault((*at, name), f"is negative (got {amount})")


def between(at: Path, low: tuple[str, int], high: tuple[str, int | None]) -> Iterator[Fault]:
    """Two bounds, given with their keys, in their order."""
    if high[1] is not None and high[1] < low[1]:
        words = f"is below {low[0]!r} ({high[1]} < {low[1]})"
        yield Fault((*at, high[0]), words, also=((*at, low[0]),))


def counts(at: Path, low: tuple[str, int], high: tuple[str, int | None]) -> Iterator[Fault]:
    """Two bounds as in `between`, neither below nothing."""
    yield from not_negative(at, **dict((low, high)))
    if low[1] >= 0 and (high[1] is None or high[1] >= 0):
        yield from between(at, low, high)


def ranges(given: Pairs, at: Path) -> Iterator[Fault]:
    """Inclusive ranges [first, last]: none empty, ascending, disjoint."""
    for number, (first, last) in enumerate(given):
        if last < first:
            yield Fault((*at, number), f"the range [{first}, {last}] ends before it starts")
    for number, (one, other) in enumerate(pairwise(given), 1):
        if other[0] <= one[1] and one[0] <= one[1]:
            words = f"the range {list(other)} does not come after {list(one)}; ranges are ascending and disjoint"
            yield Fault((*at, number), words, also=((*at, number - 1),))


def stretches(given: Pairs, at: Path, *, apart: bool = False) -> Iterator[Fault]:
    """Half-open stretches [first, end): none empty, ascending, disjoint; `apart`: none touches the next."""
    for number, (first, end) in enumerate(given):
        if end <= first:
            yield Fault((*at, number), f"the stretch [{first}, {end}) is empty")
    for number, (one, other) in enumerate(pairwise(given), 1):
        also: tuple[Path, ...] = ((*at, number - 1),)
        if other[0] < one[1] and one[0] < one[1]:
            words = f"the stretch [{other[0]}, {other[1]}) does not come after [{one[0]}, {one[1]}); sort and join them"
            yield Fault((*at, number), words, also=also)
        elif apart and other[0] == one[1]:
            words = f"the stretch [{other[0]}, {other[1]}) touches [{one[0]}, {one[1]}); join them"
            yield Fault((*at, number), words, also=also)


def stretch(at: Path, start: int, end: int) -> Iterator[Fault]:
    """One half-open stretch told by `start` and `end`."""
    if end <= start:
        yield Fault((*at, "end"), f"the stretch [{start}, {end}) is empty", also=((*at, "start"),))


def ascending(ticks: Sequence[int], at: Path) -> Iterator[Fault]:
    """Each tick after the one before it."""
    for number, (one, other) in enumerate(pairwise(ticks), 1):
        if other <= one:
            yield Fault((*at, number), f"{other} does not come after {one}", also=((*at, number - 1),))
