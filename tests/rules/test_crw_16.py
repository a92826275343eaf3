"""CRW-16: who arrives is out of the suit before the first sleep."""

from aboard import ABOARD, GUEST, UP, activity, label, need, planned, programme, refused, sleep


def arriving(*people: str):
    late = activity("suits-off", 60, need(*people), kind="arrival", flight_days=(1,), hours=("22:00", "22:00"))
    return programme(late, sleep())


def first_sleep(plan, person: str) -> str:
    return label(min(one.start for one in plan.values() if one.kind == "sleep" and person in one.person_ids))


def test_the_first_sleep_waits_to_the_minute() -> None:
    assert first_sleep(planned(arriving(GUEST, UP)), GUEST) == "1 23:00"
    early = programme(
        activity("suits-off", 60, need(GUEST), kind="arrival", flight_days=(2,), hours=("08:00", "08:00")), sleep()
    )
    assert "CRW-16" in refused(early)
    assert first_sleep(planned(early, "CRW-16"), GUEST) == "1 21:30"  # in the suit


def test_whoever_was_aboard_sleeps_when_they_like() -> None:
    helping = activity("suits-off", 60, need(GUEST, ABOARD), kind="arrival", flight_days=(2,), hours=("08:00", "08:00"))
    plan = planned(programme(helping, sleep()), "CRW-16")
    assert first_sleep(plan, ABOARD) == "1 21:30"
    alone = activity("suits-off", 60, need(ABOARD), kind="arrival", flight_days=(2,), hours=("08:00", "08:00"))
    assert first_sleep(planned(programme(alone, sleep())), ABOARD) == "1 21:30"
