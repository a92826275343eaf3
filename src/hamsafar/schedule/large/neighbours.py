"""Which activities to set free together: those that could be better, and those in whose way they stand.

Four ways to choose, each good at something: what lies around one moment, and what would rather lie there; the same on
one thing; half a moment and costly activities from anywhere; anything from anywhere (whatever has room moves at once).
How many are set free grows while the small problems are proved quickly, and shrinks when they aren't.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from random import Random

from attrs import define, field

from hamsafar.schedule.large.part import Whole
from hamsafar.schedule.large.wishes import Wishes

SIZE = 30  # activities at first
LEAST, MOST = 8, 250
GROWS, SHRINKS = 1.06, 0.92
QUICK, SLOW = 0.1, 0.5  # of the limit: parts proved sooner may be larger, and others ought to be smaller
FADES = 0.9  # how soon old gains are forgotten


@define
class Way:
    """One way to choose, how many it sets free, and what it has gained of late."""

    choose: Callable[[int], Iterable[str]]
    size: float = SIZE
    gained: float = 0.0
    spent: float = 0.0
    tried: int = 0

    def tell(self, gain: float, effort: float, solving: float, *, proved: bool) -> None:
        """Learns from one try, of which solving took so much of its limit."""
        self.gained = FADES * self.gained + gain
        self.spent = FADES * self.spent + effort
        self.tried += 1
        if proved and solving < QUICK:
            self.size = min(MOST, self.size * GROWS)
        elif not proved or solving > SLOW:
            self.size = max(LEAST, self.size * SHRINKS)


@define
class Neighbours:
    """Sets of activities of one large problem, chosen for one objective."""

    whole: Whole
    wishes: Wishes
    dice: Random
    hot: Callable[[], Sequence[str]] = lambda: ()  # those that lie where it is too full
    ways: Sequence[Way] = field(init=False)
    names: Sequence[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.names = [task.id for task in self.whole.problem.tasks if self.whole.possible[task.id]]
        self.ways = [Way(self._moment), Way(self._on_one_thing)]
        if not self.hot():  # where some stretches are too full, what lies far apart helps nothing
            self.ways = [*self.ways, Way(self._mixed), Way(self._anywhere)]

    def next(self) -> tuple[Way, frozenset[str]]:
        """A way, the more likely the more it gained for its effort, and what it sets free."""
        rates = [way.gained / max(way.spent, 1e-9) for way in self.ways]
        least = 0.1 * max(rates) or 1.0
        way = self.dice.choices(self.ways, [max(rate, least) for rate in rates])[0]
        return way, frozenset(way.choose(min(len(self.names), round(way.size))))

    def _costly(self, count: int) -> list[str]:
        weights = [1 + self.wishes.cost(name, self.whole.placed.get(name)) for name in self.names]
        return self.dice.choices(self.names, weights, k=count)

    def _tick(self) -> int:
        """When something costly lies, or would rather lie."""
        hot = self.hot()
        (name,) = [self.dice.choice(hot)] if hot else self._costly(1)
        places = [tick for tick in (self._start(name), self.wishes.tick(name)) if tick is not None]
        if not places:
            return self.dice.randrange(self.whole.problem.first, self.whole.problem.last + 1)
        return self.dice.choice(places)

    def _start(self, name: str) -> int | None:
        place = self.whole.placed.get(name)
        return None if place is None else place.start

    def _nearest(self, names: Iterable[str], tick: int, count: int) -> list[str]:
        """Those that lie nearest to a tick, or would rather, or could as well as anywhere."""

        def far(name: str) -> int:
            start, wish = self._start(name), self.wishes.tick(name)
            ways = [abs(start - tick)] if start is not None else []
            if self.wishes.cost(name, self.whole.placed.get(name)) > 0:
                ways.append(abs(wish - tick) if wish is not None else self._gap(name, tick))
            return min(ways, default=self.whole.problem.last)

        return sorted(names, key=far)[:count]

    def _gap(self, name: str, tick: int) -> int:
        """From the tick to the nearest start that the task might have."""
        ranges = self.whole.possible[name]
        k = bisect_left(ranges, (tick, tick))
        return min(max(first - tick, tick - last, 0) for first, last in ranges[max(0, k - 1) : k + 1])

    def _moment(self, count: int) -> list[str]:
        return self._nearest(self.names, self._tick(), count)

    def _on_one_thing(self, count: int) -> list[str]:
        things = [thing for thing, names in self.whole.takers.items() if len(names) > 1]
        if not things:
            return self._moment(count)
        names = self.whole.takers[self.dice.choice(things)]
        return self._nearest([name for name in names if self.whole.possible[name]], self._tick(), count)

    def _mixed(self, count: int) -> list[str]:
        chosen = self._moment((count + 1) // 2)
        return list(dict.fromkeys([*chosen, *self._costly(count)]))[:count]

    def _anywhere(self, count: int) -> list[str]:
        return self.dice.sample(self.names, count)
