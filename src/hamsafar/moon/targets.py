"""When a wished picture can be taken: the place in view and in the right light, the camera off the Sun."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin
from typing import TypeAlias

import numpy as np

from hamsafar.domain.lunar import Camera, Image, LunarMission, Target
from hamsafar.errors import InputError
from hamsafar.events.finder import Crossing, openings, spans_of
from hamsafar.moon.along import LONGEST_STEP_S, AtMoments, Looks, Path, looks_along, stretches_along
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.lunar_frames import me_from_icrf
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import Instant, Span, Windows
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, MOON_RADIUS_KM

_CELLS = 12  # in an overflight angles turn twice or thrice


def target_windows(mission: LunarMission, wish: Image, trajectory: Path, span: Span) -> Windows:
    """When a wish can be photographed, over the part of a span that a trajectory about the Moon knows.

    A place on the Moon (mean-Earth latitude and longitude, on the sphere of 1,737.4 km): the craft seen from it no
    further than `max_look_deg` from its zenith, the Sun's elevation there within its limits, the range at most
    `max_range_km`. The Earth: its whole disc clear of the Moon, the range likewise. Always: the line of sight, along
    which the camera looks, at least `min_sun_separation_deg` from the Sun. Slews are the plan's business.

    Ends to 1 ms. Raises InputError naming wish, target or camera where one is missing, OutOfRangeError where the
    trajectory knows none of the span.
    """
    looks = looks_along(trajectory, span)
    return target_windows_along(target_of(mission, wish), looks)


def target_of(mission: LunarMission, wish: Image) -> Target:
    """The target of a wish. Raises InputError where the mission has none of its name, or no place on it."""
    for target in mission.targets:
        if target.id == wish.target:
            if target.body == "moon" and (target.latitude_deg is None or target.longitude_deg is None):
                raise InputError(
                    f"target {target.id} of image {wish.id} is on the Moon, so it needs a latitude and a longitude"
                )
            return target
    raise InputError(f"image {wish.id} is of a target that is not there: {wish.target!r}")


def camera_of(mission: LunarMission, wish: Image) -> Camera:
    """The camera of a wish. Raises InputError where the mission has none of its name."""
    for camera in mission.cameras:
        if camera.id == wish.camera:
            return camera
    raise InputError(f"image {wish.id} is with a camera that is not there: {wish.camera!r}")


def target_windows_along(target: Target, looks: Looks) -> Windows:
    """As `target_windows`, over looks that are there already."""
    if looks.path.centre != "moon":
        raise InputError(f"target {target.id}: pictures are planned from orbits about the Moon only")
    in_view = _place_in_view(target) if target.body == "moon" else _earth_in_view()
    found = _open(looks, in_view(looks.path))
    spans = list(found.spans)
    for condition in _place_lit(target) if target.body == "moon" else _earth_asked(target):
        spans = [one for span in spans for one in _open_within(span, condition(looks.path))]
    return Windows(spans, found.known)


Condition: TypeAlias = Callable[[Path], AtMoments]


def _open(looks: Looks, quantity: AtMoments) -> Windows:
    ends = [looks.moments(np.array([one.opens_s, one.closes_s])) for one in stretches_along(looks, quantity)]
    return Windows([Span(Instant(int(low)), Instant(int(high))) for low, high in ends if low < high], [looks.span])


def _open_within(span: Span, quantity: AtMoments) -> tuple[Span, ...]:
    """When a quantity is at or above zero in a span in which it turns a few times at most."""

    def after_start(at_s: Floats) -> Floats:
        return quantity(np.clip(tai_ns_after(span.start, at_s), span.start.tai_ns, span.end.tai_ns))

    gap_s = min(span.seconds / _CELLS, LONGEST_STEP_S)
    return spans_of(openings(Crossing(quantity=after_start, min_extrema_gap_s=gap_s), span.seconds), span)


def _place_me_km(target: Target) -> Floats:
    latitude, longitude = radians(target.latitude_deg or 0.0), radians(target.longitude_deg or 0.0)
    up = [cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)]
    return MOON_RADIUS_KM * np.array(up)


def _place_icrf_km(target: Target, tai_ns: TaiNs) -> Floats:
    """Where a place on the Moon is, (n, 3) from its centre."""
    place: Floats = np.einsum("nji,j->ni", me_from_icrf(tai_ns), _place_me_km(target))
    return place


def _place_in_view(target: Target) -> Condition:
    """The craft from the place no further from the zenith than asked, as an angle at the Moon's centre: smooth.

    At distance r that angle is at most look - asin(R sin(look) / r).
    """
    look = radians(target.max_look_deg)

    def over(path: Path) -> AtMoments:
        def nearness(tai_ns: TaiNs) -> Floats:
            r_km, _ = path.states_icrf(tai_ns)
            size_km = np.linalg.norm(r_km, axis=-1)
            cosine = np.einsum("ni,ni->n", r_km, _place_icrf_km(target, tai_ns)) / (size_km * MOON_RADIUS_KM)
            reach = look - np.arcsin(np.minimum(1.0, MOON_RADIUS_KM * sin(look) / size_km))
            near: Floats = cosine - np.cos(reach)
            return near

        return nearness

    return over


def _place_lit(target: Target) -> tuple[Condition, ...]:
    """Light at the place, range, and the Sun off the camera: each at or above zero when it is as asked."""

    def sun_sine(tai_ns: TaiNs) -> Floats:
        place_km = _place_icrf_km(target, tai_ns)
        return _cosine(place_km, state_icrf("sun", "moon", tai_ns)[0] - place_km)

    def above(_: Path) -> AtMoments:
        return lambda tai_ns: sun_sine(tai_ns) - sin(radians(target.min_sun_elevation_deg))

    def below(_: Path) -> AtMoments:
        return lambda tai_ns: sin(radians(target.max_sun_elevation_deg)) - sun_sine(tai_ns)

    def towards(path: Path, tai_ns: TaiNs) -> Floats:
        return _place_icrf_km(target, tai_ns) - path.states_icrf(tai_ns)[0]

    lowest = (above,) if target.min_sun_elevation_deg > -90.0 else ()
    highest = (below,) if target.max_sun_elevation_deg < 90.0 else ()
    return (*lowest, *highest, *_reached(target, towards))


def _reached(target: Target, towards: Callable[[Path, TaiNs], Floats]) -> tuple[Condition, ...]:
    """Range and separation from the Sun along a line of sight (n, 3) km from the craft."""

    def near(path: Path) -> AtMoments:
        limit_km = target.max_range_km or 0.0
        return lambda tai_ns: 1.0 - np.linalg.norm(towards(path, tai_ns), axis=-1) / limit_km

    def off_sun(path: Path) -> AtMoments:
        def apart(tai_ns: TaiNs) -> Floats:
            sun_km = state_icrf("sun", "moon", tai_ns)[0] - path.states_icrf(tai_ns)[0]
            return cos(radians(target.min_sun_separation_deg)) - _cosine(towards(path, tai_ns), sun_km)

        return apart

    ranges = () if target.max_range_km is None else (near,)
    suns = (off_sun,) if target.min_sun_separation_deg > 0.0 else ()
    return (*ranges, *suns)


def _earth_in_view() -> Condition:
    """The Earth's whole disc clear of the Moon's."""

    def over(path: Path) -> AtMoments:
        def clear(tai_ns: TaiNs) -> Floats:
            r_km, _ = path.states_icrf(tai_ns)
            earth_km = state_icrf("earth", "moon", tai_ns)[0]
            size_km, away_km = np.linalg.norm(r_km, axis=-1), np.linalg.norm(earth_km, axis=-1)
            edge = np.arcsin(np.minimum(1.0, MOON_RADIUS_KM / size_km))
            edge += np.arcsin((EARTH_EQUATORIAL_RADIUS_KM + MOON_RADIUS_KM) / away_km)
            free: Floats = np.cos(edge) + _cosine(r_km, earth_km)
            return free

        return clear

    return over


def _earth_asked(target: Target) -> tuple[Condition, ...]:
    def towards(path: Path, tai_ns: TaiNs) -> Floats:
        to_earth: Floats = state_icrf("earth", "moon", tai_ns)[0] - path.states_icrf(tai_ns)[0]
        return to_earth

    return _reached(target, towards)


def _cosine(one: Floats, other: Floats) -> Floats:
    cosine: Floats = np.einsum("ni,ni->n", one, other) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)
    return cosine
