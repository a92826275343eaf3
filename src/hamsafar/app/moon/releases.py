"""`moon releases`: when to let go of the carrier, which way and how fast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hamsafar.app.asking import Asked
from hamsafar.app.moon.asking import assumed, degree_of, lacking, model_row, moment_of, seconds_of
from hamsafar.app.moon.spec import mission_of
from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from hamsafar.moon.carrier import Path as CarrierWay
    from hamsafar.moon.releases import Release, Releases

USUAL_LENGTH_D = 90.0  # lives of options are compared over it


@frozen(kw_only=True, eq=False)
class ReleasesFound:
    """Every option of a mission, compared."""

    mission: LunarMission
    degree: int
    found: Releases
    assumed: tuple[str, ...]


def releases(
    spec: Path | str | LunarMission,
    *,
    until: Instant | str | None = None,
    degree: int | None = None,
    times: int | None = None,
    ephemeris: Path | str | None = None,
    workers: int | None = None,
    time_limit_s: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> ReleasesFound:
    """The release options of a mission's carrier: each one's life (until impact, or `until`: 90 days), how it keeps
    clear of the carrier, and its hours of contact a day with the mission's stations.

    `ephemeris`: the carrier's, a CCSDS OEM about the Moon or the Earth, instead of what the mission's file says.
    `times`: how many moments are tried. Raises InputError (InputErrors) with the place of everything that is wrong,
    OutOfRangeError where the ephemeris ends.
    """
    from hamsafar.moon.lives import Running
    from hamsafar.moon.releases import DEFAULT_TIMES
    from hamsafar.moon.releases import releases as compare

    mission = spec if isinstance(spec, LunarMission) else mission_of(spec)
    if mission.carrier is None:
        raise lacking(mission, "carrier", "a carrier")
    start = mission.state.epoch
    with Asked() as asked:
        end = asked.read(moment_of, until, start, start.plus(days=USUAL_LENGTH_D), "--until")
        known_degree = asked.read(degree_of, degree, mission)
        limit_s = asked.read(seconds_of, time_limit_s, "--time-limit")
    from hamsafar.orbit.numerical.compiling import tell_of_compiling

    tell_of_compiling(lambda: tell("Compiling the kernel, once on this machine"))
    tell("Following the carrier")
    way, said = _carrier(mission, spec, ephemeris, known_degree)
    found = compare(
        mission,
        way,
        times=DEFAULT_TIMES if times is None else times,
        until=end,
        degree=known_degree,
        tell=tell,
        running=Running(workers=workers, stopped=stopped, deadline_s=limit_s),
    )
    return ReleasesFound(
        mission=mission, degree=known_degree, found=found, assumed=(*assumed(mission, "carrier", "stations"), said)
    )


def _carrier(
    mission: LunarMission, spec: Path | str | LunarMission, ephemeris: Path | str | None, degree: int
) -> tuple[CarrierWay, str]:
    """The carrier's path, and what was assumed of it."""
    from hamsafar.moon.releases import carrier_path

    named = None if mission.carrier is None else mission.carrier.ephemeris
    file = Path(ephemeris) if ephemeris is not None else None
    if file is None and named is not None:
        folder = Path() if isinstance(spec, LunarMission) else Path(spec)
        file = (folder if folder.is_dir() else folder.parent) / named
    if file is not None:
        return _followed(file), f"the carrier flies as {file.name} says, and does not feel the release"
    return carrier_path(mission, degree=degree), "the carrier coasts from its state, without sunlight's push"


def _followed(file: Path) -> CarrierWay:
    from hamsafar.app.files import read_text
    from hamsafar.formats.ccsds.oem import read_oem
    from hamsafar.moon.carrier import CarrierPath

    message = read_oem(read_text(file), where=str(file))
    try:
        return CarrierPath.from_message(message)
    except OutOfRangeError as problem:
        raise InputError(str(problem), where=str(file)) from problem
    except InputError as problem:
        raise InputError(problem.what, where=problem.where or str(file)) from problem


def releases_document(answer: ReleasesFound) -> dict[str, Any]:
    """The whole answer of `hamsafar moon releases`."""
    found = answer.found
    return {
        "mission": {"id": answer.mission.id, "title": answer.mission.title},
        "until": found.until.exact_iso(),
        "clearance": {
            "asked_km": found.min_clearance_km,
            "after_h": found.clear_after_h,
            "looked_at_d": round(found.clearance_span_s / 86_400.0, 4),
        },
        "complete": found.complete,
        "options": [release_row(one) for one in found.releases],
        "model": model_row(answer.mission, answer.degree),
        "assumed": list(answer.assumed),
    }


def release_row(one: Release) -> dict[str, Any]:
    """One option; the state is the CubeSat's just after the release, ICRF axes from the Moon's centre."""
    option, kept = one.option, one.clearance
    return {
        "option": option.number,
        "front": one.front,
        "time": option.time.iso(3),
        "way": option.way,
        "direction_rtn": [round(part, 9) for part in option.direction],
        "speed_m_s": option.speed_m_s,
        "true_anomaly_deg": round(option.true_anomaly_deg, 3),
        "position_km": list(option.state.position_km),
        "velocity_km_s": list(option.state.velocity_km_s),
        "life_d": round(one.life_d, 4),
        "ended_by": one.ended_by,
        "lowest_radius_km": round(one.lowest_km, 3),
        "first_perilune_radius_km": None if one.first_perilune_km is None else round(one.first_perilune_km, 3),
        "closest_km": round(one.closest_km, 4),
        "closest": kept.closest.time.iso(3),
        "closest_each_revolution_km": [round(each.distance_km, 4) for each in kept.each_revolution],
        "contact_h_a_day": None if one.contact_h_a_day is None else round(one.contact_h_a_day, 3),
        "why_not": list(one.why_not),
    }
