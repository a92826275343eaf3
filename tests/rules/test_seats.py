"""SEA-01, SEA-02, SEA-04, SEA-05, FLT-07: who sits in which ship, with which liner; and a crew of three alone."""

from attrs import evolve

from aboard import ABOARD, GUEST, OTHER, UP, activity, label, need, planned, programme, refused
from hamsafar.domain.programme import Seat

CHANGING = {"down": (GUEST, ABOARD), "aboard": (ABOARD, OTHER)}  # hatches close at 12:30, undocking at 14:00 of day 4


def in_one_ship(asked):
    return evolve(asked, flight=evolve(asked.flight, ship_down=asked.flight.ship_up))


def seated(asked, *seats: tuple[str, str]):
    told = tuple(Seat(person=person, ship=ship) for person, ship in seats)
    return evolve(asked, flight=evolve(asked.flight, seats=told))


def liner(*whose: str, fit: tuple[str, ...] = (), **more):
    hours = {"flight_days": (2,), "hours": ("09:00", "18:00")}
    return activity("liner", 60, kind="transfer", moves_liners=whose, checks_fit=fit, **(hours | more))


def fit(duration: int = 60, **more):
    facts = {"kind": "transfer", "flight_days": (4,), "hours": ("01:00", "05:00"), "moves_liners": (OTHER,)}
    return activity("fit", duration, checks_fit=(GUEST,), **(facts | more))


# SEA-02


def test_a_resident_who_goes_down_in_the_new_ship_moves_as_well() -> None:
    new_ship = in_one_ship(programme(**CHANGING))
    assert refused(new_ship, "SEA-05") == {"SEA-02"}
    moved = activity("liner", 60, need(ABOARD), kind="transfer", flight_days=(2,))
    alone = in_one_ship(programme(moved, **CHANGING))
    assert refused(alone) == {"SEA-05"}  # the host who came up stays, and their ship leaves
    also = activity("out", 60, need(UP), kind="transfer", flight_days=(2,))
    assert len(planned(in_one_ship(programme(moved, also, **CHANGING)))) == 2
    assert len(planned(seated(in_one_ship(programme(also, **CHANGING)), (ABOARD, "ship")))) == 1


def test_a_transfer_that_says_whose_moves_theirs_alone() -> None:
    theirs = liner(ABOARD, fit=(ABOARD,), who=(need(GUEST, ABOARD),))
    assert "SEA-02" in refused(programme(theirs, **CHANGING))
    assert len(planned(programme(liner(GUEST, fit=(GUEST,)), **CHANGING))) == 1


# SEA-04


def test_the_fit_is_tried_after_the_transfer_and_in_good_time() -> None:
    found = planned(programme(liner(GUEST), fit(), **CHANGING))  # 12 h before undocking: 02:00 of day 4
    assert label(found["fit#1"].start) == "4 01:00"
    assert "SEA-04" in refused(programme(liner(GUEST), fit(61), **CHANGING))
    assert len(planned(programme(liner(GUEST), fit(61), **CHANGING), "SEA-04")) == 2
    before = fit(flight_days=(2,), hours=("08:00", "09:59"))
    assert "SEA-04" in refused(programme(liner(GUEST), before, **CHANGING))
    assert len(planned(programme(liner(GUEST), evolve(before, duration_min=60), **CHANGING), "SEA-04")) == 2


def test_a_transfer_that_says_whose_and_nobody_tries_it() -> None:
    assert refused(programme(liner(GUEST), **CHANGING)) >= {"SEA-04"}
    assert len(planned(programme(liner(GUEST, fit=(GUEST,)), **CHANGING))) == 1
    assert len(planned(programme(liner(), **CHANGING))) == 1  # says nothing: with its fit check


# SEA-05


def test_who_stays_carries_the_liner_out_of_the_ship_that_leaves() -> None:
    asked = programme(liner(GUEST, fit=(GUEST,)), **CHANGING)
    assert len(planned(asked)) == 1  # nothing is said of where the other one sits
    stays = seated(asked, (OTHER, "ship-down"))
    assert refused(stays) == {"SEA-05"}
    assert len(planned(stays, "SEA-05")) == 1
    over = activity("over", 60, need(OTHER), kind="transfer", flight_days=(4,), hours=("11:29", "11:30"))
    both = seated(programme(liner(GUEST, fit=(GUEST,)), over, **CHANGING), (OTHER, "ship-down"))
    assert len(planned(both)) == 2
    late = seated(
        programme(liner(GUEST, fit=(GUEST,)), evolve(over, duration_min=62), **CHANGING), (OTHER, "ship-down")
    )
    assert "SEA-05" in refused(late)


def test_a_seat_elsewhere_is_nobodys_concern() -> None:
    asked = seated(programme(liner(GUEST, fit=(GUEST,)), **CHANGING), (OTHER, "ship-before"))
    assert len(planned(asked)) == 1


def test_who_came_up_and_stays_has_the_seat_in_their_ship() -> None:
    assert planned(programme(up=(GUEST, UP), aboard=(ABOARD,), down=(ABOARD,))) == {}
