"""CRW-14: from hatch opening, up to hatch closing; whole flight days for those who were there and stay."""

from aboard import ABOARD, GUEST, OTHER, UP, activity, label, need, planned, programme, refused


def test_nobody_starts_before_the_hatch_opens() -> None:
    early = activity("hello", 30, flight_days=(1,), hours=("15:00", "17:00"))
    assert label(planned(programme(early))["hello#1"].start) == "1 17:00"
    too_early = activity("hello", 30, flight_days=(1,), hours=("15:00", "16:59"))
    assert "CRW-14" in refused(programme(too_early))
    assert len(planned(programme(too_early), "CRW-14")) == 1


def test_nobody_ends_after_the_hatch_closes() -> None:
    late = activity("bye", 30, need(ABOARD), flight_days=(4,), hours=("12:00", "13:00"))
    assert label(planned(programme(late))["bye#1"].start) == "4 12:00"
    assert "CRW-14" in refused(programme(activity("bye", 31, need(ABOARD), flight_days=(4,), hours=("12:00", "13:00"))))


def test_those_who_stay_have_the_whole_last_day() -> None:
    last = activity("rest", 30, need(UP), flight_days=(4,), hours=("23:29", "23:30"))
    assert len(planned(programme(last))) == 1


def test_whoever_is_chosen_is_aboard() -> None:
    asked = programme(activity("job", 30, need(UP, ABOARD, count=1), flight_days=(1,), hours=("10:00", "10:01")))
    assert planned(asked)["job#1"].person_ids == (ABOARD,)
    late = programme(activity("job", 30, need(ABOARD, GUEST, count=1), flight_days=(4,), hours=("13:00", "13:01")))
    assert planned(late)["job#1"].person_ids == (GUEST,)
    nobody = programme(
        activity("job", 30, need(UP, GUEST, count=1), flight_days=(1,), hours=("10:00", "10:01")),
        aboard=(ABOARD, OTHER),
    )
    assert "CRW-14" in refused(nobody)
