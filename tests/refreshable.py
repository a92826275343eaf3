"""Plans to refresh: both examples with fewer activities, planned once; and element sets made to measure for them."""

from __future__ import annotations

from functools import cache
from math import degrees
from pathlib import Path

from attrs import evolve

from hamsafar.app.elements import read_elements
from hamsafar.domain.aboard import Activity
from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.formats.elements_file import read_object
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.formats.tle_writer import write_tles
from hamsafar.orbit.trajectory import HeldTrajectory
from hamsafar.planning.answer import Made
from hamsafar.planning.choice import Chosen, choose_flight
from hamsafar.planning.make import Options, make_plan
from hamsafar.programme import read_programme
from hamsafar.timeline import Instant, Span
from hamsafar.verify import verify

EXAMPLES = Path(__file__).parents[1] / "examples"
HISTORY = EXAMPLES / "tiangong-eve" / "elements.tle"  # 338 real sets, June 2021 to June 2026
NEWER = "2026-05-24T12:00Z"  # as of then, sets are eight hours newer than those the eve's plan rests on
FAR_AGO = "2026-05-10T00:00Z"  # sets before the boosts of mid-May, more than two weeks before the lift-off

KEPT = (
    "sleep", "safety-brief", "arrival", "welcome-call", "emergency-drill", "liner", "liner-staying", "farewell",
    "pack-down", "seeds-start", "seeds-fix", "seeds-freeze",
    "evening-conference", "medical-conference", "family-call", "dhuhr-asr", "school-radio", "airglow",
    "home-photographs", "look-up",
)  # fmt: skip
# No meals: they hang on nothing in the sky, and are two placements in three and seven eighths of the search.


@cache
def planned(name: str) -> Plan:
    """A small plan of an example that holds, its verdict inside, as its file gives it back."""
    answer = make_plan(_smaller(read_programme(EXAMPLES / name)), Options(effort=0.4, workers=1))
    assert isinstance(answer, Made), answer
    plan = read_plan(write_plan(answer.plan))
    return evolve(plan, verdict=verify(plan).verdict)


def eve() -> Plan:
    """Near: real elements, 0.8 d old at lift-off."""
    return planned("tiangong-eve")


def guest() -> Plan:
    """Far: on the reference trajectory, provisional."""
    return planned("tiangong-guest")


def _smaller(programme: Programme) -> Programme:
    """Aboard what hangs on windows and hatches; the term is done, and nobody asks for a certificate."""
    kept = tuple(_free(one) for one in programme.activities if one.id in KEPT)
    return evolve(programme, activities=kept, term=None)


def _free(activity: Activity) -> Activity:
    return evolve(activity, who=tuple(evolve(need, certificate=None) for need in activity.who))


@cache
def history() -> tuple[Elements, ...]:
    """All real sets, by epoch."""
    return read_elements(HISTORY)


def up_to(moment: str) -> tuple[Elements, ...]:
    """The real sets up to a moment."""
    return tuple(one for one in history() if one.epoch <= Instant.parse(moment))


def fresh(plan: Plan, *, days_before: float, phase_deg: float) -> Elements:
    """A set of a station that kept its plane, with this phase at the plan's lift-off; rounded as lines print it.

    Made, not measured: nobody knows yet where the station will be in 2027.
    """
    old, held = plan.trajectory.elements, plan.trajectory.held
    assert held is not None, "made for plans seen from afar"
    epoch = plan.flight.launch.launch.plus(days=-days_before)
    turned_deg = degrees(HeldTrajectory(held).raan_dot_rad_s) * epoch.seconds_since(held.epoch)
    one = evolve(
        old,
        epoch=epoch,
        raan_deg=(held.raan_deg + turned_deg) % 360,
        argument_of_perigee_deg=0.0,
        mean_anomaly_deg=0.0,
    )
    for _ in range(3):  # the lift-off moves a little with the place in the orbit
        one = evolve(one, mean_anomaly_deg=(one.mean_anomaly_deg + phase_deg - _phase_deg(plan, one)) % 360)
    return read_object(write_tles([one]), where="made")[0]


def pressed(plan: Plan) -> Plan:
    """The plan with a launch window of its lift-off day only."""
    lift_off = plan.flight.launch.launch
    day = Span(lift_off.plus(hours=-6), lift_off.plus(hours=6))
    return evolve(plan, programme=evolve(plan.programme, flight=evolve(plan.programme.flight, launch_window=day)))


def _phase_deg(plan: Plan, elements: Elements) -> float:
    """The phase at the lift-off of the plan's day, whatever profile it is good for."""
    programme = evolve(plan.programme, elements=(elements,), as_of=None)
    chosen = choose_flight(programme, without=frozenset({"FLT-03", "FLT-04", "FLT-06", "FLT-07"}), like=plan.flight)
    assert isinstance(chosen, Chosen)
    assert chosen.flight.launch.phase_deg is not None
    return chosen.flight.launch.phase_deg


def middle_deg(plan: Plan, profile: str) -> float:
    """The middle of a profile's band of phases."""
    (wanted,) = [one for one in plan.programme.flight.ship_up.profiles if one.name == profile]
    return (wanted.phase_low_deg + (wanted.phase_high_deg - wanted.phase_low_deg) % 360 / 2) % 360
