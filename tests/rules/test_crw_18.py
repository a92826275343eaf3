"""CRW-18: who must fast has eaten nothing for so long; when they eat afterwards is theirs."""

from aboard import GUEST, UP, activity, label, need, planned, programme, refused


def blood(fasting: int, *people, start: str = "14:00"):
    hours = start, f"{start[:4]}1"
    return programme(
        activity("lunch", 30, need(GUEST), kind="meal", flight_days=(2,), hours=("12:00", "12:01")),
        activity(
            "blood",
            20,
            *people,
            kind="experiment",
            flight_days=(2,),
            hours=hours,
            fasting_min=fasting,
        ),
    )


def test_it_counts_from_the_end_of_the_meal() -> None:
    assert label(planned(blood(91), "CRW-10", "CRW-20")["blood#1"].start) == "2 14:01"
    assert "CRW-18" in refused(blood(92), "CRW-10", "CRW-20")
    assert len(planned(blood(92), "CRW-18", "CRW-10", "CRW-20")) == 2


def test_a_meal_may_follow_at_once() -> None:
    assert len(planned(blood(600, start="11:40"), "CRW-10", "CRW-20")) == 2


def test_it_is_asked_of_the_first_of_those_in_it() -> None:
    helping = (need(UP, function="subject"), need(GUEST, function="operator"))
    assert len(planned(blood(600, *helping), "CRW-10", "CRW-20")) == 2
    assert "CRW-18" in refused(blood(600, *reversed(helping)), "CRW-10", "CRW-20")
