"""What planning allows of what activities need is just what the verifier lets hold, wherever things are put."""

from __future__ import annotations

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from aboard import ABOARD, FLIGHT, GUEST, OTHER, UP, Use, activity, at, need, problem_of, programme, windows
from hamsafar.domain.aboard import Resource, Sample, WindowNeed
from hamsafar.domain.plan import Assignment, Placement, Plan
from hamsafar.domain.programme import PlannedBoost, Programme
from hamsafar.planning.crew.people import person_resource
from hamsafar.planning.crew.stowage import with_stand_ins
from hamsafar.schedule.check import check
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.timeline import Span
from hamsafar.verify import CHECKERS
from hamsafar.verify.case import Case
from handmade import far_plan
from programmes import calendar

RULES = ("RES-03", "RES-04", "CRW-13", "CRW-25", "CRW-26", "CRW-27")
HOSTS = (UP, ABOARD, OTHER)
LINK = windows((at(2, "08:30"), at(2, "10:00")), (at(2, "11:00"), at(2, "13:30")), sigma_s=60.0)
CONSOLE = calendar("console", "08:00-10:00", "10:00-11:30", "12:00-13:00", weekdays=range(1, 8))
THINGS = (
    Resource(id="team", title="Team", capacity=9, calendar="console"),
    Resource(id="rate", title="Rate", capacity=9, window=WindowNeed(kind="relay")),
)
operators = st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3, unique=True).map(tuple)
links = st.lists(st.sampled_from(["a", "b"]), max_size=1).map(tuple)


@st.composite
def jobs(draw: st.DrawFn, id_: str):
    """Something done twice by one of a few, with whatever it needs."""
    uses = draw(st.lists(st.sampled_from(["team", "rate"]), max_size=2, unique=True))
    return activity(
        id_, draw(st.integers(10, 60)), need(*draw(operators), count=1, function="operator"),
        times=2, flight_days=(2,), uses=tuple(Use(resource=one) for one in uses), quiet=draw(st.booleans()),
        spacing_min=draw(st.sampled_from([0, 60])), spacing_max_min=draw(st.sampled_from([None, 90, 180])),
        same_people_as=draw(links), other_people_than=draw(links), apart_from=draw(links),
    )  # fmt: skip


@st.composite
def samples(draw: st.DrawFn, id_: str):
    """A sample taken, stowed and, where it returns, packed; it may be left out."""
    kept = Use(resource="freezer", amount=draw(st.integers(1, 5)))
    returns = draw(st.booleans())
    sample = Sample(sample=id_, mass_g=1, stowed_min=9_999, returns=returns, kept_in=kept)
    optional = {"optional": True, "value": 5} if draw(st.booleans()) else {}
    return (
        activity(f"take-{id_}", 5, yields=(sample,), flight_days=(2,), **optional),
        activity(f"stow-{id_}", 10, stows=(id_,), flight_days=(2,)),
        *([activity(f"pack-{id_}", 20, kind="descent", packs=(id_,), flight_days=(2,))] if returns else []),
    )


def judged(asked: Programme, problem: Problem, placed: dict[str, Placed], without: set[str]) -> set[str]:
    """The rules of which the verifier finds something broken."""
    lengths = {task.id: task.duration for task in problem.tasks}
    activities = {one.id: one for one in asked.activities}
    placements = []
    for id_, place in placed.items():
        of = id_.partition("#")[0]
        function = activities[of].who[0].function
        people = [who.removeprefix("person:") for one in place.picked.values() for who in one] or [GUEST]
        start = at(1, "00:00").plus(minutes=place.start - at(1, "00:00").floor_utc_minute())
        placements.append(
            Placement(
                id=id_, of=of, stage="flight", title="", kind=activities[of].kind, start=start,
                end=start.plus(minutes=lengths[id_]), zone="Asia/Shanghai",
                people=tuple(Assignment(person=one, function=function) for one in people),
                facilities=tuple(use.resource for use in activities[of].uses),
            )
        )  # fmt: skip
    plan: Plan = evolve(far_plan(), programme=asked, flight=FLIGHT, placements=tuple(placements), windows=(LINK,))
    case = Case(plan, {one.rule: one.params for one in asked.limits})
    return {rule for rule in RULES if list(CHECKERS[rule](case))}


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_wherever_things_are_put_both_say_the_same(data: st.DataObject) -> None:
    work = (data.draw(jobs("a")), data.draw(jobs("b")), *data.draw(samples("s")), *data.draw(samples("t")))
    freezer = Resource(id="freezer", title="Freezer", capacity=data.draw(st.integers(1, 10)))
    start = data.draw(st.integers(8 * 60, 14 * 60))
    boost = Span(at(2, "00:00").plus(minutes=start), at(2, "00:00").plus(minutes=start + 7, seconds=20))
    bare = programme(*work, aboard=(ABOARD, OTHER), boosts=(PlannedBoost(span=boost),))
    asked = evolve(bare, resources=(*THINGS, freezer), calendars=(*bare.calendars, CONSOLE))
    problem = problem_of(asked, open_=(LINK,))
    first = at(2, "08:00").floor_utc_minute()
    placed: dict[str, Placed] = {}
    left_out: set[str] = set()
    for one in work:
        begin = 400 if one.packs else 0  # nothing is packed before it was stowed: SMP-02 would tell
        starts = sorted(first + begin + data.draw(st.integers(0, 360)) for _ in range(one.times))
        for n, tick in enumerate(starts, 1):
            id_ = f"{one.id}#{n}"
            if one.optional and data.draw(st.booleans()):
                left_out.add(id_)
                continue
            own = one.who[0].candidates
            who = () if own == (GUEST,) else (person_resource(data.draw(st.sampled_from(own))),)
            task = next(task for task in problem.tasks if task.id == id_)
            picked = {pick.name: who for pick in task.picks}
            placed[id_] = Placed(start=tick, picked=picked)
    broken = {one.tag.rule for one in check(problem, with_stand_ins(problem, placed))} & set(RULES)
    told = {
        id_: evolve(place, picked={"operator": tuple(task_people(problem, id_))}) if not place.picked else place
        for id_, place in placed.items()
    }
    assert judged(asked, problem, told, left_out) == broken


def task_people(problem: Problem, id_: str) -> list[str]:
    """Who is in it whatever is chosen."""
    task = next(task for task in problem.tasks if task.id == id_)
    return [one for one in task.occupies if one.startswith("person:")]
