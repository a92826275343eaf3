"""CRW-13: starts of repeats keep their spacing, across days too."""

from itertools import combinations, pairwise, product

from aboard import Use, activity, at, label, planned, planned_and_dropped, programme, refused
from hamsafar.domain.changes import Shut
from hamsafar.timeline import Span


def twice(spacing: int):
    return programme(activity("look", 30, times=2, spacing_min=spacing, flight_days=(2,), hours=("08:00", "12:00")))


def test_the_spacing_is_from_start_to_start() -> None:
    found = planned(twice(240))
    assert [label(found[f"look#{n}"].start) for n in (1, 2)] == ["2 08:00", "2 12:00"]
    assert "CRW-13" in refused(twice(241))
    assert len(planned(twice(241), "CRW-13")) == 2


def test_it_holds_from_one_day_to_the_next() -> None:
    asked = programme(activity("look", 30, repeat="each-day", spacing_min=1_500, hours=("08:00", "10:00")))
    starts = [label(one.start) for _, one in sorted(planned(asked).items())]
    assert starts == ["2 08:00", "3 09:00", "4 10:00"]


def test_one_left_out_in_the_middle_doesnt_break_it() -> None:
    asked = programme(
        activity(
            "look", 30, times=3, spacing_min=240, flight_days=(2,), hours=("08:00", "12:00"), optional=True, value=5
        )
    )
    found, out = planned_and_dropped(asked)
    first, second = sorted(one.start for one in found.values())
    assert second.seconds_since(first) == 240 * 60
    assert list(out.values()) == ["no room: left out by the objective"]


def far(spacing_max: int, **more):
    looks = {"times": 3, "flight_days": (2, 3), "hours": ("08:00", "20:00"), "spacing_max_min": spacing_max}
    return programme(activity("look", 30, **(looks | more)))


def test_repeats_are_no_further_apart_than_asked() -> None:
    found = planned(far(300, spacing_min=240))
    starts = [found[f"look#{n}"].start for n in (1, 2, 3)]
    assert all(240 * 60 <= later.seconds_since(sooner) <= 300 * 60 for sooner, later in pairwise(starts))
    late = programme(
        activity("look", 30, repeat="each-day", flight_days=(2, 3), hours=("09:00", "09:01"), spacing_max_min=1_438)
    )
    assert "CRW-13" in refused(late)
    assert len(planned(late, "CRW-13")) == 2


def test_with_one_left_out_the_next_is_as_near() -> None:
    """Of three days the middle one has no room: then it is one of the others too."""
    looks = {"repeat": "each-day", "flight_days": (2, 3, 4), "hours": ("09:00", "10:00"), "optional": True, "value": 5}
    busy = activity("busy", 120, flight_days=(3,), hours=("08:30", "08:31"))
    near = programme(activity("look", 30, spacing_max_min=1_500, **looks), busy)
    found, out = planned_and_dropped(near)
    assert (len(found), len(out)) == (2, 2)  # the other work, and one of the looks
    far_apart = programme(activity("look", 30, spacing_max_min=2_940, **looks), busy)
    assert len(planned(far_apart)) == 3


def test_every_choice_of_what_is_left_out_is_as_by_hand() -> None:
    """Three days, each open or not, at one minute a day: the most of those that are near enough to each other."""
    for open_days in product((False, True), repeat=3):
        days = [day for day, is_open in zip((2, 3, 4), open_days, strict=True) if is_open]
        looks = {"repeat": "each-day", "flight_days": (2, 3, 4), "hours": ("09:00", "09:01")}
        shut = tuple(
            Shut(of="eye", span=Span(at(day, "00:00"), at(day + 1, "00:00"))) for day in (2, 3, 4) if day not in days
        )
        for most in (1_441, 2_881):
            look = activity(
                "look", 30, spacing_max_min=most, optional=True, value=5, uses=(Use(resource="eye"),), **looks
            )
            found, _ = planned_and_dropped(programme(look, resources=[("eye", 1)], shut=shut))
            best = max(
                len(chosen)
                for count in range(len(days) + 1)
                for chosen in combinations(days, count)
                if all((later - sooner) * 1_440 <= most for sooner, later in pairwise(chosen))
            )
            assert len(found) == best
