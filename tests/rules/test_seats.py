"""SEA-01, SEA-02, SEA-04 to SEA-06, FLT-07: who sits in which ship, with which liner; and a crew of three alone."""

from attrs import evolve

from aboard import ABOARD, GUEST, OTHER, UP, activity, at, label, need, planned, programme, refused
from hamsafar.domain.changes import Unfit, Unseated
from hamsafar.domain.programme import Seat
from hamsafar.timeline import Span

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


# SEA-06: a ship that is not fit. The ship up is damaged; the guest carries the liner to the ship down.


def cracked(asked, *accepted: Unseated, ship: str = "ship"):
    flight = evolve(asked.flight, unfit=(Unfit(ship=ship, since=at(2, "00:00")),), unseated=accepted)
    return evolve(asked, flight=flight)


def without_seat(begins: str, ends: str, *people: str) -> Unseated:
    day, clock = begins.split()
    last, until = ends.split()
    span = Span(at(int(day), clock), at(int(last), until))
    return Unseated(people=people, span=span, accepted_by="host")


STAYING = without_seat("2 00:00", "9 00:00", UP, OTHER)  # the one who came up has no seat, of the other nothing is said


def test_who_has_no_seat_is_named_and_accepted() -> None:
    asked = programme(liner(GUEST, fit=(GUEST,)), **CHANGING)
    assert refused(cracked(asked)) == {"SEA-06"}
    assert refused(cracked(asked, without_seat("2 00:00", "9 00:00", GUEST))) == {"SEA-06"}
    assert refused(cracked(asked, STAYING)) == {"SEA-06"}
    assert len(planned(cracked(asked, STAYING, without_seat("2 00:00", "9 00:00", GUEST)))) == 1
    assert len(planned(cracked(asked), "SEA-06")) == 1


def test_the_liner_is_carried_over_before_it_is_accepted_no_longer() -> None:
    asked = programme(liner(GUEST, fit=(GUEST,)), **CHANGING)
    found = planned(cracked(asked, STAYING, without_seat("2 00:00", "2 10:00", GUEST)))
    assert label(found["liner#1"].start) == "2 09:00"  # of an hour
    assert "SEA-06" in refused(cracked(asked, STAYING, without_seat("2 00:00", "2 09:59", GUEST)))
    late = without_seat("2 00:01", "2 12:00", GUEST)
    assert refused(cracked(asked, STAYING, late)) == {"SEA-06"}
    both = (without_seat("2 00:00", "2 05:00", GUEST), without_seat("2 05:00", "2 10:00", GUEST))
    assert len(planned(cracked(asked, STAYING, *both))) == 1
    assert "SEA-06" in refused(cracked(asked, STAYING, both[0], without_seat("2 05:01", "2 10:00", GUEST)))


def test_it_is_accepted_to_the_end_of_the_last_day_for_who_stays() -> None:
    asked = programme(liner(GUEST, fit=(GUEST,)), **CHANGING)
    until = without_seat("2 00:00", "9 00:00", GUEST, OTHER)
    assert len(planned(cracked(asked, until, without_seat("2 00:00", "5 00:00", UP)))) == 1
    assert refused(cracked(asked, until, without_seat("2 00:00", "4 23:59", UP))) == {"SEA-06"}


def test_who_stays_gives_up_a_seat_only_once_that_is_accepted() -> None:
    """The old ship is damaged and the new one goes home in its place: whoever came up in it carries the liner out."""
    over = activity("over", 60, kind="transfer", moves_liners=(ABOARD,), checks_fit=(ABOARD,), flight_days=(2,))
    out = activity("out", 60, kind="transfer", moves_liners=(UP,), flight_days=(2,), hours=("09:00", "09:30"))
    new = in_one_ship(programme(over, out, **CHANGING))
    others = without_seat("2 00:00", "9 00:00", ABOARD, OTHER)
    damaged = cracked(seated(new, (ABOARD, "ship-down"), (OTHER, "ship-down")), others, ship="ship-down")
    assert refused(damaged) == {"SEA-06"}

    def accepting(begins: str):
        more = (*damaged.flight.unseated, without_seat(begins, "9 00:00", UP))
        return evolve(damaged, flight=evolve(damaged.flight, unseated=more))

    assert len(planned(accepting("2 09:30"))) == 2
    assert "SEA-06" in refused(accepting("2 09:31"))


def test_what_was_carried_before_the_ships_changed_does_not_count() -> None:
    asked = programme(liner(GUEST, fit=(GUEST,)), **CHANGING)
    names = ((GUEST, "ship"), (UP, "ship"), (ABOARD, "ship-down"))
    then = seated(asked, *names)

    def since(moment):
        return evolve(then, flight=evolve(then.flight, seats_since=moment))

    assert len(planned(since(at(2, "00:00")))) == 1
    assert "SEA-02" in refused(since(at(2, "18:01")))
    unknown = evolve(since(at(2, "00:00")), flight=evolve(since(at(2, "00:00")).flight, seats=()))
    assert "SEA-02" in refused(unknown)  # of the resident too nothing is known then
