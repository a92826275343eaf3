"""The figures of rules that say how much: how far one of them would have to give for a whole stage to fit.

What the conflict is about, built again with the figure, says how far at least: that is quick, and a proof. A schedule
of the whole with the figure as wide as it goes says how far is enough: as far as that schedule needs. Between the two,
figures are tried on the whole while the effort lasts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Literal, Protocol

from attrs import define, evolve, field, frozen

from hamsafar.domain.changes import Lasting
from hamsafar.domain.people import Limits
from hamsafar.domain.plan import Flight, Stage
from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import Relaxed
from hamsafar.planning.change_of_figures import changed_by, with_figure, with_length
from hamsafar.planning.words import newcomers_min, said_length
from hamsafar.rules import BOOK
from hamsafar.schedule.asked import all_tags, limited
from hamsafar.schedule.check import amount_of, check
from hamsafar.schedule.problem import Conflict, Placed, Problem, Solved

if TYPE_CHECKING:
    from hamsafar.planning.make import Options

_TRY_SHARE = 0.2  # of the effort for a figure, for one try on the whole; each is charged in full
_ASKED_SHARE = 0.03  # the same, on what the conflict is about
_LEAST_LEFT = 0.1  # of the effort for a figure: with less, nothing more is tried

# The figure of a rule that says how much, and whether more of it asks for less.
FIGURES: dict[str, tuple[tuple[str, int], ...]] = {
    "TRN-04": (("max_day_min", 1),),
    "TRN-05": (("max_week_min", 1),),
    "TRN-06": (("min_rest_min", -1),),
    "TRN-11": (("max_exams", 1),),
    "TRN-13": (("max_days_in_row", 1),),
    "CRW-01": (("min_sleep_min", -1),),
    "CRW-02": (("max_awake_min", 1), ("max_awake_event_min", 1)),
    "CRW-03": (("max_shift_min", 1),),
    "CRW-04": (("min_gap_min", -1),),
    "CRW-05": (("min_gap_min", -1),),
    "CRW-06": (("min_gap_min", -1),),
    "CRW-07": (("max_work_min", 1),),
    "CRW-08": (("first_share", 1), ("later_share", 1)),
    "CRW-09": (("max_host_min", 1),),
    "CRW-19": (("min_gap_min", -1),),
    "CRW-27": (("before_min", -1), ("after_min", -1)),
    "SEA-02": (("before_close_min", -1),),
    "SEA-04": (("before_undocking_min", -1),),
}
# Beyond these a figure asks for nothing; those of minutes not named here, beyond a day.
_LARGEST = {
    "max_week_min": 10_080.0,
    "max_days_in_row": 31.0,
    "max_exams": 10.0,
    "first_share": 1.0,
    "later_share": 1.0,
}


class Build(Protocol):
    """Builds the problem of a stage, were this the programme; `hinted` with a first schedule to try."""

    def __call__(self, programme: Programme, *, hinted: bool) -> Problem: ...


@frozen(kw_only=True)
class Asked:
    """A stage that doesn't fit: its problem, its conflict, and how to build it for another programme.

    `whole` builds it with nothing left out because of what could give way; None where `build` does so anyway.
    `known`: a schedule of all that the conflict doesn't ask for, where one is known.
    """

    programme: Programme
    stage: Stage
    flight: Flight
    problem: Problem
    conflict: Conflict
    build: Build
    whole: Build | None = None
    known: Mapping[str, Placed] | None = None


def figure_for(programme: Programme, rule: str, param: str, side: int, amount: int) -> float | None:
    """A rule's figure that gives way by so many minutes (or exams, or days); None where there is no such figure."""
    if param.endswith("_share"):
        share = ceil((programme.limit(rule, param) + amount / programme.limit("CRW-07", "max_work_min")) * 100) / 100
        return share if share <= 1 else None
    figure = programme.limit(rule, param) + side * amount
    return figure if figure >= 0 else None


@frozen
class _Knob:
    """One figure, and which way it gives; its steps are minutes, days, exams, or hundredths of a share."""

    programme: Programme
    rule: str
    param: str
    side: int

    @property
    def now(self) -> float:
        """The figure as it is."""
        return self.programme.limit(self.rule, self.param)

    @property
    def step(self) -> float:
        """One step of it."""
        return 0.01 if self.param.endswith("_share") else 1.0

    @property
    def most(self) -> int:
        """So many steps that it asks for nothing any more."""
        if self.side < 0:
            return int(self.now)
        return max(0, ceil((_LARGEST.get(self.param, 1_440.0) - self.now) / self.step))

    def at(self, steps: int) -> float:
        """The figure after so many steps."""
        return round(self.now + self.side * steps * self.step, 6)

    def turned(self, steps: int) -> Programme:
        """The programme with the figure after so many steps."""
        return with_figure(self.programme, self.rule, self.param, self.at(steps))

    def steps_for(self, amount: int) -> int:
        """The steps that let so much of what the rule counts in."""
        figure = figure_for(self.programme, self.rule, self.param, self.side, amount)
        return self.most if figure is None else ceil(round(abs(figure - self.now) / self.step, 6))


@frozen
class _Length:
    """The length of an activity or a session, minute by minute shorter; what counts its minutes counts fewer."""

    programme: Programme
    of: str
    now: int

    @property
    def most(self) -> int:
        """So many minutes that one is left."""
        return self.now - 1

    def turned(self, steps: int) -> Programme:
        """The programme with it so many minutes shorter."""
        return with_length(self.programme, Lasting(of=self.of, duration_min=self.now - steps))


@define(kw_only=True)
class Figures:
    """Looks for the least figure of a rule with which everything fits; `known`: a schedule without the rule."""

    asked: Asked
    options: Options
    effort: float
    ends_at_s: float | None = None  # on the monotonic clock
    known: Mapping[str, Placed] | None = None
    left: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.left = self.effort

    def of(self, rule: str) -> Iterator[Relaxed]:
        """One answer for each figure of the rule that helps."""
        for param, side in FIGURES[rule]:
            knob = _Knob(self.asked.programme, rule, param, side)
            low = _least(partial(self._asked_fits, knob), knob.most)
            if low is not None:
                yield self._told(knob, *self._on_the_whole(knob, low))

    def shorter(self, placement: str, of: str, length_min: int) -> Relaxed | None:
        """By how much something that must be there would have to be shorter; None where that doesn't help."""
        length = _Length(self.asked.programme, of, length_min)
        low = _least(partial(self._asked_fits, length), length.most)
        if low is None:
            return None
        low, enough = self._shortest(length, low)
        if low > length.most:  # not even with a minute of it left
            return None
        least = low if enough is None else enough
        left = length_min - least
        pace = "" if newcomers_min(self.asked.programme, of) is None else ", more at a newcomer's pace"
        sentence = f"CMP-01: make {of} {said_length(least)} shorter ({left:,} min instead of {length_min:,}{pace})"
        lasting = Lasting(of=of, duration_min=left)
        return Relaxed(
            rule="CMP-01",
            sentence=sentence,
            amount=least,
            unit="min",
            proved=enough is not None,
            least=enough == low,
            tags=tuple(tag for tag in self.asked.conflict.tags if tag.place == placement),
            as_change=changed_by(self.asked.programme, sentence, durations=(lasting,)) if enough else None,
        )

    def _shortest(self, length: _Length, low: int) -> tuple[int, int | None]:
        """So many minutes are needed at least, and so many are enough for the whole; None where none was seen to be."""
        enough, steps = None, low
        while low <= length.most and (enough is None or low < enough):
            found = self._planned(length, steps)
            if found == "open" and (enough is not None or steps == length.most):
                break
            if found == "no":
                low = steps + 1
            elif found != "open":  # where nothing was found so soon, much shorter is easier
                enough = steps
            steps = min(length.most, 2 * steps) if enough is None else (low + enough) // 2
        return low, enough

    def _on_the_whole(self, knob: _Knob, low: int) -> tuple[int, int | None]:
        """So many steps are needed at least, and so many are enough; None where nothing is known to be enough."""
        found = self._planned(knob, knob.most)
        if isinstance(found, str):
            return low, None
        self.known, enough = found, self._needed(knob, found, low)
        steps = enough - 1  # the first schedule is often the best: then this is the proof
        while low < enough:
            found = self._planned(knob, steps)
            if found == "open":
                break
            if isinstance(found, str):
                low = steps + 1
            else:
                enough = min(steps, self._needed(knob, found, low))
            steps = (low + enough) // 2
        return low, enough

    def _needed(self, knob: _Knob, placed: Mapping[str, Placed], low: int) -> int:
        """The fewest steps, from `low` on, with which a schedule obeys the rule."""
        problem = self.asked.problem
        own = [one for one in problem.constraints if one.tag.rule == knob.rule]
        amount = max((amount_of(one, problem, placed) for one in own), default=0)
        steps = max(low, knob.steps_for(amount))
        fits = steps <= knob.most and not check(self.asked.build(knob.turned(steps), hinted=False), placed)
        return steps if fits else knob.most

    def _asked_fits(self, knob: _Knob | _Length, steps: int) -> bool:
        """Whether what the conflict is about may fit with so many steps."""
        problem = self.asked.build(knob.turned(steps), hinted=False)
        about = {(tag.rule, tag.place) for tag in self.asked.conflict.tags}
        tags = [tag for tag in all_tags(problem) if (tag.rule, tag.place) in about]
        return self._solved(limited(problem, tags), _ASKED_SHARE) != "no"

    def _planned(self, knob: _Knob | _Length, steps: int) -> Mapping[str, Placed] | Literal["no", "open"]:
        """A schedule of the whole stage with so many steps."""
        known = self.asked.known
        problem = self.asked.build(knob.turned(steps), hinted=known is None)
        asked = {task.id for task in problem.tasks}  # otherwise asked, fewer may be
        hint = problem.hint if known is None else {name: p.start for name, p in known.items() if name in asked}
        return self._solved(evolve(problem, objectives=(), hint=hint), _TRY_SHARE)

    def _solved(self, problem: Problem, share: float) -> Mapping[str, Placed] | Literal["no", "open"]:
        from hamsafar.schedule.solve import solve  # loads the solver, which takes half a second

        left_s = None if self.ends_at_s is None else self.ends_at_s - time.monotonic()
        if self.left < self.effort * _LEAST_LEFT or (left_s is not None and left_s <= 0):
            return "open"
        effort = self.left * share
        self.left -= effort  # whether it is used or not: to build a problem costs as well
        answer = solve(
            problem,
            seed=self.options.seed,
            effort=effort,
            time_limit_s=left_s,
            shrink=False,
            should_stop=self.options.should_stop,
        )
        if isinstance(answer, Solved):
            return answer.placed
        return "no" if isinstance(answer, Conflict) else "open"

    def _told(self, knob: _Knob, low: int, enough: int | None) -> Relaxed:
        steps = low if enough is None else enough
        before, after = knob.now, knob.at(steps)
        about = BOOK[knob.rule].params[knob.param].meaning
        sentence = f"{knob.rule}: {about}: {_said(after, knob.param)} instead of {_said(before, knob.param)}"
        limits = Limits(rule=knob.rule, params={knob.param: after})
        return Relaxed(
            rule=knob.rule,
            sentence=sentence,
            amount=round(abs(after - before), 6),
            unit=_unit(knob.param),
            proved=enough is not None,
            least=enough == low,
            tags=tuple(tag for tag in self.asked.conflict.tags if tag.rule == knob.rule),
            as_change=None if enough is None else changed_by(knob.programme, sentence, limits=(limits,)),
        )


def _least(fits: Callable[[int], bool], most: int) -> int | None:
    """The fewest steps, from 1 on, that may do; fewer are proved not to. None where even the most are not enough."""
    if most < 1 or not fits(most):
        return None
    low, high, wider = 1, 1, 1
    while high < most and not fits(high):
        low, high, wider = high + 1, min(most, high + wider), wider * 4
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return low


def _unit(param: str) -> str:
    return "min" if param.endswith("_min") else param.rpartition("_")[2]


def _said(figure: float, param: str) -> str:
    return said_length(figure) if _unit(param) == "min" else f"{figure:g}"
