"""Element sets in whatever form people send them: TLE, 3LE or CCSDS OMM (KVN, XML, JSON, CSV) → Elements."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

from attrs import evolve, frozen

from hamsafar.domain.elements import Elements
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.ccsds.entries import Place, Problems
from hamsafar.formats.ccsds.omm import elements_of, place_omm
from hamsafar.formats.ccsds.sniff import form_of, placed_kind_of
from hamsafar.formats.tle import read_placed_tles
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_FLATTENING, EARTH_MU_KM3_S2

_POLAR_RADIUS_KM = EARTH_EQUATORIAL_RADIUS_KM * (1 - EARTH_FLATTENING)
_OTHER_MESSAGES = {
    "OEM": "an ephemeris of states, not mean elements",
    "OPM": "one state to propagate, not mean elements",
    "OCM": "a comprehensive message, which we do not read",
    "TDM": "tracking data, not mean elements",
    "CDM": "a conjunction message, not mean elements",
    "AEM": "attitude, not an orbit",
    "APM": "attitude, not an orbit",
    "RDM": "a re-entry message, not mean elements",
}
_ECCENTRICITY_COLUMN, _MEAN_MOTION_COLUMN = 27, 53  # of line 2


@frozen(kw_only=True)
class _Placed:
    """An element set with the places, `file:line:column`, of what an error may be about."""

    elements: Elements
    begins: str
    eccentricity: str
    mean_motion: str


def read_elements(text: str, *, where: str) -> tuple[Elements, ...]:
    """The element sets of a text, ascending in epoch, repeated sets once; the form is told from the text itself.

    Raises InputErrors with every error found, each with its place.
    """
    return _in_order(_read(text, where))


def read_object(text: str, *, where: str) -> tuple[Elements, ...]:
    """As `read_elements`, of a text about one object whose orbit clears the ground.

    Raises InputErrors where a second object begins (both numbers are named), and where the perigee of mean elements
    lies inside the Earth, below the polar radius: SGP4 may still run such a set, but nothing flies so.
    """
    placed = _read(text, where)
    errors: list[InputError] = []
    first = placed[0].elements
    stranger = next((each for each in placed if each.elements.norad != first.norad), None)
    if stranger is not None:
        what = f"begins a second object, {_said(stranger.elements)}; the file began with {_said(first)}"
        errors.append(InputError(f"{what}: give the elements of one", where=stranger.begins))
    errors += [error for each in placed if (error := _inside_the_earth(each)) is not None]
    if errors:
        raise InputErrors(errors)
    return _in_order(placed)


def _read(text: str, where: str) -> list[_Placed]:
    form = form_of(text)
    kind, place = placed_kind_of(text)
    if kind in _OTHER_MESSAGES:
        what = f"is a CCSDS {kind}: {_OTHER_MESSAGES[kind]}; give a TLE or an OMM here"
        raise InputErrors([InputError(what, where=f"{_at(where, place)} CCSDS_{kind}_VERS")])
    if not form:
        _ensure_tle(text, where)
        return [
            _Placed(
                elements=each.elements,
                begins=f"{where}:{each.begins_line}:1",
                eccentricity=f"{where}:{each.second_line}:{_ECCENTRICITY_COLUMN}",
                mean_motion=f"{where}:{each.second_line}:{_MEAN_MOTION_COLUMN}",
            )
            for each in read_placed_tles(text, where=where)
        ]
    problems = Problems(where)
    found = place_omm(text, problems)
    problems.done()
    return [
        _Placed(
            elements=elements_of(each.message),
            begins=_at(where, each.begins),
            eccentricity=f"{_at(where, each.eccentricity)} ECCENTRICITY",
            mean_motion=f"{_at(where, each.mean_motion)} MEAN_MOTION",
        )
        for each in found
    ]


def _ensure_tle(text: str, where: str) -> None:
    """Raises where no line of a longer text looks like one of a TLE: all of them wrong would say less than this."""
    lines = text.splitlines()
    if len(lines) > 3 and not any(line.lstrip("\ufeff").startswith(("1 ", "2 ")) for line in lines):
        what = "holds no element sets: it is neither a TLE nor an OMM (KVN, XML, JSON, CSV)"
        raise InputErrors([InputError(what, where=f"{where}:1:1")])


def _at(where: str, place: Place) -> str:
    return f"{where}:{place.line}:{place.column}"


def _in_order(placed: Sequence[_Placed]) -> tuple[Elements, ...]:
    """Ascending in epoch; of sets that say the same the first, but a named one before a nameless one."""
    found: dict[Elements, Elements] = {}
    for each in placed:
        bare = evolve(each.elements, name="", text=())
        kept = found.get(bare)
        if kept is None or (each.elements.name and not kept.name):
            found[bare] = each.elements
    return tuple(sorted(found.values(), key=lambda e: (e.epoch, e.norad, e.text)))


def _said(elements: Elements) -> str:
    return f"{elements.norad} ({elements.name})" if elements.name else str(elements.norad)


def _inside_the_earth(placed: _Placed) -> InputError | None:
    elements = placed.elements
    rad_s = elements.mean_motion_rev_d * 2 * pi / 86_400
    axis_km = EARTH_MU_KM3_S2 ** (1 / 3) / rad_s ** (2 / 3)
    perigee_km = axis_km * (1 - elements.eccentricity)
    if perigee_km >= _POLAR_RADIUS_KM:
        return None
    where = placed.mean_motion if axis_km < _POLAR_RADIUS_KM else placed.eccentricity
    what = f"puts the perigee {perigee_km:.0f} km from the Earth's centre, inside the Earth"
    return InputError(
        f"{what} (mean motion {elements.mean_motion_rev_d:g}, e = {elements.eccentricity:g})", where=where
    )
