"""Weeks of a CubeSat broken under one rule each; exact ones stand on the limit (step 0) or just beyond (step 1)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import evolve, frozen

from hamsafar.domain.lunar import Booking, Spread, Station
from hamsafar.domain.operations import OperationsPlan, OperationsWindow, Sent, StateRow
from hamsafar.domain.orbits import Burn
from hamsafar.domain.places import Horizon, HorizonPoint
from hamsafar.timeline import Span
from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.operations.timing import estimated_s, release_of
from operated_day import (
    MINUTES,
    PICTURE_KBIT,
    START,
    adding,
    asking,
    at,
    leaving_out,
    moved,
    plan,
    spans_of,
    task,
    with_task,
    with_window,
    without,
)

Plan = OperationsPlan


@frozen
class Broken:
    """A way to break one rule, and which others it breaks besides, because it can't be otherwise."""

    rule: str
    name: str
    make: Callable[[Plan, int], Plan]
    exact: bool
    also: frozenset[str]

    def plan(self, step: int = 1) -> Plan:
        """The mutated plan."""
        return self.make(plan(), step)


FLOCK: list[Broken] = []


def broken(rule: str, *also: str) -> Callable[[Callable[[Plan], Plan]], Callable[[Plan], Plan]]:
    """Registers a plan broken under one rule."""

    def register(make: Callable[[Plan], Plan]) -> Callable[[Plan], Plan]:
        FLOCK.append(Broken(rule, make.__name__, lambda plan_, _: make(plan_), False, frozenset(also)))
        return make

    return register


def on_limit(rule: str, *also: str) -> Callable[[Callable[[Plan, int], Plan]], Callable[[Plan, int], Plan]]:
    """Registers a plan that stands on a limit (step 0) or one step beyond (step 1)."""

    def register(make: Callable[[Plan, int], Plan]) -> Callable[[Plan, int], Plan]:
        FLOCK.append(Broken(rule, make.__name__, make, True, frozenset(also)))
        return make

    return register


def mission_with(plan_: Plan, **changes) -> Plan:
    """The mission's file changed."""
    return evolve(plan_, mission=evolve(plan_.mission, **changes))


def power_with(plan_: Plan, **changes) -> Plan:
    """What it says of power changed."""
    return mission_with(plan_, power=evolve(plan_.mission.power, **changes))


def link_with(plan_: Plan, **changes) -> Plan:
    """The downlink changed."""
    return mission_with(plan_, links=(evolve(plan_.mission.links[0], **changes),))


def station_with(plan_: Plan, id_: str, **changes) -> Plan:
    """One station changed."""
    every = tuple(evolve(each, **changes) if each.id == id_ else each for each in plan_.mission.stations)
    return mission_with(plan_, stations=every)


def target_with(plan_: Plan, id_: str, **changes) -> Plan:
    """One target changed."""
    every = tuple(evolve(each, **changes) if each.id == id_ else each for each in plan_.mission.targets)
    return mission_with(plan_, targets=every)


def step_with(plan_: Plan, id_: str, **changes) -> Plan:
    """One step of upkeep changed."""
    every = plan_.mission.operations.upkeep
    return asking(plan_, upkeep=tuple(evolve(each, **changes) if each.id == id_ else each for each in every))


def only_window(plan_: Plan, kind: str, of: str, start: float, end: float) -> Plan:
    """The openings of one list cut down to one of these minutes."""
    spans = tuple(evolve(span, start=at(start), end=at(end)) for span in spans_of(kind, of)[:1])
    return evolve(
        plan_, windows=tuple(evolve(w, spans=spans) if (w.kind, w.of) == (kind, of) else w for w in plan_.windows)
    )


# OPS-01


@on_limit("OPS-01")
def past_the_end(plan_: Plan, step: int) -> Plan:
    late = task("listen#1", "upkeep", MINUTES - 15 + step, MINUTES + step, "rest")
    return adding(leaving_out(plan_), late)


@on_limit("OPS-01")
def longer_than_the_exposure(plan_: Plan, step: int) -> Plan:
    return with_task(plan_, "home#1", end=at(201 + step))


@on_limit("OPS-01")
def shorter_than_the_step(plan_: Plan, step: int) -> Plan:
    return with_task(plan_, "deploy#1", end=at(40 - step))


@broken("OPS-01")
def two_of_one_id(plan_: Plan) -> Plan:
    return adding(leaving_out(plan_), task("calibrate#1", "upkeep", 1_300, 1_315, "rest", of="listen"))


@broken("OPS-01")
def nobody_asked(plan_: Plan) -> Plan:
    return adding(plan_, task("dance#1", "upkeep", 1_300, 1_315, "rest"))


@broken("OPS-01")
def another_mode(plan_: Plan) -> Plan:
    return with_task(plan_, "calibrate#1", mode="safe")


@broken("OPS-01")
def a_picture_in_another_mode(plan_: Plan) -> Plan:
    return with_task(plan_, "home#1", mode="rest")


@broken("OPS-01")
def sent_in_another_mode(plan_: Plan) -> Plan:
    return with_task(plan_, "tx#2", mode="safe")


@broken("OPS-01")
def sent_by_nothing_of_the_file(plan_: Plan) -> Plan:
    return with_task(plan_, "tx#2", of="nonsense")


@broken("OPS-01")
def sent_by_the_uplink(plan_: Plan) -> Plan:
    up = evolve(plan_.mission.links[0], id="up", direction="up", craft_noise_k=300.0)
    return with_task(mission_with(plan_, links=(*plan_.mission.links, up)), "tx#2", of="up")


@broken("OPS-01", "OPS-04", "OPS-08", "OPS-09", "OPS-13", "OPS-14")
def a_picture_of_a_target_instead_of_a_wish(plan_: Plan) -> Plan:
    wishes = plan_.mission.operations.images
    told = leaving_out(plan_, "listen#1", "home#1")
    return with_task(evolve(asking(told, images=wishes), home=("plain#1",)), "home#1", of="earth")


# OPS-02


@on_limit("OPS-02")
def picture_before_the_end_of_commissioning(plan_: Plan, step: int) -> Plan:
    free = asking(moved(plan_, "hello#1", 120 + step), slew_min=0, settle_min=0)  # 180 to 200
    return with_task(free, "home#1", start=at(200 + step), end=at(201 + step)) if step == 0 else _early(free)


def _early(plan_: Plan) -> Plan:
    """The picture two minutes before the last of commissioning, so that they don't overlap."""
    return with_task(moved(plan_, "hello#1", 1), "home#1", start=at(180), end=at(181))


@broken("OPS-02")
def hello_before_deploy(plan_: Plan) -> Plan:
    return moved(plan_, "deploy#1", 125)  # 135 to 165


@on_limit("OPS-02")
def listen_after_calibrating(plan_: Plan, step: int) -> Plan:
    return adding(leaving_out(plan_), task("listen#1", "upkeep", 1_110 - 30 * step, 1_125 - 30 * step, "rest"))


# OPS-03


@on_limit("OPS-03")
def too_little_time_to_turn(plan_: Plan, step: int) -> Plan:
    return moved(plan_, "tx#1", 74 + step)  # ends six minutes before the picture, five


@on_limit("OPS-03")
def two_at_once(plan_: Plan, step: int) -> Plan:
    return moved(plan_, "tx#1", -20 - step)  # right after hello, which points to the Earth too


@on_limit("OPS-03")
def no_time_to_turn_to_another_picture(plan_: Plan, step: int) -> Plan:
    return moved(plan_, "plain#1", 207 - 800 - step) if step else moved(plan_, "plain#1", 207 - 800)


# OPS-04

_SPREAD = Spread(velocity_m_s=(0.0, 0.1, 0.0))


def _uncertain(plan_: Plan, kind: str, of: str | None, share: float | None) -> Plan:
    """A release so uncertain that it matters; every window states its sigma, the last of one list a share."""
    spread = mission_with(plan_, spread=_SPREAD)
    case = OperationsCase(spread, {})

    def told(window: OperationsWindow) -> OperationsWindow:
        ends = np.array([case.s(span.end) for span in window.spans])
        least, most = estimated_s(release_of(case), ends)
        mine = (window.kind, window.of) == (kind, of)
        scaled = None if share is None else share * least[-1]
        figures = [*most[:-1], scaled if mine else most[-1]]
        each = zip(window.spans, figures, strict=True)
        return evolve(window, spans=tuple(evolve(span, sigma_s=figure) for span, figure in each))

    return evolve(spread, windows=tuple(told(window) for window in spread.windows))


@on_limit("OPS-04")
def picture_beyond_its_window(plan_: Plan, step: int) -> Plan:
    end = spans_of("target", "home")[0].end.plus(seconds=step)
    return with_task(plan_, "home#1", start=end.plus(minutes=-1), end=end)


@on_limit("OPS-04")
def too_near_an_uncertain_end(plan_: Plan, step: int) -> Plan:
    left_s = spans_of("target", "home")[0].end.seconds_since(at(201))
    return with_window(plan_, "target", "home", 0, sigma_s=left_s / 2 + step)


@on_limit("OPS-04")
def view_said_to_last_longer(plan_: Plan, step: int) -> Plan:
    end = spans_of("target", "home")[0].end
    return with_window(plan_, "target", "home", 0, end=end.plus(seconds=3 + 17 * step))


@on_limit("OPS-04")
def view_said_to_begin_earlier(plan_: Plan, step: int) -> Plan:
    start = spans_of("target", "plain")[1].start
    return with_window(plan_, "target", "plain", 1, start=start.plus(seconds=-3 - 17 * step))


@broken("OPS-04")
def no_view_stated(plan_: Plan) -> Plan:
    return evolve(plan_, windows=tuple(each for each in plan_.windows if each.of != "home"))


@broken("OPS-04")
def in_the_dark(plan_: Plan) -> Plan:
    return target_with(only_window(plan_, "target", "plain", 780, 820), "plain", min_sun_elevation_deg=60.0)


@broken("OPS-04")
def said_to_be_in_view_of_the_sun(plan_: Plan) -> Plan:
    wrong = only_window(plan_, "target", "home", 480, 520)
    return moved(wrong, "home#1", 300)


@on_limit("OPS-04")
def views_half_as_uncertain_as_the_release(plan_: Plan, step: int) -> Plan:
    return _uncertain(plan_, "target", "plain", 0.51 - 0.02 * step)


@broken("OPS-04")
def views_certain_though_the_release_is_not(plan_: Plan) -> Plan:
    return _uncertain(plan_, "target", "plain", None)


# OPS-05


@on_limit("OPS-05")
def contacts_half_as_uncertain_as_the_release(plan_: Plan, step: int) -> Plan:
    return _uncertain(plan_, "contact", "west", 0.51 - 0.02 * step)


@broken("OPS-05")
def contacts_certain_though_the_release_is_not(plan_: Plan) -> Plan:
    return _uncertain(plan_, "contact", "west", None)


@on_limit("OPS-05")
def sends_beyond_its_contact(plan_: Plan, step: int) -> Plan:
    end = spans_of("contact", "west")[0].end.plus(seconds=step)
    shorter = moved(plan_, "home#1", -65)  # 135
    return with_task(shorter, "tx#1", start=end.plus(minutes=-20), end=end)


@on_limit("OPS-05")
def contact_too_uncertain(plan_: Plan, step: int) -> Plan:
    left_s = at(1_450).seconds_since(spans_of("contact", "west")[2].start)
    return with_window(plan_, "contact", "west", 2, sigma_s=left_s / 2 + step)


@on_limit("OPS-05")
def contact_said_to_last_longer(plan_: Plan, step: int) -> Plan:
    end = spans_of("contact", "east")[1].end  # it sets
    return with_window(plan_, "contact", "east", 1, end=end.plus(seconds=3 + 17 * step))


@on_limit("OPS-05")
def contact_said_to_outlast_the_moon(plan_: Plan, step: int) -> Plan:
    end = spans_of("contact", "east")[0].end  # the Moon comes between
    return with_window(plan_, "contact", "east", 0, end=end.plus(seconds=3 + 17 * step))


@broken("OPS-05", "OPS-12")
def sends_through_the_moon(plan_: Plan) -> Plan:
    through = only_window(plan_, "contact", "west", 1_285, 1_500)
    return moved(evolve(through, tasks=plan_.tasks), "tx#3", 1_285 - 1_450)


@broken("OPS-05")
def sends_to_nobody(plan_: Plan) -> Plan:
    return with_task(plan_, "tx#1", station=None)


@broken("OPS-05")
def sends_to_the_other_station(plan_: Plan) -> Plan:
    return with_task(plan_, "tx#1", station="east")


@broken("OPS-05")
def certain_beyond_certainty(plan_: Plan) -> Plan:
    return with_window(plan_, "contact", "west", 2, sigma_s=-60.0)


@broken("OPS-05", "OPS-12")
def link_too_weak(plan_: Plan) -> Plan:
    return link_with(plan_, craft_power_w=0.02)


@broken("OPS-05", "OPS-12")
def behind_a_mountain(plan_: Plan) -> Plan:
    wall = Horizon(points=(HorizonPoint(azimuth_deg=0.0, elevation_deg=80.0),))
    station: Station = plan_.mission.stations[1]
    return station_with(plan_, "west", site=evolve(station.site, horizon=wall))


# OPS-06


@on_limit("OPS-06")
def before_the_booking(plan_: Plan, step: int) -> Plan:
    return station_with(plan_, "east", booked=(Booking(span=Span(at(880 + step), at(910))),))


@on_limit("OPS-06")
def beyond_the_booking(plan_: Plan, step: int) -> Plan:
    two = Booking(span=Span(at(890), at(910 - step))), Booking(span=Span(at(870), at(890)))
    return station_with(plan_, "east", booked=two)


@on_limit("OPS-06")
def between_two_bookings(plan_: Plan, step: int) -> Plan:
    two = Booking(span=Span(at(870), at(890))), Booking(span=Span(at(890 + step), at(920)))
    return station_with(plan_, "east", booked=two)


@on_limit("OPS-06")
def one_booking_within_another(plan_: Plan, step: int) -> Plan:
    two = Booking(span=Span(at(870), at(910 - step))), Booking(span=Span(at(880), at(890)))
    return station_with(plan_, "east", booked=two)


@on_limit("OPS-06")
def while_closed(plan_: Plan, step: int) -> Plan:
    return station_with(plan_, "west", closed=(Booking(span=Span(at(1_300), at(1_450 + step)), note="repairs"),))


# OPS-07


@on_limit("OPS-07")
def on_too_long(plan_: Plan, step: int) -> Plan:
    return asking(plan_, longest_transmission_min=30 - step)


@on_limit("OPS-07")
def on_too_shortly(plan_: Plan, step: int) -> Plan:
    return asking(plan_, shortest_transmission_min=20 + step)


@on_limit("OPS-07")
def too_little_rest(plan_: Plan, step: int) -> Plan:
    return asking(plan_, transmitter_rest_min=540 + step)


@on_limit("OPS-07")
def too_much_in_a_day(plan_: Plan, step: int) -> Plan:
    return asking(plan_, transmitter_min_a_day=80 - step)


@on_limit("OPS-07")
def too_much_in_a_day_that_begins_within_one(plan_: Plan, step: int) -> Plan:
    early = asking(moved(plan_, "tx#1", -70), commissioning=(), upkeep=plan_.mission.operations.upkeep)
    early = without(early, "deploy#1", "hello#1")
    early = with_task(early, "tx#1", sends=())
    early = with_task(early, "tx#3", sends=early.tasks[-1].sends[:1])
    # 30 to 50, 880 to 910, 1450 to 1480: the day from 40 on, or that to 1470, has 70 minutes
    return asking(early, transmitter_min_a_day=70 - step, contact_every_min=None)


# OPS-08


@on_limit("OPS-08")
def store_runs_over(plan_: Plan, step: int) -> Plan:
    most = 100 + 880 + 50 + 2 * PICTURE_KBIT - 150  # when the second transmission starts
    return asking(plan_, store_kbit=most - 0.01 * step)


@on_limit("OPS-08")
def store_runs_over_at_the_end(plan_: Plan, step: int) -> Plan:
    at_end = 100 + 1_800 + 50 + 2 * PICTURE_KBIT - 150 - PICTURE_KBIT - 500 - PICTURE_KBIT - 50
    later = step_with(plan_, "listen", data_kbit=2_000.0, after=())
    later = adding(leaving_out(later), task("listen#1", "upkeep", 1_785, 1_800, "rest", stored_kbit=2_000.0))
    return asking(later, store_kbit=at_end + 2_000 - 0.01 * step)


@broken("OPS-08")
def a_picture_said_to_be_smaller(plan_: Plan) -> Plan:
    return with_task(plan_, "plain#1", stored_kbit=700.0)


# OPS-09


@on_limit("OPS-09")
def faster_than_the_link(plan_: Plan, step: int) -> Plan:
    room = (PICTURE_KBIT + 500) / 1_800
    return link_with(plan_, efficiency=room - 0.00001 * step)


@on_limit("OPS-09")
def telemetry_that_is_not_there_yet(plan_: Plan, step: int) -> Plan:
    return with_task(plan_, "tx#1", sends=(Sent(of="telemetry", kbit=200 + 0.01 * step),))


@on_limit("OPS-09")
def more_of_a_step_than_it_left(plan_: Plan, step: int) -> Plan:
    return with_task(plan_, "tx#1", sends=(Sent(of="hello#1", kbit=0.01 * step),))


@broken("OPS-09")
def a_picture_before_it_is_taken(plan_: Plan) -> Plan:
    return with_task(plan_, "tx#1", sends=(Sent(of="home#1", kbit=10.0),))


def sent_as_it_is_taken(plan_: Plan, step: int) -> Plan:
    """The first transmission starts when the picture is taken (which it may: no time to turn is asked), or before."""
    early = asking(moved(plan_, "home#1", step - 101), slew_min=0, settle_min=0)  # 99 to 100
    early = with_task(early, "tx#1", sends=(Sent(of="home#1", kbit=10.0),))
    rest = Sent(of="home#1", kbit=PICTURE_KBIT - 10.0)
    return with_task(early, "tx#3", sends=(rest,))


@on_limit("OPS-09", "OPS-03", "OPS-14")
def a_picture_still_being_taken(plan_: Plan, step: int) -> Plan:
    return sent_as_it_is_taken(plan_, step)


@on_limit("OPS-14", "OPS-03", "OPS-09")
def home_before_it_was_taken(plan_: Plan, step: int) -> Plan:
    return sent_as_it_is_taken(plan_, step)


@broken("OPS-09")
def what_never_was(plan_: Plan) -> Plan:
    return with_task(plan_, "tx#1", sends=(Sent(of="secrets", kbit=1.0),))


@broken("OPS-09")
def less_than_nothing(plan_: Plan) -> Plan:
    return with_task(plan_, "tx#1", sends=(Sent(of="telemetry", kbit=-5.0),))


# OPS-10


@on_limit("OPS-10")
def battery_without_panels(plan_: Plan, step: int) -> Plan:
    drawn_wh = (30 * 2 + 20 * 4 + 80 * 10 + 20 * 3 + 2 * 7 + 1_648 * 3) / 60 / 0.95
    left_share = 0.8 - drawn_wh / 200
    return power_with(plan_, panels=(), battery_wh=200.0, lowest_share=left_share + 0.0009 + 0.0002 * step)


@on_limit("OPS-10")
def battery_at_the_start(plan_: Plan, step: int) -> Plan:
    # 2 % a month are lost, and the same again of what is left
    stowed = mission_with(plan_, stowed_months=2.0)
    kept = 0.9 * 0.98 * 0.98
    changed = power_with(
        stowed, at_release_share=0.9, stowed_loss_share_per_month=0.02, lowest_share=kept + 0.0009 + 0.0002 * step
    )
    calm = asking(changed, battery_at_start_share=None)
    return power_with(calm, modes=tuple(evolve(mode, load_w=0.0) for mode in changed.mission.power.modes))


@broken("OPS-10")
def too_much_drawn(plan_: Plan) -> Plan:
    return power_with(plan_, modes=tuple(evolve(mode, load_w=mode.load_w * 5) for mode in plan_.mission.power.modes))


@broken("OPS-10")
def transmitter_too_strong(plan_: Plan) -> Plan:
    return link_with(plan_, transmitter_w=80.0)


# OPS-11


@on_limit("OPS-11")
def silent_too_long(plan_: Plan, step: int) -> Plan:
    return asking(plan_, contact_every_min=760 - step)


@broken("OPS-11")
def silent_at_the_end(plan_: Plan) -> Plan:
    return evolve(without(plan_, "tx#3"), home=("plain#1",))


@on_limit("OPS-11")
def silent_at_the_start(plan_: Plan, step: int) -> Plan:
    return asking(without(plan_, "tx#1"), contact_every_min=880 - step)


# OPS-12


def _listening(plan_: Plan, start_s: float, **facts) -> Plan:
    wished = step_with(plan_, "listen", after=(), **facts)
    listened = task("listen#1", "upkeep", 0, 15, "rest")
    moment = START.plus(seconds=start_s)
    return adding(leaving_out(wished), evolve(listened, start=moment, end=moment.plus(minutes=15)))


@on_limit("OPS-12")
def in_the_shadow(plan_: Plan, step: int) -> Plan:
    end_s = spans_of("sunlight", None)[0].end.seconds_since(START)
    return _listening(plan_, end_s - 900 + step, in_sunlight=True)


@on_limit("OPS-12")
def out_of_contact(plan_: Plan, step: int) -> Plan:
    end_s = spans_of("contact", "west")[0].end.seconds_since(START)
    return _listening(plan_, end_s - 900 + step, in_contact=True)


@broken("OPS-12")
def half_with_one_station_half_with_another(plan_: Plan) -> Plan:
    return _listening(plan_, 1_300 * 60, in_contact=True)


@on_limit("OPS-12")
def light_too_uncertain(plan_: Plan, step: int) -> Plan:
    left_s = at(10).seconds_since(START)  # to deploy
    return with_window(plan_, "sunlight", None, 0, start=START, sigma_s=left_s / 2 + step)


@on_limit("OPS-12")
def light_said_to_last_longer(plan_: Plan, step: int) -> Plan:
    end = spans_of("sunlight", None)[0].end
    return with_window(plan_, "sunlight", None, 0, end=end.plus(seconds=3 + 17 * step))


@on_limit("OPS-12")
def light_half_as_uncertain_as_the_release(plan_: Plan, step: int) -> Plan:
    return _uncertain(plan_, "sunlight", None, 0.51 - 0.02 * step)


@broken("OPS-12")
def light_certain_though_the_release_is_not(plan_: Plan) -> Plan:
    return _uncertain(plan_, "sunlight", None, None)


# OPS-13


@broken("OPS-13")
def done_once_instead_of_twice(plan_: Plan) -> Plan:
    return without(plan_, "calibrate#2")


@on_limit("OPS-13")
def too_close_together(plan_: Plan, step: int) -> Plan:
    return step_with(plan_, "calibrate", spacing_min=700 + step)


@broken("OPS-13")
def done_too_often(plan_: Plan) -> Plan:
    return step_with(plan_, "calibrate", count=1, spacing_min=0)


@broken("OPS-13")
def a_picture_too_many(plan_: Plan) -> Plan:
    return adding(plan_, task("plain#2", "image", 801, 802, "look", stored_kbit=PICTURE_KBIT))


@broken("OPS-13")
def a_wish_neither_placed_nor_left_out(plan_: Plan) -> Plan:
    return leaving_out(plan_)


@on_limit("OPS-13")
def a_picture_neither_taken_nor_left_out(plan_: Plan, step: int) -> Plan:
    wishes = plan_.mission.operations.images
    more = asking(plan_, images=(evolve(wishes[0], count=3), wishes[1]))
    return (
        leaving_out(more, "listen#1", "plain#2", "plain#3") if step == 0 else leaving_out(more, "listen#1", "plain#2")
    )


@broken("OPS-13")
def left_out_and_taken(plan_: Plan) -> Plan:
    return leaving_out(plan_, "listen#1", "home#1")


@broken("OPS-13")
def left_out_and_never_asked_for(plan_: Plan) -> Plan:
    return leaving_out(plan_, "listen#1", "dance#1")


@broken("OPS-13")
def left_out_twice(plan_: Plan) -> Plan:
    more = asking(
        plan_, images=(evolve(plan_.mission.operations.images[0], count=3), plan_.mission.operations.images[1])
    )
    return leaving_out(more, "listen#1", "plain#2", "plain#2")


# OPS-14


@broken("OPS-14")
def failed_and_home(plan_: Plan) -> Plan:
    return evolve(plan_, failed=("home#1",))


@broken("OPS-14")
def failed_and_never_taken(plan_: Plan) -> Plan:
    return evolve(plan_, failed=("calibrate#1",))


@on_limit("OPS-14")
def failed_and_its_data_down(plan_: Plan, step: int) -> Plan:
    return evolve(plan_, failed=("home#1",), home=("plain#1", "home#1")[: 1 + step])


@on_limit("OPS-14")
def home_too_late(plan_: Plan, step: int) -> Plan:
    wishes = plan_.mission.operations.images
    return asking(plan_, images=(wishes[0], evolve(wishes[1], by=at(1_480 - step))))


@on_limit("OPS-14")
def not_all_of_it_home(plan_: Plan, step: int) -> Plan:
    return with_task(plan_, "tx#3", sends=(Sent(of="home#1", kbit=PICTURE_KBIT - 0.01 * step),))


@broken("OPS-14")
def home_and_not_said_to_be(plan_: Plan) -> Plan:
    return evolve(plan_, home=("plain#1",))


@broken("OPS-14")
def no_picture_is_home(plan_: Plan) -> Plan:
    return evolve(plan_, home=(*plan_.home, "calibrate#1"))


# OPS-15


def _rows(plan_: Plan, change: Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]) -> Plan:
    """The orbit's rows from (seconds, positions, velocities) changed."""
    seconds = np.array([row.at.seconds_since(START) for row in plan_.orbit])
    r = np.array([row.position_km for row in plan_.orbit])
    v = np.array([row.velocity_km_s for row in plan_.orbit])
    rows = zip(plan_.orbit, *change(seconds, r, v), strict=True)
    return evolve(
        plan_,
        orbit=tuple(
            StateRow(at=row.at, position_km=tuple(a.tolist()), velocity_km_s=tuple(b.tolist())) for row, a, b in rows
        ),
    )


@on_limit("OPS-15")
def beside_the_missions_state(plan_: Plan, step: int) -> Plan:
    state = plan_.mission.state
    x, y, z = state.position_km
    return mission_with(plan_, state=evolve(state, position_km=(x + 0.999 + 0.002 * step, y, z)))


@on_limit("OPS-15")
def rows_missing_at_the_end(plan_: Plan, step: int) -> Plan:
    return evolve(plan_, orbit=plan_.orbit[: len(plan_.orbit) - step])


@on_limit("OPS-15")
def a_row_beside_the_others(plan_: Plan, step: int) -> Plan:
    """A single place 0.05 km off makes the cubic through it doubtful by 3 m; 0.5 km by 30 m."""

    def change(_: np.ndarray, r: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        r = r.copy()
        r[333, 0] += 0.5 if step else 0.05
        return r, v

    return _rows(plan_, change)


@broken("OPS-15")
def rows_in_disorder(plan_: Plan) -> Plan:
    return evolve(plan_, orbit=(plan_.orbit[1], plan_.orbit[0], *plan_.orbit[2:]))


@broken("OPS-15")
def rows_too_far_apart(plan_: Plan) -> Plan:
    return evolve(plan_, orbit=plan_.orbit[::2])


@broken("OPS-15")
def a_burn_that_the_orbit_does_not_show(plan_: Plan) -> Plan:
    return mission_with(plan_, burns=(Burn(start=at(300), delta_v_km_s=(0.0, 0.001, 0.0), axes="RTN"),))


@broken("OPS-15")
def another_moon(plan_: Plan) -> Plan:
    """Places and speeds a thousandth larger belong to a Moon 0.3 % heavier."""
    return _rows(plan_, lambda _, r, v: (r * 1.001, v * 1.001))


@broken("OPS-15", "OPS-04", "OPS-05", "OPS-12")
def faster_than_light(plan_: Plan) -> Plan:
    """So fast that squares of it are no numbers any more."""
    return _rows(plan_, lambda _, r, v: (r, v * 1e200))


@broken("OPS-15")
def beyond_all_numbers(plan_: Plan) -> Plan:
    return _rows(plan_, lambda _, r, v: (r * 1e152, v))


@on_limit("OPS-15")
def a_jump(plan_: Plan, step: int) -> Plan:
    """From the tenth hour on the craft is faster by a millimetre a second, or by a decimetre."""

    def change(s: np.ndarray, r: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        after = np.maximum(s - 36_000, 0.0)[:, None] * (1e-4 if step else 1e-6)
        along = np.array([[1.0, 0.0, 0.0]])
        return r + after * along, v + (after > 0) * along * (1e-4 if step else 1e-6)

    return _rows(plan_, change)
