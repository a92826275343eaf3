"""RES-04: cold stowage never holds more than it has room for, from stowing a sample until it is packed."""

from itertools import combinations

import pytest
from attrs import evolve

from aboard import Use, activity, at, label, need, planned, planned_and_dropped, problem_of, programme, refused
from hamsafar.domain.aboard import Resource, Sample
from hamsafar.domain.changes import Happened
from hamsafar.planning.crew.stowage import with_stand_ins
from hamsafar.schedule.check import check
from hamsafar.schedule.problem import Solved
from hamsafar.schedule.solve import solve


def cold(name: str, amount: int, **more) -> Sample:
    kept = Use(resource="freezer", amount=amount)
    return Sample(**({"sample": name, "mass_g": 10, "stowed_min": 2_000, "returns": True, "kept_in": kept} | more))


def taken(name: str, amount: int, *, day: int = 2, **more):
    """What takes a sample, and what stows it, one after the other on one day."""
    take = activity(
        f"take-{name}", 20, yields=(cold(name, amount),), flight_days=(day,), hours=("08:00", "12:00"), **more
    )
    stow = activity(f"stow-{name}", 10, stows=(name,), flight_days=(day,), hours=("12:00", "18:00"))
    return take, stow


def packed(*names: str, day: int = 4, start: str = "10:00"):
    hours = start, start[:4] + "1"
    return activity("-".join(("pack", *names)), 30, kind="descent", packs=names, flight_days=(day,), hours=hours)


def freezing(room: int, *activities):
    freezer = Resource(id="freezer", title="Freezer", capacity=room, unit="g")
    return evolve(programme(*activities), resources=(freezer,))


def test_all_that_lies_in_it_at_once_is_no_more_than_there_is_room_for() -> None:
    both = *taken("a", 300), *taken("b", 200), packed("a", "b")
    assert len(planned(freezing(500, *both))) == 5
    assert "RES-04" in refused(freezing(499, *both))
    assert len(planned(freezing(499, *both), "RES-04")) == 5


def test_room_is_free_again_once_the_first_is_packed() -> None:
    """The first is in the ship by 10:30 of day 3, the other comes to lie there no sooner."""
    first, other = taken("a", 300), taken("b", 300, day=3)
    early = evolve(other[1], starts_between=first[1].starts_between)
    asked = freezing(300, *first, other[0], early, packed("a", day=3), packed("b"))
    found = planned(asked)
    assert found["stow-b#1"].start >= found["pack-a#1"].end
    late = packed("a", day=3, start="18:00")
    assert "RES-04" in refused(freezing(300, *first, other[0], early, late, packed("b")))


def test_it_is_full_from_the_start_of_stowing_to_the_end_of_packing() -> None:
    first, other = taken("a", 300), taken("b", 300, day=3)
    just = evolve(other[1], who=(need("host-up"),), starts_between=packed("x", start="12:30").starts_between)
    free = freezing(300, *first, other[0], just, packed("a", day=3, start="12:00"), packed("b"))
    assert label(planned(free)["stow-b#1"].start) in ("3 12:30", "3 12:31")
    full = freezing(300, *first, other[0], just, packed("a", day=3, start="12:10"), packed("b"))
    assert "RES-04" in refused(full)


def test_what_stays_aboard_lies_there_to_the_end() -> None:
    stays = activity("take-s", 20, yields=(cold("s", 300, returns=False),), flight_days=(2,), hours=("08:00", "09:00"))
    stow = activity("stow-s", 10, stows=("s",), flight_days=(2,), hours=("12:00", "18:00"))
    assert "RES-04" in refused(freezing(300, stays, stow, *taken("b", 1, day=3), packed("b")))
    assert len(planned(freezing(301, stays, stow, *taken("b", 1, day=3), packed("b")))) == 5


@pytest.mark.parametrize("room", [0, 5, 6, 7, 9, 10, 11, 14, 15, 18])
def test_what_may_be_left_out_is_chosen_as_by_trying_everything(room: int) -> None:
    """Four samples that may be left out, worth what they weigh and one more: the fullest that fits is kept."""
    sizes = {"a": 5, "b": 6, "c": 3, "d": 4}
    work = [one for name, size in sizes.items() for one in taken(name, size, optional=True, value=size + 1)]
    found, out = planned_and_dropped(freezing(max(room, 1), *work, packed(*sizes)))
    best = max(
        sum(sizes[name] + 1 for name in chosen)
        for count in range(5)
        for chosen in combinations(sizes, count)
        if sum(sizes[name] for name in chosen) <= room
    )
    kept = [name for name in sizes if f"take-{name}#1" in found]
    assert sum(sizes[name] + 1 for name in kept) == best
    assert set(out) == {f"take-{name}#1" for name in sizes if name not in kept}


def test_the_places_of_a_plan_are_those_of_its_problem_again() -> None:
    """No plan tells the stand-ins; put in again they obey all that is asked."""
    work = [one for name in ("a", "b", "c") for one in taken(name, 2, optional=True, value=5)]
    problem = problem_of(freezing(5, *work, packed("a", "b", "c")))
    answer = solve(problem, effort=2.0)
    assert isinstance(answer, Solved)
    told = {id_: place for id_, place in answer.placed.items() if "stowed " not in id_}
    assert len(told) < len(answer.placed)
    again = with_stand_ins(problem, told)
    assert again.keys() == answer.placed.keys()
    assert check(problem, again) == ()


def test_what_has_been_stowed_is_there_when_the_plan_goes_on() -> None:
    """The first lies in the freezer by now; of two more one has room."""
    work = [one for name in ("a", "b", "c") for one in taken(name, 2, optional=name != "a", value=5)]
    been = [
        Happened(placement=id_, start=at(2, clock), end=at(2, clock).plus(minutes=minutes), people=("guest",))
        for id_, clock, minutes in (("take-a#1", "08:00", 20), ("stow-a#1", "08:30", 10))
    ]
    asked = evolve(freezing(5, *work, packed("a", "b", "c")), past_until=at(2, "08:45"), happened=tuple(been))
    found, out = planned_and_dropped(asked)
    assert len(out) == 1
    assert {"take-a#1", "stow-a#1"} < set(found)
