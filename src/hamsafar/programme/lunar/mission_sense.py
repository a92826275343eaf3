"""What the sections of a mission say together: names that nothing has, orbits that end in the Moon, links unheard."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot
from typing import Any

from hamsafar import catalog
from hamsafar.domain.places import Horizon, HorizonPoint
from hamsafar.errors import InputError
from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.lunar import mission_model as written
from hamsafar.programme.lunar.mission_resolve import elements_of
from hamsafar.programme.lunar.mission_week import tell_week
from hamsafar.programme.problems import nearest
from hamsafar.units import MOON_MU_KM3_S2, MOON_RADIUS_KM

# As `hamsafar.orbit.states` knows them about the Moon; a test holds the two together.
FRAMES = (
    "ICRF", "GCRF", "EME2000", "J2000", "MOON_EQUATOR", "MOON_EQUATOR_J2000", "MOON_ME", "MOON_PA", "MOON_ME_INERTIAL",
    "MOON_PA_INERTIAL",
)  # fmt: skip
_TURNING = ("MOON_ME", "MOON_PA")  # velocities are relative to them, so elements in them would be of another orbit


def tell_sense(draft: Draft) -> None:
    """Every such fault, in the draft's problems."""
    _tell_release(draft)
    _tell_carrier(draft)
    _tell_power(draft)
    _tell_stations(draft)
    _tell_links(draft)
    _tell_targets(draft)
    _tell_papers(draft)
    _tell_assumptions(draft)
    tell_week(draft)


def _tell_frame(draft: Draft, entry: Entry[Any], frame: str) -> None:
    if frame.upper() not in FRAMES:
        begun = [name for name in FRAMES if frame and name.startswith(frame.upper())]
        near = nearest(frame.upper(), FRAMES) if not begun else f"; did you mean {begun[0]!r}?"
        known = ", ".join(FRAMES)
        said = f"{near} Known are {known}" if "did you mean" in near else f"; known are {known}"
        draft.blame(entry, ("frame",), f"is no frame about the Moon{said}")


def _tell_release(draft: Draft) -> None:
    found = draft.once("release", written.ReleaseSection)
    if found is None:
        return
    entry, one = found
    _tell_frame(draft, entry, one.frame)
    cartesian = one.position is not None, one.velocity is not None
    if one.elements is not None and any(cartesian):
        draft.blame(entry, ("elements",), "say the same as position and velocity; leave one of the two out")
    elif one.elements is not None:
        _tell_turning(draft, entry, one.frame)
        _tell_elements(draft, entry, one.elements)
    elif not all(cartesian):
        draft.problems.add(entry.place(), "needs 'elements', or 'position' and 'velocity'")
    else:
        _tell_vectors(draft, entry, one)


def _tell_turning(draft: Draft, entry: Entry[Any], frame: str) -> None:
    if frame.upper() in _TURNING:
        what = f"turns with the Moon, so elements have no meaning in it; say MOON_EQUATOR or {frame.upper()}_INERTIAL"
        draft.blame(entry, ("frame",), what)


def _tell_vectors(draft: Draft, entry: Entry[Any], one: written.ReleaseSection) -> None:
    assert one.position is not None, "judged before"
    assert one.velocity is not None, "judged before"
    r_km, v_km_s = hypot(*one.position), hypot(*one.velocity) / 1_000
    if r_km <= MOON_RADIUS_KM:
        draft.blame(entry, ("position",), f"lies inside the Moon: {r_km:,.1f} km from its centre, radius 1,737.4 km")
    elif v_km_s**2 / 2 >= MOON_MU_KM3_S2 / r_km and one.frame.upper() not in _TURNING:
        draft.blame(entry, ("velocity",), f"is hyperbolic: {v_km_s:.3f} km/s leaves the Moon")


def _tell_elements(draft: Draft, entry: Entry[Any], one: written.ElementsEntry) -> None:
    altitudes = one.periapsis_altitude is not None, one.apoapsis_altitude is not None
    shape = one.semi_major_axis is not None, one.eccentricity is not None
    if (any(altitudes) and any(shape)) or not (all(altitudes) or all(shape)):
        what = "need both altitudes, or the semi-major axis and the eccentricity"
        draft.problems.add(entry.place("elements"), what)
        return
    if one.eccentricity is not None and one.eccentricity >= 1:
        draft.blame(entry, ("elements", "eccentricity"), "is that of a flight past the Moon; below 1 it stays")
        return
    if all(altitudes) and one.periapsis_altitude > one.apoapsis_altitude:  # type: ignore[operator]  # both are there
        draft.blame(entry, ("elements", "periapsis_altitude"), "is above the apoapsis")
        return
    made = elements_of(one)
    lowest_km = made.semi_major_axis_km * (1 - made.eccentricity)
    r_km = hypot(*made.vectors(MOON_MU_KM3_S2)[0])
    if r_km <= MOON_RADIUS_KM:
        draft.problems.add(entry.place("elements"), f"put it inside the Moon: {r_km:,.1f} km from its centre")
    elif lowest_km <= MOON_RADIUS_KM:
        what = f"have their periapsis inside the Moon, {MOON_RADIUS_KM - lowest_km:,.1f} km deep"
        draft.problems.add(entry.place("elements"), what)


def _tell_carrier(draft: Draft) -> None:
    found = draft.once("carrier", written.CarrierSection)
    if found is None:
        return
    entry, one = found
    _tell_frame(draft, entry, one.frame)
    if (one.elements is None) == (one.ephemeris is None):
        draft.problems.add(entry.place(), "needs either 'elements' with their 'epoch', or 'ephemeris'")
    elif one.elements is not None:
        if one.epoch is None:
            draft.problems.add(entry.place(), "needs the 'epoch' of its elements")
        _tell_turning(draft, entry, one.frame)
        _tell_elements(draft, entry, one.elements)
    if one.begin is not None and one.end is not None and one.end <= one.begin:
        draft.blame(entry, ("to",), "lies before 'from'")


def _tell_power(draft: Draft) -> None:
    found = draft.once("power", written.PowerSection)
    if found is None:
        return
    entry, one = found
    ids = [mode.id for mode in one.modes]
    for name, asked in (("safe_mode", one.safe_mode), ("idle_mode", one.idle_mode)):
        if asked not in ids:
            draft.blame(entry, (name,), f"is none of the modes{nearest(asked, ids)}")
    _tell_twice(draft, entry, ("modes",), ids)


def _tell_twice(draft: Draft, entry: Entry[Any], path: tuple[str | int, ...], ids: list[str]) -> None:
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            draft.blame(entry, (*path, index, "id"), "is used twice")


def _tell_stations(draft: Draft) -> None:
    sites = [site.id for site in catalog.load().sites]
    for entry, one in draft.of("stations", written.StationEntry):
        placed = one.latitude is not None and one.longitude is not None
        if one.site is not None and one.site not in sites:
            draft.blame(entry, ("site",), f"is no site of the catalogue{nearest(one.site, sites)}")
        if (one.site is not None) == (one.latitude is not None or one.longitude is not None):
            draft.problems.add(entry.place(), "needs either 'site', or 'latitude' and 'longitude'")
        elif one.site is None and not placed:
            draft.problems.add(entry.place(), "needs both 'latitude' and 'longitude'")
        _tell_horizon(draft, entry, one)
        for index, antenna in enumerate(one.antennas):
            _tell_antenna(draft, entry, index, antenna)
        _tell_stretches(draft, entry, "booked", one.booked or [])
        _tell_stretches(draft, entry, "closed", one.closed)


def _tell_horizon(draft: Draft, entry: Entry[Any], one: written.StationEntry) -> None:
    if not one.horizon:
        return
    try:
        Horizon(points=tuple(HorizonPoint(azimuth_deg=at, elevation_deg=height) for at, height in one.horizon))
    except InputError as problem:
        draft.blame(entry, ("horizon",), problem.what)
    except ValueError:
        draft.blame(entry, ("horizon",), "should be azimuths from 0 to 360 and elevations from -90 to 90 degrees")


def _tell_antenna(draft: Draft, entry: Entry[Any], index: int, one: written.AntennaEntry) -> None:
    if (one.dish is None) == (one.gain is None):
        draft.problems.add(entry.place("antennas", index), "needs either 'dish' or 'gain'")
    if one.highest < one.lowest:
        draft.blame(entry, ("antennas", index, "highest"), "lies below 'lowest'")
    if one.noise is None and one.power is None:
        draft.problems.add(entry.place("antennas", index), "neither hears ('noise') nor speaks ('power')")


def _tell_stretches(draft: Draft, entry: Entry[Any], name: str, given: list[written.BookingEntry]) -> None:
    for index, one in enumerate(given):
        if one.end <= one.begin:
            draft.blame(entry, (name, index, "to"), "lies before 'from'")


def _tell_links(draft: Draft) -> None:
    stations = [one for _, one in draft.of("stations", written.StationEntry)]
    for entry, one in draft.of("links", written.LinkEntry):
        needed = "craft_power" if one.direction == "down" else "craft_noise"
        if getattr(one, needed) is None:
            draft.problems.add(entry.place(), f"goes {one.direction} and needs {needed!r}")
        if draft.section("stations").complete and not draft.section("stations").present:
            what = f"has no station: there is no section 'stations'; add one with an antenna at {one.frequency:g} MHz"
            draft.blame(entry, ("frequency",), what)
        elif draft.section("stations").sound and not any(_serves(station, one) for station in stations):
            does = "hears" if one.direction == "down" else "speaks"
            what = f"has no station: none {does} at {one.frequency:g} MHz; give one an antenna with that band"
            draft.blame(entry, ("frequency",), what)


def _serves(station: written.StationEntry, link: written.LinkEntry) -> bool:
    able = [antenna for antenna in station.antennas if antenna.lowest <= link.frequency <= antenna.highest]
    return any((antenna.noise if link.direction == "down" else antenna.power) is not None for antenna in able)


def _tell_targets(draft: Draft) -> None:
    for entry, one in draft.of("targets", written.TargetEntry):
        placed = [one.latitude is not None, one.longitude is not None]
        if one.body == "moon" and not all(placed):
            draft.problems.add(entry.place(), "is a place on the Moon and needs 'latitude' and 'longitude'")
        if one.body == "earth" and any(placed):
            draft.problems.add(entry.place(), "is the Earth as a whole: leave out 'latitude' and 'longitude'")
        if one.max_sun_elevation <= one.min_sun_elevation:
            draft.blame(entry, ("max_sun_elevation",), "is not above 'min_sun_elevation'")


def _tell_papers(draft: Draft) -> None:
    ids = draft.section("papers").ids
    head = draft.once("mission", written.MissionSection)
    for entry, one in draft.of("papers", written.PaperEntry):
        _tell_known(draft, entry, ("after",), one.after, ids)
        if one.event == "launch" and head is not None and head[1].launch is None:
            draft.blame(entry, ("event",), "counts from the launch, which the mission does not say")
        if one.before and one.behind:
            draft.blame(entry, ("before",), "cannot be before and after the event")


def _tell_known(
    draft: Draft, entry: Entry[Any], path: tuple[str | int, ...], names: Iterable[str], ids: Iterable[str]
) -> None:
    known = list(ids)
    for index, name in enumerate(names):
        if name not in known:
            draft.blame(entry, (*path, index), f"there is none of this id{nearest(name, known)}")


def _tell_assumptions(draft: Draft) -> None:
    for entry, one in draft.of("assumptions", written.AssumptionEntry):
        section, *path = one.of.split(".")
        found = draft.section(section).entries
        if not found and not draft.section(section).complete:
            continue  # one of the sections is misspelt: perhaps this one
        if not found:
            draft.blame(entry, ("of",), "names nothing in this file; write for instance release.elements.inclination")
            continue
        if len(found) == 1 and found[0].id is None and path and found[0].node.child(path[0]) is None:
            draft.blame(entry, ("of",), f"the section {section!r} says no {path[0]!r}")
