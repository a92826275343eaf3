"""CRW-13: starts of repeats keep their spacing, across days too."""

from aboard import activity, label, planned, planned_and_dropped, programme, refused


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
