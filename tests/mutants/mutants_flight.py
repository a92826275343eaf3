"""Mutants of the flight's rules."""

from datetime import time, timedelta
from math import ceil

import numpy as np
from attrs import evolve
from herd import (
    asking,
    moved,
    mutant,
    of,
    on_the_limit,
    with_flight,
    with_one,
    with_programme,
    with_request,
    with_windows,
    without,
)

from hamsafar.domain.changes import Unfit, Unseated
from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import OpenSpan, Plan
from hamsafar.domain.programme import Seat
from hamsafar.orbit.trajectory import satrec
from hamsafar.timeline import Instant, Span, local_date, local_instant
from hamsafar.verify import physics
from handmade import ELEMENTS, ENGINEER, GUEST, HOST, SITES, ZONE, phase_at


def path_of(plan: Plan) -> physics.Path:
    """The path of the far plan."""
    return physics.HeldPath(plan.trajectory.held)


@on_the_limit("FLT-01")
def lift_off_a_minute_early(plan: Plan, step: int) -> Plan:
    window = plan.programme.flight.launch_window
    return with_request(plan, launch_window=Span(plan.flight.launch.launch.plus(minutes=step), window.end))


@mutant("FLT-01")
def lift_off_at_the_end(plan: Plan) -> Plan:
    window = plan.programme.flight.launch_window
    return with_request(plan, launch_window=Span(window.start, plan.flight.launch.launch))


def with_up(plan: Plan, **changes: object) -> Plan:
    return with_request(plan, ship_up=evolve(plan.programme.flight.ship_up, **changes))


@on_the_limit("FLT-02")
def offset_off(plan: Plan, step: int) -> Plan:
    offset = plan.programme.flight.ship_up.launches[0]  # lift-off was rounded to the second, hence 9 and 11
    launch, by_s = plan.flight.launch, 9 + 2 * step
    changed = with_flight(plan, launch=evolve(launch, crossing=launch.crossing.plus(seconds=-by_s)))
    return with_up(changed, launches=(evolve(offset, offset_s=offset.offset_s + by_s),))


@mutant("FLT-02", base="near")
def near_offset_off(plan: Plan) -> Plan:
    offset = plan.programme.flight.ship_up.launches[0]
    return with_up(plan, launches=(evolve(offset, offset_s=offset.offset_s - 11),))


@mutant("FLT-02")
def another_crossing_stated(plan: Plan) -> Plan:
    launch = plan.flight.launch
    return with_flight(plan, launch=evolve(launch, crossing=launch.crossing.plus(seconds=3)))


@mutant("FLT-02")
def another_azimuth_stated(plan: Plan) -> Plan:
    launch = plan.flight.launch
    return with_flight(plan, launch=evolve(launch, azimuth_deg=launch.azimuth_deg + 0.1))


@mutant("FLT-02")
def another_distance_from_the_plane_stated(plan: Plan) -> Plan:
    launch = plan.flight.launch
    return with_flight(plan, launch=evolve(launch, plane_offset_deg=launch.plane_offset_deg - 0.1))


@mutant("FLT-02")
def another_beta_stated(plan: Plan) -> Plan:
    launch = plan.flight.launch
    return with_flight(plan, launch=evolve(launch, beta_deg=launch.beta_deg + 0.1))


@mutant("FLT-02")
def another_sun_at_the_pad_stated(plan: Plan) -> Plan:
    launch = plan.flight.launch
    return with_flight(plan, launch=evolve(launch, pad_sun_elevation_deg=launch.pad_sun_elevation_deg + 0.1))


@mutant("FLT-05")
def another_crossrange_stated(plan: Plan) -> Plan:
    landing = plan.flight.landing
    return with_flight(plan, landing=evolve(landing, crossrange_km=landing.crossrange_km + 10))


@mutant("FLT-05")
def another_sun_at_landing_stated(plan: Plan) -> Plan:
    landing = plan.flight.landing
    return with_flight(plan, landing=evolve(landing, sun_elevation_deg=landing.sun_elevation_deg + 0.1))


@mutant("FLT-02")
def other_branch(plan: Plan) -> Plan:
    offset = plan.programme.flight.ship_up.launches[0]
    changed = with_flight(plan, launch=evolve(plan.flight.launch, branch="ascending"))
    return with_up(changed, launches=(evolve(offset, branch="ascending"),))


@mutant("FLT-02")
def held_plane_turned(plan: Plan) -> Plan:
    held = plan.trajectory.held  # a tenth of a degree of node is 24 s of the pad's way
    return evolve(plan, trajectory=evolve(plan.trajectory, held=evolve(held, raan_deg=held.raan_deg + 0.1)))


@on_the_limit("FLT-03")
def phase_outside(plan: Plan, step: int) -> Plan:
    profile = plan.programme.flight.ship_up.profiles[0]
    phase = phase_at(path_of(plan), plan.flight.launch.launch)
    low = phase + 0.19 + 0.02 * step
    return with_up(plan, profiles=(evolve(profile, phase_low_deg=low, phase_high_deg=low + 5),))


@on_the_limit("FLT-03")
def docking_late(plan: Plan, step: int) -> Plan:
    return with_flight(plan, docking=plan.flight.docking.plus(seconds=30 + step))


@mutant("FLT-03")
def profile_not_accepted(plan: Plan) -> Plan:
    return with_request(plan, profiles=("slow",))


@on_the_limit("FLT-04")
def stay_a_minute_short(plan: Plan, step: int) -> Plan:
    stay = plan.flight.aboard.seconds / 60
    return with_request(plan, stay_min=ceil(stay) + 10 + step, stay_tolerance_min=ceil(ceil(stay) + 10 - stay))


def with_return(plan: Plan, **changes: object) -> Plan:
    down = plan.programme.flight.ship_down
    return with_request(plan, ship_down=evolve(down, returns=(evolve(down.returns[0], **changes),)))


@on_the_limit("FLT-05")
def return_a_minute_long(plan: Plan, step: int) -> Plan:
    return with_return(plan, undocking_to_landing_min=330 - 12 - step)


@mutant("FLT-05")
def station_elsewhere(plan: Plan) -> Plan:
    return with_return(plan, station_lead_deg=plan.programme.flight.ship_down.returns[0].station_lead_deg + 6.2)


@mutant("FLT-05")
def site_too_far(plan: Plan) -> Plan:
    later = plan.flight.landing.landing.plus(minutes=60)  # an hour after the crossing
    across = abs(float(physics.Standing(path_of(plan), SITES[1], later, np.zeros(1)).off_plane_deg[0]))
    changed = with_flight(plan, landing=evolve(plan.flight.landing, landing=later))
    return with_return(changed, max_crossrange_deg=across - 0.06)


@mutant("FLT-03")
def docked_a_minute_later_than_the_host_says(plan: Plan) -> Plan:
    return with_request(plan, docking=plan.flight.docking.plus(minutes=-1))


@mutant("FLT-06")
def sun_too_low(plan: Plan) -> Plan:
    sun = physics.sun_elevation_deg(SITES[1], plan.flight.landing.landing, np.zeros(1))[0]
    return asking(plan, "FLT-06", "min_sun_elevation_deg", sun + 0.02)


@on_the_limit("FLT-07")
def handover_a_minute_short(plan: Plan, step: int) -> Plan:
    together = plan.flight.hatch_close.seconds_since(plan.flight.hatch_open) / 60
    return asking(plan, "FLT-07", "min_handover_d", (together + step) / 1_440)


@mutant("FLT-07")
def hatch_a_minute_early(plan: Plan) -> Plan:
    return with_flight(plan, hatch_open=plan.flight.hatch_open.plus(minutes=-1))


@on_the_limit("SEA-01")
def one_seat_short(plan: Plan, step: int) -> Plan:
    return with_up(plan, seats=2 - step)


@on_the_limit("SEA-01")
def one_seat_short_down(plan: Plan, step: int) -> Plan:
    return with_request(plan, ship_down=evolve(plan.programme.flight.ship_down, seats=2 - step))


@on_the_limit("SEA-02")
def liner_a_minute_late(plan: Plan, step: int) -> Plan:
    ahead = plan.flight.hatch_close.seconds_since(of(plan, "transfer", GUEST)[-1].end) / 60
    return asking(plan, "SEA-02", "before_close_min", ahead + step)


@mutant("SEA-02")
def nobody_moves_the_liner(plan: Plan) -> Plan:
    return with_one(plan, "activities", "liner", kind="handover")


@on_the_limit("SEA-01")
def one_seat_short_for_those_who_stay(plan: Plan, step: int) -> Plan:
    seats = tuple(Seat(person=who, ship="ship-down") for who in (HOST, ENGINEER))
    return with_up(with_request(plan, crew_down=(GUEST,), seats=seats), seats=3 - step)


@mutant("SEA-02")
def a_resident_leaves_in_the_new_ship(plan: Plan) -> Plan:
    return with_request(plan, ship_down=plan.programme.flight.ship_up)


@mutant("SEA-02")
def somebody_elses_liner(plan: Plan) -> Plan:
    return with_one(plan, "activities", "liner", moves_liners=(ENGINEER,))


def _tried(plan: Plan) -> Plan:
    return with_one(plan, "activities", "liner", moves_liners=(GUEST,), checks_fit=(GUEST,))


@on_the_limit("SEA-04")
def tried_a_minute_late(plan: Plan, step: int) -> Plan:
    undocking = plan.flight.landing.undocking
    ahead = undocking.seconds_since(of(plan, "transfer", GUEST)[-1].end) / 60
    return asking(_tried(plan), "SEA-04", "before_undocking_min", ahead + step)


@mutant("SEA-04")
def nobody_tries_the_seat(plan: Plan) -> Plan:
    return with_one(plan, "activities", "liner", moves_liners=(GUEST,))


@on_the_limit("SEA-04")
def tried_a_minute_before_it_was_moved(plan: Plan, step: int) -> Plan:
    moving = of(plan, "transfer", GUEST)[-1]
    trying = with_one(plan, "activities", "link", checks_fit=(GUEST,))
    trying = with_one(trying, "activities", "liner", moves_liners=(GUEST,))
    trying = without(asking(trying, "SEA-04", "before_undocking_min", 0), "link#2")
    return moved(trying, "link#1", moving.end.plus(minutes=-step))


def _staying(plan: Plan) -> Plan:
    """The engineer's seat is in the ship that leaves, and the transfer carries their liner out of it too."""
    sits = with_request(plan, seats=(Seat(person=ENGINEER, ship="ship-down"),))
    return with_one(sits, "activities", "liner", moves_liners=(GUEST, ENGINEER), checks_fit=(GUEST,))


@on_the_limit("SEA-05")
def out_of_the_ship_a_minute_late(plan: Plan, step: int) -> Plan:
    carrying = of(plan, "transfer", GUEST)[-1]
    return with_flight(_staying(plan), hatch_close=carrying.end.plus(minutes=-step))


@mutant("SEA-05")
def left_without_a_seat(plan: Plan) -> Plan:
    return with_one(_staying(plan), "activities", "liner", moves_liners=(GUEST,))


def _cracked(plan: Plan, ship: str = "ship-up", **ends: Instant) -> Plan:
    """A ship is not fit from hatch opening on; everybody without a seat is accepted, up to `ends` or the last day."""
    opens, last = plan.flight.hatch_open, plan.flight.landing.landing.plus(days=1)
    who = {person.replace("-", "_"): person for person in (GUEST, "commander-up", HOST, ENGINEER)}
    accepted = (
        Unseated(people=(person,), span=Span(opens, ends.get(name, last)), accepted_by="host")
        for name, person in who.items()
    )
    return with_request(plan, unfit=(Unfit(ship=ship, since=opens),), unseated=tuple(accepted))


@on_the_limit("SEA-06")
def seated_a_minute_after_it_was_accepted(plan: Plan, step: int) -> Plan:
    return _cracked(plan, trainee_prime=of(plan, "transfer", GUEST)[-1].end.plus(minutes=-step))


@on_the_limit("SEA-06")
def without_a_seat_for_a_minute_more(plan: Plan, step: int) -> Plan:
    undocking = plan.flight.landing.undocking
    midnight = local_instant(local_date(undocking, ZONE) + timedelta(days=1), time(), ZONE)
    return _cracked(plan, commander_up=midnight.plus(minutes=-step))


@on_the_limit("SEA-06")
def accepted_a_minute_late(plan: Plan, step: int) -> Plan:
    cracked = _cracked(plan)
    later = tuple(
        evolve(one, span=Span(one.span.start.plus(minutes=step), one.span.end))
        for one in cracked.programme.flight.unseated
    )
    return with_request(cracked, unseated=later)


@mutant("SEA-06")
def nobody_accepted_it(plan: Plan) -> Plan:
    return with_request(_cracked(plan), unseated=())


@mutant("SEA-06")
def accepted_for_somebody_else(plan: Plan) -> Plan:
    cracked = _cracked(plan)
    but_one = tuple(one for one in cracked.programme.flight.unseated if one.people != ("commander-up",))
    return with_request(cracked, unseated=but_one)


@mutant("SEA-06")
def carried_over_before_the_ships_changed(plan: Plan) -> Plan:
    seated = tuple(Seat(person=one, ship="ship-up") for one in (GUEST, "commander-up"))
    since = of(plan, "transfer", GUEST)[-1].end
    cracked = _cracked(plan, trainee_prime=since)
    return with_request(cracked, seats=seated, seats_since=since)


@mutant("SEA-07")
def home_in_the_cracked_ship(plan: Plan) -> Plan:
    return _cracked(plan, "ship-down")


@mutant("SEA-07")
def cracked_only_on_the_last_day(plan: Plan) -> Plan:
    day_before = plan.flight.landing.undocking.plus(days=-1)
    return with_request(plan, unfit=(Unfit(ship="ship-down", since=day_before),))


@mutant("FLT-07")
def handed_over_to_one_resident(plan: Plan) -> Plan:
    return with_flight(with_request(plan, crew_aboard=(HOST,)), hatch_open=plan.flight.hatch_close.plus(days=-1))


@on_the_limit("SEA-03")
def one_bed_short(plan: Plan, step: int) -> Plan:
    return with_programme(plan, station=evolve(plan.programme.station, sleep_places=4 - step))


@mutant("FOR-01")
def claims_to_know(plan: Plan) -> Plan:
    return evolve(plan, trajectory=evolve(plan.trajectory, basis="near", held=None))


@mutant("FOR-01")
def windows_claim_to_know(plan: Plan) -> Plan:
    return with_windows(plan, "relay", basis="near")


@mutant("FOR-01")
def windows_with_a_sigma(plan: Plan) -> Plan:
    spans = next(w for w in plan.windows if w.kind == "darkness").spans
    return with_windows(plan, "darkness", spans=(evolve(spans[0], sigma_s=1.0), *spans[1:]))


@mutant("FOR-01", base="near")
def windows_without_a_sigma(plan: Plan) -> Plan:
    spans = next(w for w in plan.windows if w.kind == "relay").spans
    return with_windows(plan, "relay", spans=(evolve(spans[0], sigma_s=None), *spans[1:]))


@mutant("FOR-01", base="near")
def windows_surer_than_the_forecast(plan: Plan) -> Plan:
    spans = next(w for w in plan.windows if w.kind == "relay").spans
    return with_windows(plan, "relay", spans=tuple(evolve(span, sigma_s=0.1) for span in spans))


@mutant("FOR-01", base="near")
def threshold_below_the_sigma(plan: Plan) -> Plan:
    return asking(plan, "FOR-01", "max_phase_sigma_deg", 0.01)


def newer(elements: Elements, *, hours: float = 2.0, boosted_deg_d: float = 0.0) -> Elements:
    """What the same orbit looks like some hours later, by SGP4's secular rates, or after a boost half-way."""
    record, turned_deg = satrec(elements), boosted_deg_d * hours / 48
    rates = {"raan_deg": record.nodedot, "argument_of_perigee_deg": record.argpdot, "mean_anomaly_deg": record.mdot}
    angles = {name: getattr(elements, name) + np.degrees(rate) * hours * 60 for name, rate in rates.items()}
    angles["mean_anomaly_deg"] += turned_deg
    return evolve(
        elements,
        epoch=elements.epoch.plus(hours=hours),
        mean_motion_rev_d=elements.mean_motion_rev_d + boosted_deg_d / 360,
        text=(),
        **{name: float(angle % 360) for name, angle in angles.items()},
    )


@mutant("FOR-01")
def elements_from_the_future(plan: Plan) -> Plan:
    return with_programme(plan, as_of=ELEMENTS.epoch.plus(seconds=-1))


@mutant("FOR-01")
def newer_elements_left_out(plan: Plan) -> Plan:
    return with_programme(plan, elements=(ELEMENTS, newer(ELEMENTS)))


@mutant("FOR-01", base="near")
def a_boost_that_two_sets_show_is_not_believed(plan: Plan) -> Plan:
    risen = newer(ELEMENTS, boosted_deg_d=-5.0)  # by 4 km
    return with_programme(plan, elements=(ELEMENTS, risen, newer(risen)))


@mutant("FOR-01", base="near")
def a_doubt_of_the_newest_set_is_not_told(plan: Plan) -> Plan:
    """It puts the station 30 deg elsewhere: the phase is known no better than that."""
    later = newer(ELEMENTS)
    elsewhere = evolve(later, mean_anomaly_deg=(later.mean_anomaly_deg + 30) % 360)
    return with_programme(plan, elements=(ELEMENTS, elsewhere))


@mutant("FOR-01", base="near")
def near_though_the_launch_itself_knows_less(plan: Plan) -> Plan:
    return with_flight(plan, launch=evolve(plan.flight.launch, phase_sigma_deg=5.1))


@mutant("FOR-01", base="near")
def lines_and_numbers_differ(plan: Plan) -> Plan:
    other = evolve(ELEMENTS, inclination_deg=ELEMENTS.inclination_deg + 0.001)
    changed = with_programme(plan, elements=(other,))
    return evolve(changed, trajectory=evolve(plan.trajectory, elements=other))


@mutant("FOR-01")
def held_at_another_altitude(plan: Plan) -> Plan:
    held = plan.trajectory.held
    other = evolve(held, semi_major_axis_km=held.semi_major_axis_km + 12.1)
    return evolve(plan, trajectory=evolve(plan.trajectory, held=other))


@mutant("WIN-01")
def window_too_long(plan: Plan) -> Plan:
    return _longer(plan, "relay", 12.0)


@mutant("WIN-01")
def pass_too_long(plan: Plan) -> Plan:
    return _longer(plan, "pass", 12.0)


@mutant("WIN-01")
def night_too_long(plan: Plan) -> Plan:
    return _longer(plan, "darkness", 12.0)


@mutant("WIN-01")
def target_too_long(plan: Plan) -> Plan:
    return _longer(plan, "daylight-target", 12.0)


@mutant("WIN-01")
def prayer_too_long(plan: Plan) -> Plan:
    return _longer(plan, "prayer", 12.0)


def _longer(plan: Plan, kind: str, by_s: float) -> Plan:
    """The second window of a kind opens earlier: its true end lies at most 4 s outside, the tolerance is 5 s."""
    list_ = next(w for w in plan.windows if w.kind == kind)
    first, second, *rest = list_.spans
    early = evolve(second, start=second.start.plus(seconds=-by_s))
    return evolve(
        plan, windows=tuple(evolve(w, spans=(first, early, *rest)) if w is list_ else w for w in plan.windows)
    )


def _link_window(plan: Plan) -> tuple[Instant, Instant]:
    link = next(p for p in plan.placements if p.id == "link#1")
    return link.start, link.end


@on_the_limit("WIN-01", base="near")
def margin_a_second_short(plan: Plan, step: int) -> Plan:
    start, end = _link_window(plan)
    span = OpenSpan(start=start.plus(seconds=-2 + step), end=end.plus(seconds=2), sigma_s=2.0)
    return with_windows(plan, "relay", spans=(span,), known=(Span(start, end),)) if step else _only(plan, span)


def _only(plan: Plan, span: OpenSpan) -> Plan:
    """The plan with the other relay window that the other link needs left as it is."""
    list_ = next(w for w in plan.windows if w.kind == "relay")
    rest = tuple(s for s in list_.spans if not s.span.overlaps(span.span))
    return with_windows(plan, "relay", spans=(*rest, span))


@mutant("WIN-01")
def no_such_windows(plan: Plan) -> Plan:
    return evolve(plan, windows=tuple(w for w in plan.windows if w.kind != "relay"))


@mutant("FOR-01", base="near")
def every_sigma_as_small_as_the_first(plan: Plan) -> Plan:
    """The margin of WIN-01 can't be shrunk by stating one small sigma for the whole stay."""
    lists = tuple(
        list_ if list_.kind == "prayer" else evolve(list_, spans=tuple(evolve(s, sigma_s=0.3) for s in list_.spans))
        for list_ in plan.windows
    )
    return evolve(plan, windows=lists)


@mutant("FOR-01", base="near")
def a_landing_called_provisional(plan: Plan) -> Plan:
    return with_flight(plan, landing=evolve(plan.flight.landing, basis="far"))


@mutant("FOR-01")
def nobody_is_warned(plan: Plan) -> Plan:
    return evolve(plan, warnings=())


@mutant("FOR-01")
def elements_said_to_be_younger(plan: Plan) -> Plan:
    return with_flight(plan, launch=evolve(plan.flight.launch, elements_age_d=1.0))


@mutant("FOR-01")
def a_lift_off_known_better_than_it_can_be(plan: Plan) -> Plan:
    return with_flight(plan, launch=evolve(plan.flight.launch, sigma_s=1.0))


@mutant("FOR-01")
def a_landing_without_spread(plan: Plan) -> Plan:
    return with_flight(plan, landing=evolve(plan.flight.landing, sigma_s=0.0))


@mutant("FOR-01")
def foreign_elements(plan: Plan) -> Plan:
    other = evolve(plan.trajectory.elements, name="another", revolution=plan.trajectory.elements.revolution + 1)
    return evolve(plan, trajectory=evolve(plan.trajectory, elements=other))


@mutant("FLT-05")
def braking_two_minutes_early(plan: Plan) -> Plan:
    landing = plan.flight.landing
    return with_flight(plan, landing=evolve(landing, deorbit=landing.deorbit.plus(minutes=-2)))


@mutant("FLT-01")
def a_backup_before_the_launch(plan: Plan) -> Plan:
    return with_flight(plan, backups=(plan.flight.launch.launch.plus(minutes=-1),))


@mutant("FLT-03", base="near")
def a_phase_misstated(plan: Plan) -> Plan:
    launch = plan.flight.launch
    assert launch.phase_deg is not None
    return with_flight(plan, launch=evolve(launch, phase_deg=(launch.phase_deg + 1.0) % 360))


@mutant("FLT-03")
def a_phase_misstated_from_afar(plan: Plan) -> Plan:
    elements, launch = plan.trajectory.elements, plan.flight.launch.launch
    foretold = phase_at(physics.Sgp4Path(elements), launch)  # what is stated is a forecast, not the orbit held
    return with_flight(plan, launch=evolve(plan.flight.launch, phase_deg=(foretold + 1.0) % 360, phase_sigma_deg=50.0))


@mutant("FLT-03")
def flown_though_said_to_be_impossible(plan: Plan) -> Plan:
    launch = plan.flight.launch
    answers = tuple(evolve(answer, feasible="no") for answer in launch.profiles)
    return with_flight(plan, launch=evolve(launch, profiles=answers))


@mutant("FOR-01")
def docking_surer_than_lift_off(plan: Plan) -> Plan:
    return with_flight(plan, docking_sigma_s=1.0)


@mutant("FOR-01", base="near")
def near_landing_surer_than_the_phase(plan: Plan) -> Plan:
    return with_flight(plan, landing=evolve(plan.flight.landing, sigma_s=0.05))


@mutant("FOR-01")
def landing_on_other_elements(plan: Plan) -> Plan:
    landing = plan.flight.landing
    return with_flight(plan, landing=evolve(landing, elements_age_d=landing.elements_age_d - 1.0))
