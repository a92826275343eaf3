"""What a change says of ships and days: where liners are then, who is accepted without a seat, what is done when."""

from __future__ import annotations

from attrs import evolve

from changing import UNDOCKING, after, small_plan, told
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Seat
from hamsafar.timeline import Instant

ABOARD = "2027-06-12T00:00Z"  # the guest is aboard, and has run once
HEAD = f"now: {ABOARD}\n"


def seats(text: str, plan: Plan | None = None) -> dict[str, str]:
    return {seat.person: seat.ship for seat in after(HEAD + text, plan).flight.seats}


def carried() -> Plan:
    """The first run was a transfer of the guest's liner."""
    plan = small_plan()
    activities = tuple(
        evolve(one, kind="transfer", moves_liners=("trainee-prime",)) if one.id == "run" else one
        for one in plan.programme.activities
    )
    return evolve(plan, programme=evolve(plan.programme, activities=activities))


def test_another_ship_goes_home_and_liners_are_where_they_were_carried() -> None:
    request = after(HEAD + "ships: {down: ship-up}").flight
    assert request.ship_down == request.ship_up
    assert request.seats_since == Instant.parse(ABOARD)
    everybody = {"commander-up": "ship-up", "trainee-prime": "ship-up", "commander-aboard": "ship-down"}
    assert seats("ships: {down: ship-up}") == everybody
    assert seats("ships: {down: ship-up}", carried()) == everybody | {"trainee-prime": "ship-down"}


def test_a_transfer_that_was_missed_or_is_still_to_come_carries_nothing() -> None:
    missed = "happened: [{placement: 'run#1', attended: false}]\nships: {down: ship-up}"
    assert seats(missed, carried())["trainee-prime"] == "ship-up"
    sooner = after("now: 2027-06-11T02:00Z\nships: {down: ship-up}", carried()).flight
    assert Seat(person="trainee-prime", ship="ship-up") in sooner.seats


def test_a_second_change_begins_with_the_seats_of_the_first() -> None:
    plan = carried()
    once = evolve(plan, programme=after(HEAD + "ships: {down: ship-up}", plan))
    again = after("now: 2027-06-12T01:00Z\nships: {down: ship-next}", once).flight
    assert {seat.person: seat.ship for seat in again.seats} == {
        "commander-up": "ship-up", "trainee-prime": "ship-down", "commander-aboard": "ship-down",
    }  # fmt: skip
    assert (again.ship_down.id, again.ship_down.seats) == ("ship-next", 3)


def test_before_docking_only_the_ship_is_another_one() -> None:
    request = after("now: 2027-06-01T00:00Z\nships: {down: ship-next}").flight
    assert (request.ship_down.id, request.seats, request.seats_since) == ("ship-next", (), None)


def test_what_is_unfit_and_accepted_adds_up_and_a_ship_is_said_anew() -> None:
    without = "without_seat: [{people: [trainee-prime], to: 2027-06-13, accepted_by: host}]"
    first = f"ships: {{unfit: [{{ship: ship-down, why: a crack}}], {without}}}"
    once = evolve(small_plan(), programme=after(HEAD + first))
    second = "now: 2027-06-12T06:00Z\nships: {unfit: [{ship: ship-down, from: 2027-06-12T01:00Z, why: two cracks}]}"
    request = after(second, once).flight
    assert [(one.ship, one.since.iso(), one.reason) for one in request.unfit] == [
        ("ship-down", "2027-06-12T01:00:00Z", "two cracks")
    ]
    (accepted,) = request.unseated
    assert accepted.people == ("trainee-prime",)
    assert (accepted.span.start, accepted.span.end) == (
        Instant.parse(ABOARD), Instant.parse("2027-06-13T16:00Z"),
    )  # the day's end at the station  # fmt: skip


def test_who_goes_home_may_be_others() -> None:
    request = after(HEAD + "ships: {crew_down: [commander-up, trainee-prime]}").flight
    assert request.crew_down == ("commander-up", "trainee-prime")


def test_what_makes_no_sense_is_told_with_its_place() -> None:
    def what(text: str) -> list[str]:
        return [f"{where.split()[-1]}: {said}" for where, said in told(text)]

    assert what("ships: {}") == ["ships: says nothing"]
    (said,) = what(HEAD + "ships: {crew_down: [teacher]}")
    assert said.startswith("ships.crew_down[0]: is not the name of somebody aboard")
    (said,) = what("ships: {unfit: [{ship: ship-down}]}")
    assert said == "ships.unfit[0]: should say `from`, since the change says no `now`"
    backwards = "ships: {without_seat: [{people: [trainee-prime], to: 2027-06-01, accepted_by: host}]}"
    (said,) = what(HEAD + backwards)
    assert said.startswith("ships.without_seat[0].to: ends before it starts")
    (said,) = what(HEAD + backwards.replace("host", "nobody").replace("-06-01", "-07-01"))
    assert said.startswith("ships.without_seat[0].accepted_by: is not the name of an agency or a person")
    gone = f"now: {UNDOCKING.plus(hours=1).iso()}\nships: {{down: ship-up}}"
    (said,) = what(gone)
    assert said.startswith("ships: cannot change: the ship has undocked")


# Days, and what may be left out


def flight_days(of: str, text: str) -> tuple[int, ...]:
    return after(text).activity(of).flight_days


def test_other_days_take_the_place_of_those_to_come() -> None:
    assert flight_days("fajr", "now: 2027-06-12T22:00Z\nflight_days: [{of: fajr, days: [7, 5]}]") == (1, 2, 3, 5, 7)
    assert flight_days("fajr", "flight_days: [{of: fajr, days: [7, 5]}]") == (5, 7)  # nothing is past


def test_the_day_of_something_done_stays() -> None:
    now = "now: 2027-06-11T03:00Z\n"  # on flight day 2, after the first run
    assert flight_days("run", now + "flight_days: [{of: run, days: [6]}]") == (2, 6)


def test_what_was_mandatory_may_be_left_out_now() -> None:
    run = after(HEAD + "optional: [{of: run, value: 7}]").activity("run")
    assert (run.optional, run.value) == (True, 7)


def test_what_is_over_or_dropped_or_unknown_is_told() -> None:
    def what(text: str) -> list[str]:
        return [f"{where.split()[-1]}: {said}" for where, said in told(HEAD + text)]

    assert what("optional: [{of: setup}]") == ["optional[0].of: 'setup' has happened already, and what is past stays"]
    assert what("drop: [picture]\nflight_days: [{of: picture, days: [4]}]") == [
        "flight_days[0].of: 'picture' is dropped by the same change"
    ]
    (said,) = what("flight_days: [{of: pictures, days: [4]}]")
    assert said.startswith("flight_days[0].of: is not the name of an activity")
    (said,) = what("flight_days: [{of: picture, days: [0]}]")
    assert said.startswith("flight_days[0].days[0]: ")
