"""What would make a stage fit: for each rule and fact of its conflict, the least that it would have to give.

Two ways lead there. One tag gives way by itself (one week, one day, one opening), and the whole stage is planned again
so (`schedule.relax`). A rule that clashes in many places at once gives way by its figure: the least figure is looked
for, the programme built again with it, and planned. Where a figure of a rule says the same as one tag does, it is told
as a change too, once the schedule found was checked against the programme with that figure.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from attrs import define, evolve

from hamsafar.domain.changes import Change, Lasting
from hamsafar.domain.hosts_minutes import HostsMinutes
from hamsafar.domain.people import Limits
from hamsafar.domain.plan import Stage
from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import NoPlan, Relaxed
from hamsafar.planning.change_of_figures import changed_by, with_figure, with_length
from hamsafar.planning.figures import FIGURES, Asked, Figures, figure_for
from hamsafar.planning.giving_applied import applied, cannot_be_left_out, left_out, of
from hamsafar.planning.giving_sense import at_sensible_hours, can_give, gives_sense, makes_sense
from hamsafar.planning.giving_words import Told, said, together
from hamsafar.planning.hosts_minutes import has_own_day, with_agreed
from hamsafar.planning.words import clashes, ground_min, most_ground_min, newcomers_min
from hamsafar.schedule.asked import all_tags, limited
from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Load
from hamsafar.schedule.problem import Conflict, Placed, Problem
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Tag

if TYPE_CHECKING:
    from hamsafar.planning.make import Options
    from hamsafar.schedule.engine import Engine
    from hamsafar.schedule.relax import Relaxation
    from hamsafar.timeline import Instant

EFFORT_SHARE = 2.0  # of the effort that planning had, for what would make it fit
MOST_TAGS = 12  # of one conflict, that give way one by one
_BY_FIGURE = 2  # tags of one rule; from here on its figure gives way
_CHAINS = ("CRW-01", "CRW-02", "CRW-03")  # rules of a chain of sleeps: how many there are hangs on the figures
_MOSTLY = 0.6  # of the effort that is left, for all tags but those of days and hours
_TIMED_SHARE = 0.15  # of it, for each of these
_MOST_TIMED = 2  # of these, that give way to other days at hours at which things are done
_MOST_WANTED = 3  # things that must be there, of those that may be left out instead
_FIGURE_SHARE = 0.5  # of the effort, for all figures
_SHORTER_SHARE = 0.25  # of the effort that is left, for each thing that is made shorter
_MOST_SHORTER = 2  # things that are
_WITHIN_SHARE = 0.2  # of the effort, to see what of the conflict is needed where nothing is left out
_BESIDE_SHARE = 0.4  # of the effort that is left, for further conflicts and a schedule of the rest
_AGAIN_SHARE = 0.1  # of the effort that is left, to plan again with what gives way as the programme would say it
_LEAST_EFFORT = 0.2
_HOURS = ("TRN-01", "TRN-02")  # rules that give by opening longer
_PEOPLE = ("TRN-08", "TRN-09")  # rules that give by one person more
_FULLEST, _NEARLY = 3, 0.8  # limits named where nothing was decided, and from which share on


def no_plan(asked: Asked, options: Options) -> NoPlan:
    """The answer that a stage doesn't fit: every conflict in words, and what would make it fit."""
    options.tell("Looking for what would make it fit")
    search = _Search(
        asked=asked,
        options=options,
        left=options.effort * EFFORT_SHARE,
        ends_at_s=None if options.time_limit_s is None else time.monotonic() + options.time_limit_s,
    )
    search.on_the_whole()
    relaxations, asked = search.all(), search.asked
    return NoPlan(
        stage=asked.stage,
        clashes=clashes(asked.programme, asked.conflict.tags),
        minimal=asked.conflict.minimal,
        others=tuple(clashes(asked.programme, other.tags) for other in search.others),
        more=search.more,
        relaxations=relaxations,
    )


def known_so_far(stage: Stage, problem: Problem, now: Instant | None = None) -> tuple[str, ...]:
    """What is known of a stage of which neither a schedule nor a conflict was found: what comes nearest to too much.

    Days that are over `now` are not told of: nothing can be done about them.
    """
    name = "the training term" if stage == "training" else "the days aboard"
    there = sum(not task.optional for task in problem.tasks)
    size = f"No schedule of {name} was found: {there} placements must be in it, {len(problem.tasks) - there} may."
    fullest = sorted(_fillings(problem, problem.first if now is None else now.floor_utc_minute()), reverse=True)[
        :_FULLEST
    ]
    return (size, *(f"{share:.0%} full: {sentence}" for share, sentence in fullest if share >= _NEARLY))


def _fillings(problem: Problem, now: int) -> Iterator[tuple[float, str]]:
    """How full the stretches are on which a rule sets a limit, by what must lie in them; those over are left out."""
    where = {task.id: possible_starts(problem, task) for task in problem.tasks if not task.optional}
    for one in problem.constraints:
        if isinstance(one, Load) and one.limit and one.by == "starts" and one.price is None and one.end > now:
            inside = (
                weight
                for name, weight in one.weights.items()
                if name in where and where[name] and one.start <= where[name][0][0] and where[name][-1][1] < one.end
            )
            yield sum(inside) / one.limit, " ".join(filter(None, (one.tag.rule, one.tag.place, one.tag.detail)))


@define(kw_only=True)
class _Search:
    """Looks for all that would make a stage fit, with one account of effort."""

    asked: Asked
    options: Options
    left: float
    ends_at_s: float | None  # on the monotonic clock
    others: tuple[Conflict, ...] = ()
    more: bool = False  # whether there may be conflicts that were not found

    def on_the_whole(self) -> None:
        """From here on, the problem with nothing left out because of what could give way, and its own conflict."""
        from hamsafar.schedule.explain import conflict_within  # loads the solver, which takes half a second

        if self.asked.whole is None:
            return
        problem = self.asked.whole(self.asked.programme, hinted=False)
        engine = self._engine(_WITHIN_SHARE)
        conflict = conflict_within(problem, self.asked.conflict, engine)
        self.left -= engine.used
        self.asked = evolve(
            self.asked, problem=problem, conflict=conflict or evolve(self.asked.conflict, minimal=False, needed=())
        )

    def all(self) -> tuple[Relaxed, ...]:
        """By figures first: a schedule that comes of them saves a search for one afterwards."""
        by_figure = [rule for rule in _rules(self.asked.conflict) if _gives_by_figure(self.asked, rule)]
        found, known = self._by_figures(by_figure)
        known = self.asked.known or known
        if known is None:
            known = self._beside()
        found_ways = self._one_by_one(by_figure, known)
        ways = [way for way in found_ways if way.changes and not cannot_be_left_out(self.asked, way)]
        useful = [way for way in ways if makes_sense(self.asked, way)]
        told = [one for one in map(self._told, useful) if one.sentence]
        late = dict.fromkeys(way.tag.rule for way in ways if way.together and way.tag.rule in FIGURES)
        more, _ = self._by_figures(list(late))
        if not by_figure and not any(way.way == "shorter" and way.proved for way in ways):
            more += self._shorter()
        every = sorted((*told, *found, *more), key=_in_order)
        if not any(one.proved for one in every):
            every += [self._told(way) for way in ways if way.proved and way not in useful]
        return tuple(every)

    def _by_figures(self, rules: list[str]) -> tuple[list[Relaxed], Mapping[str, Placed] | None]:
        """What rules would have to give by their figures; and a schedule of all that they don't ask."""
        found: list[Relaxed] = []
        known: Mapping[str, Placed] | None = None
        for rule in rules:
            self.options.tell(f"Looking for what would make it fit: {rule}")
            effort = self.left * _FIGURE_SHARE / len(rules)
            search = Figures(asked=self.asked, options=self.options, effort=effort, ends_at_s=self.ends_at_s)
            found.extend(search.of(rule))
            known = known or search.known
        self.left *= 1 - _FIGURE_SHARE if rules else 1
        return found, known

    def _shorter(self) -> Iterator[Relaxed]:
        """The longest things that must be there, shorter: what counts minutes then counts fewer."""
        lengths = {task.required: (task.id, task.duration) for task in self.asked.problem.tasks}
        found = sorted((lengths[tag] for tag in self.asked.conflict.tags if tag in lengths), key=lambda one: -one[1])
        share = self.left * _SHORTER_SHARE
        longest = {of(id_): (id_, length_min) for id_, length_min in reversed(found)}
        for id_, length_min in sorted(longest.values(), key=lambda one: -one[1])[:_MOST_SHORTER]:
            self.options.tell(f"Looking for what would make it fit: {id_} shorter")
            search = Figures(asked=self.asked, options=self.options, effort=share, ends_at_s=self.ends_at_s)
            told = search.shorter(id_, of(id_), ground_min(self.asked.programme, id_, length_min))
            if told is not None and told.proved:
                yield told

    def _beside(self) -> Mapping[str, Placed] | None:
        """Further conflicts, kept; and a schedule of all that none of them asks."""
        from hamsafar.schedule.explain import conflicts_beside  # loads the solver, which takes half a second

        engine = self._engine(_BESIDE_SHARE)
        rest = conflicts_beside(self.asked.problem, (self.asked.conflict,), engine)
        self.left -= engine.used
        self.others, self.more = rest.found[1:], rest.more
        return rest.placed

    def _engine(self, share: float) -> Engine:
        """For a share of the effort that is left."""
        from hamsafar.schedule.engine import Engine  # loads the solver, which takes half a second
        from hamsafar.schedule.relax import MODEL_EFFORT

        return Engine(
            left=max(self.left, _LEAST_EFFORT) * share,
            seed=self.options.seed,
            ends_at_s=self.ends_at_s,
            should_stop=self.options.should_stop,
            each=MODEL_EFFORT,
        )

    def _told(self, way: Relaxation) -> Relaxed:
        """A relaxation in words; where people can do the same to the programme, as its schedules then are."""
        programme = applied(self.asked, way) if way.proved else None
        if programme is not None:
            way = self._again(way, programme)
        return _relaxed(self.asked, way)

    def _again(self, way: Relaxation, programme: Programme) -> Relaxation:
        """With a schedule of the programme so changed, mostly the one that was found; not proved where none is."""
        from hamsafar.schedule.again import planned  # loads the solver, which takes half a second

        problem = self.asked.build(programme, hinted=False)
        if not check(problem, way.placed):
            return way
        engine = self._engine(_AGAIN_SHARE)
        known = {task.id: way.placed[task.id] for task in problem.tasks if task.id in way.placed}
        _, placed = planned(limited(problem, all_tags(problem)), engine, known)
        self.left -= engine.used
        return evolve(way, placed=placed or {}, proved=placed is not None)

    def _one_by_one(self, by_figure: list[str], known: Mapping[str, Placed] | None) -> list[Relaxation]:
        """Every tag by itself; what asks for days and hours after the others, at hours at which things are done.

        What nobody would take is only looked for where nothing else does: a start at any hour, a night without sleep.
        """
        tags = _told_one_by_one(self.asked, by_figure)
        last = [tag for tag in tags if not gives_sense(self.asked, tag)]
        timed = [tag for tag in tags if tag.rule == "CRW-12" and tag not in last]
        share = _MOSTLY if timed else 1.0
        ways = self._relaxations(self.asked, [tag for tag in tags if tag not in (*last, *timed)], known, share)
        for tag in timed[:_MOST_TIMED]:
            seen = next((way.placed for way in reversed(ways) if way.proved), known)
            found = self._relaxations(at_sensible_hours(self.asked, tag), [tag], seen, _TIMED_SHARE)
            ways.extend(evolve(way, bound=0) for way in found if way.proved)  # at any hour, less might do
        if not any(way.proved and makes_sense(self.asked, way) for way in ways):
            ways.extend(self._relaxations(self.asked, [*timed, *last], known, _TIMED_SHARE))
        return ways

    def _relaxations(
        self, asked: Asked, only: list[Tag], known: Mapping[str, Placed] | None, share: float
    ) -> list[Relaxation]:
        from hamsafar.schedule.relax import relaxations  # loads the solver, which takes half a second

        options = self.options
        if not only:
            return []
        return list(
            relaxations(
                asked.problem,
                asked.conflict,
                others=self.others,
                known=known or {},
                only=only,
                seed=options.seed,
                effort=max(self.left * share, _LEAST_EFFORT),
                time_limit_s=None if self.ends_at_s is None else max(0.01, self.ends_at_s - time.monotonic()),
                on_progress=lambda step: options.tell(f"Looking for what would make it fit: {step.stage}"),
                should_stop=options.should_stop,
            )
        )


def _in_order(told: Relaxed) -> tuple[bool, bool, bool, str]:
    """What is proved and does alone comes first."""
    return not told.proved, bool(told.together), told.rule != "CMP-01", told.rule


def _rules(conflict: Conflict) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.rule for tag in conflict.tags))


def _gives_by_figure(asked: Asked, rule: str) -> bool:
    """Whether the rule's figure gives way, and not its tags: that of a host with minutes of their own says nothing."""
    tags = [tag for tag in asked.conflict.tags if tag.rule == rule]
    if rule == "CRW-09" and any(has_own_day(asked.programme, tag.place) for tag in tags):
        return False
    return rule in FIGURES and len(tags) >= (1 if rule in _CHAINS else _BY_FIGURE)


def _told_one_by_one(asked: Asked, by_figure: Iterable[str]) -> tuple[Tag, ...]:
    """The tags that give way by themselves: of every rule the first, then the second, up to so many in all.

    Of what must be there the shortest come first: least is lost with them.
    """
    tags = [tag for tag in asked.conflict.tags if can_give(tag)]
    durations = {task.required: task.ways[0].duration for task in asked.problem.tasks if task.required is not None}
    groups = [
        sorted((tag for tag in tags if tag.rule == rule), key=lambda tag: durations.get(tag, 0))
        for rule in dict.fromkeys(tag.rule for tag in tags)
        if rule not in by_figure
    ]
    in_turn = chain.from_iterable(
        zip_longest(*(group[:_MOST_WANTED] if group[0].rule == "CMP-01" else group for group in groups))
    )
    return tuple(tag for tag in in_turn if tag is not None)[:MOST_TAGS]


def _relaxed(asked: Asked, way: Relaxation) -> Relaxed:
    told = Told(programme=asked.programme, stage=asked.stage, flight=asked.flight, way=way)
    sentence = said(told)
    amount, unit = _amount(told)
    return Relaxed(
        rule=way.tag.rule,
        sentence=sentence,
        amount=amount,
        unit=unit,
        proved=way.proved,
        least=way.least and not (_nowhere(way) and way.tag.rule in _HOURS),
        tags=(way.tag,),
        together=together(told),
        as_change=_as_change(asked, way, sentence),
    )


def _nowhere(way: Relaxation) -> bool:
    """Whether something had no start at all: then every start is as good, and the amount says nothing of minutes."""
    return any(change.what == "ranges" and change.before is None for change in way.changes)


def _amount(told: Told) -> tuple[int, str]:
    """How much it is, and of what: of a window the minutes, of a teacher one person."""
    way = told.way
    if way.tag.rule in _PEOPLE:
        return len(way.changes), "person"
    if _nowhere(way):
        return sum(end - start for start, end in map(told.span, way.changes)), "min"
    return way.amount, "min" if way.unit == way.problem.tick else way.unit


# ---- as a change file says it


def _as_change(asked: Asked, way: Relaxation, title: str) -> Change | None:
    """The same as a change, where one can say it and the schedule found obeys the programme so changed."""
    if not way.proved or way.together or not way.changes:
        return None
    gone = left_out(asked, way.changes)
    if gone:
        return changed_by(asked.programme, title, drop=gone)
    for change, programme in _candidates(asked, way, title):
        if not check(asked.build(programme, hinted=False), way.placed):
            return change
    return None


def _candidates(asked: Asked, way: Relaxation, title: str) -> Iterator[tuple[Change, Programme]]:
    programme, rule = asked.programme, way.tag.rule
    if way.way == "shorter":
        (shorter,) = way.changes[:1]
        name, length = of(shorter.tasks[0]), shorter.after or 0
        if shorter.before == newcomers_min(programme, name):  # the figure is that of those who know it
            length = most_ground_min(programme, name, length)
        if length > 0:
            lasting = Lasting(of=name, duration_min=length)
            yield changed_by(programme, title, durations=(lasting,)), with_length(programme, lasting)
    if (minutes := _minutes_agreed(programme, way, title)) is not None:
        yield changed_by(programme, title, hosts_minutes=minutes), evolve(programme, hosts_minutes=minutes)
        return
    for param, side in FIGURES.get(rule, ()):
        figure = figure_for(programme, rule, param, side, max(change.amount for change in way.changes))
        if figure is not None:
            limits = Limits(rule=rule, params={param: figure})
            yield changed_by(programme, title, limits=(limits,)), with_figure(programme, rule, param, figure)


def _minutes_agreed(programme: Programme, way: Relaxation, title: str) -> HostsMinutes | None:
    """The hosts' minutes that a relaxation asks for; None where it is about something else, or several of them."""
    budget, rule, place = programme.hosts_minutes, way.tag.rule, way.tag.place
    ours = rule == "CRW-21" or (rule == "CRW-09" and has_own_day(programme, place))
    if budget is None or not ours or len(way.changes) != 1 or way.changes[0].after is None:
        return None
    return evolve(with_agreed(budget, rule, place, way.changes[0].after), agreed=f"to be agreed: {title}")
