"""The orbit that a file gives: one state, what flies, and what had to be assumed. CCSDS OPM and OEM, KVN and XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import radians
from pathlib import Path
from typing import Any, Literal

from attrs import evolve, frozen

from hamsafar.app.asking import Asked
from hamsafar.app.files import read_text
from hamsafar.domain.messages import (
    EphemerisSegment,
    Epoch,
    KeplerBlock,
    Maneuver,
    OrbitMetadata,
    ParameterMessage,
    SpacecraftBlock,
)
from hamsafar.domain.orbits import CENTRES, Burn, Centre, Craft, Drag, OrbitState, SolarPressure, Vector
from hamsafar.errors import InputError, InputErrors, OutOfRangeError
from hamsafar.formats.ccsds.oem import read_oem
from hamsafar.formats.ccsds.opm import read_opm
from hamsafar.formats.ccsds.sniff import kind_of
from hamsafar.formats.ccsds.station_comments import stated_burns, stated_spacecraft
from hamsafar.orbit.kepler import Elements, true_anomaly_rad, vectors
from hamsafar.orbit.states import keplerian
from hamsafar.orbit.times import TaiNs
from hamsafar.timeline import Instant

WEATHER, OBSERVED = "SPACE_WEATHER", "OBSERVED"  # a comment of our own messages: OBSERVED, or an instant
CR, CD = 1.3, 2.2  # where a file gives an area without its coefficient
_LOCAL_AXES: dict[str, Literal["RTN", "TNW"]] = {"RTN": "RTN", "RSW": "RTN", "TNW": "TNW"}
_REBOOST_M_S2 = 0.0018  # of a station pushed by a cargo ship's engines: some ten minutes for a metre per second
_NO_MASS_KG = 1.0  # where nothing that acts depends on it
_MOST_KEPLER_KM = 1.0  # between a state and the Keplerian elements beside it, before it is worth a word


@frozen(kw_only=True, eq=False)
class Given:
    """One state as a file gives it, in the file's own frame and about its own centre, and what flies there.

    `assumed` says in whole sentences what the file leaves open and what was taken for it; `followed` is the rest of an
    ephemeris, from that state on. `text` is the file's, so that later errors can name their place.
    """

    name: str
    designator: str
    state: OrbitState
    craft: Craft
    mass_known: bool
    assumed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    followed: EphemerisSegment | None = None
    foreseen_at: Instant | None = None  # when it was made: its maker knew no space weather from after it
    weather_stated: bool = False  # whether a comment of ours says which space weather belongs to it
    where: str = ""
    text: str = ""

    def place(self, keyword: str) -> str:
        """`file:line:column KEYWORD` of a keyword's value in the file; the file alone where it has none."""
        return place_of(self.text, keyword, self.where)


def given_of(path: Path | str, *, segment: int = 1) -> Given:
    """The orbit of a file: an OPM's state, or the first state of an OEM's segment (counted from 1).

    Burns are the OPM's, or those that an OEM's comments announce; of an OEM, mass, areas and coefficients come from its
    comments too. Raises InputError (InputErrors) with the place of everything that is wrong.
    """
    file = Path(path)
    return given_of_text(read_text(file, or_latin=True), where=str(file), segment=segment)


def given_of_text(text: str, *, where: str, segment: int = 1) -> Given:
    """As `given_of`, of a text."""
    kind = kind_of(text)
    if kind == "OPM":
        return _of_opm(text, where)
    if kind == "OEM":
        message = read_oem(text, where=where)
        segments = message.segments
        if not 1 <= segment <= len(segments):
            raise InputError(f"the ephemeris has segments 1 to {len(segments)} (got {segment})", where="--segment")
        return _of_oem(segments[segment - 1], message.header.creation_date, text, where)
    if kind == "OMM":
        what = "holds mean elements (OMM), which belong to SGP4: use `hamsafar ephemeris`; here an OPM or OEM is needed"
        raise InputError(what, where=where)
    raise InputError("is neither a CCSDS OPM nor an OEM (KVN or XML)", where=where)


def _of_opm(text: str, where: str) -> Given:
    """Of an OPM's text; where it holds Keplerian elements only, the state is calculated from them."""
    elements: list[KeplerBlock] = []

    def noted(block: KeplerBlock) -> tuple[float, ...]:
        elements.append(block)
        return _vectors_of(block)

    given = given_of_opm(read_opm(text, where=where, vectors=noted), where=where, text=text)
    if not elements:
        return given
    try:
        keplerian(given.state)  # which refuses axes that turn
    except InputError as problem:
        raise InputError(problem.what, where=place_of(text, "REF_FRAME", where)) from problem
    gm = elements[0].gm_km3_s2
    what = f"there is no position and velocity: they are calculated from the Keplerian elements with GM = {gm:g}"
    return evolve(given, assumed=(*given.assumed, f"{what} km3/s2"))


def _vectors_of(block: KeplerBlock) -> tuple[float, ...]:
    """Position (km) and velocity (km/s) of an ellipse's elements. Raises InputError for others."""
    e, true_deg = block.eccentricity, block.true_anomaly_deg
    if not (0.0 <= e < 1.0 and block.semi_major_axis_km > 0.0):
        raise InputError(f"describe no closed orbit (a {block.semi_major_axis_km:g} km, e {e:g})")
    anomaly_rad = (
        radians(true_deg) if true_deg is not None else true_anomaly_rad(radians(block.mean_anomaly_deg or 0), e)
    )
    elements = Elements(
        semi_major_axis_km=block.semi_major_axis_km,
        eccentricity=e,
        inclination_rad=radians(block.inclination_deg),
        node_rad=radians(block.raan_deg),
        periapsis_rad=radians(block.argument_of_pericenter_deg),
        true_anomaly_rad=anomaly_rad,
    )
    r_km, v_km_s = vectors(elements, block.gm_km3_s2)
    return (*r_km.tolist(), *v_km_s.tolist())


def given_of_opm(message: ParameterMessage, *, where: str, text: str = "") -> Given:
    """The orbit of an OPM that is read already; with its text errors name their line too. Raises InputError(s)."""
    state = message.state
    with Asked() as asked:
        flying = asked.read(craft_of, message.spacecraft, text, where)
        centre = asked.read(_centre_of, message.metadata, text, where)
        epoch = asked.read(_epoch_of, state.epoch, text, where)
        burns = [asked.read(_burn_of, index, each, text, where) for index, each in enumerate(message.maneuvers)]
    craft, assumed = flying[0], tuple(one for one in flying[1] if centre == "earth" or "DRAG" not in one)
    made = tuple(sorted(burns, key=lambda one: one.start))
    late = tuple(one for one in made if one.start >= epoch)
    _ensure_mass_lasts(craft, late, text, where)
    orbit = OrbitState(
        epoch=epoch,
        centre=centre,
        frame=message.metadata.ref_frame,
        position_km=state.position_km,
        velocity_km_s=state.velocity_km_s,
    )
    return Given(
        name=message.metadata.object_name,
        designator=message.metadata.object_id,
        state=orbit,
        craft=Craft(mass_kg=craft.mass_kg, solar=craft.solar, drag=craft.drag, burns=late),
        mass_known=_mass_of(message.spacecraft) is not None,
        **_weather_of(message.header.creation_date, epoch, text, where),
        assumed=assumed,
        warnings=(*_kepler_doubts(message.kepler, orbit), *_early(made, epoch)),
        where=where,
        text=text,
    )


def _of_oem(segment: EphemerisSegment, made: Instant | None, text: str, where: str) -> Given:
    metadata = segment.metadata
    stated = stated_spacecraft((*metadata.comments, *segment.comments))
    with Asked() as asked:
        flying = asked.read(craft_of, stated, text, where)
        centre = asked.read(_centre_of, metadata, text, where)
        tai_ns = asked.read(_moments_of, segment, text, where)
    craft, assumed = flying[0], tuple(one for one in flying[1] if centre == "earth" or "DRAG" not in one)
    epoch = Instant(int(tai_ns[0]))
    burns, said = _announced(segment, epoch)
    r, v = segment.position_km[0].tolist(), segment.velocity_km_s[0].tolist()
    return Given(
        name=metadata.object_name,
        designator=metadata.object_id,
        state=OrbitState(
            epoch=epoch, centre=centre, frame=metadata.ref_frame, position_km=tuple(r), velocity_km_s=tuple(v)
        ),
        craft=Craft(mass_kg=craft.mass_kg, solar=craft.solar, drag=craft.drag, burns=burns),
        mass_known=_mass_of(stated) is not None,
        assumed=(*assumed, *said),
        followed=segment,
        **_weather_of(made, epoch, text, where),
        where=where,
        text=text,
    )


def _weather_of(made: Instant | None, epoch: Instant, text: str, where: str) -> dict[str, Any]:
    """Until when space weather is as it came: as a comment of ours says, else when the message was made."""
    found = re.search(rf"(?<![A-Z_]){WEATHER}\s*=\s*([^\s<]+)", text)
    if found is None:
        return {"foreseen_at": None if made is None else max(made, epoch)}
    if found[1].upper() == OBSERVED:
        return {"foreseen_at": None, "weather_stated": True}
    try:
        return {"foreseen_at": Instant.parse(found[1][:64]), "weather_stated": True}
    except InputError as problem:
        what = f"{problem.what}; or {OBSERVED}"
        raise InputError(what, where=place_of(text, WEATHER, where)) from problem


def _announced(segment: EphemerisSegment, epoch: Instant) -> tuple[tuple[Burn, ...], tuple[str, ...]]:
    """Burns that an ephemeris's comments announce within it, and what had to be assumed of them."""
    burns, said = [], []
    last = Instant(int(segment.tai_ns[-1]))
    for one in stated_burns(segment.comments, epoch):
        if epoch <= one.start < last:
            duration_s = one.delta_v_m_s / _REBOOST_M_S2
            delta_v = (one.delta_v_m_s / 1_000, 0.0, 0.0)
            burns.append(Burn(start=one.start, delta_v_km_s=delta_v, axes="TNW", duration_s=duration_s))
            what = f"{one.name} at {one.start}: {one.delta_v_m_s:g} m/s along the velocity in {duration_s:.0f} s"
            said.append(f"{what}, as the comments name neither direction nor duration")
    return tuple(sorted(burns, key=lambda burn: burn.start)), tuple(said)


# What flies


def _mass_of(block: SpacecraftBlock | None) -> float | None:
    return None if block is None else block.mass_kg


def craft_of(block: SpacecraftBlock | None, text: str, where: str) -> tuple[Craft, tuple[str, ...]]:
    """What flies, without its burns, and what was assumed of it."""
    wrong = [
        InputError(f"should be {least} (got {value:g})", where=place_of(text, keyword, where))
        for keyword, value, least in _figures(block)
        if value is not None and (value < 0.0 or (value == 0.0 and least == "above 0"))
    ]
    if wrong:
        raise InputErrors(wrong)
    if block is None or block.mass_kg is None:
        what = "no MASS is given: neither sunlight nor air pushes"
        return Craft(mass_kg=_NO_MASS_KG), (what,)
    said: list[str] = []
    solar = drag = None
    if block.solar_radiation_area_m2 is None:
        said.append("no SOLAR_RAD_AREA is given: sunlight does not push")
    else:
        cr = _or_assumed(block.solar_radiation_coefficient, CR, "SOLAR_RAD_COEFF", said)
        solar = SolarPressure(area_m2=block.solar_radiation_area_m2, cr=cr)
    if block.drag_area_m2 is None:
        said.append("no DRAG_AREA is given: air does not brake")
    else:
        drag = Drag(area_m2=block.drag_area_m2, cd=_or_assumed(block.drag_coefficient, CD, "DRAG_COEFF", said))
    return Craft(mass_kg=block.mass_kg, solar=solar, drag=drag), tuple(said)


def _or_assumed(given: float | None, usual: float, keyword: str, said: list[str]) -> float:
    if given is None:
        said.append(f"no {keyword} is given: {usual:g}")
        return usual
    return given


def _figures(block: SpacecraftBlock | None) -> Iterator[tuple[str, float | None, str]]:
    if block is not None:
        yield "MASS", block.mass_kg, "above 0"
        yield "SOLAR_RAD_AREA", block.solar_radiation_area_m2, "0 or more"
        yield "SOLAR_RAD_COEFF", block.solar_radiation_coefficient, "0 or more"
        yield "DRAG_AREA", block.drag_area_m2, "0 or more"
        yield "DRAG_COEFF", block.drag_coefficient, "0 or more"


def _burn_of(index: int, given: Maneuver, text: str, where: str) -> Burn:
    delta_v = (given.dv_1_km_s, given.dv_2_km_s, given.dv_3_km_s)
    frame = given.ref_frame.strip().upper()
    place = place_of(text, "MAN_REF_FRAME", where, which=index)
    try:
        start = given.ignition.instant
    except InputError as problem:
        raise InputError(problem.what, where=place_of(text, "MAN_EPOCH_IGNITION", where, which=index)) from problem
    axes: Literal["ICRF", "RTN", "TNW"] = _LOCAL_AXES.get(frame, "ICRF")
    return Burn(
        start=start,
        delta_v_km_s=delta_v if frame in _LOCAL_AXES else _inertial(frame, delta_v, place),
        axes=axes,
        duration_s=given.duration_s,
        mass_loss_kg=-given.delta_mass_kg + 0.0,
    )


def _inertial(frame: str, delta_v: Vector, place: str) -> Vector:
    """A change of velocity given in inertial axes, in the ICRF's."""
    import numpy as np

    from hamsafar.orbit.frames import gcrs_from_eme2000

    if frame in ("ICRF", "GCRF"):
        return delta_v
    if frame in ("EME2000", "J2000"):
        x, y, z = gcrs_from_eme2000(np.array([delta_v]))[0].tolist()
        return x, y, z
    raise InputError(
        f"unknown frame of a maneuver; known are RTN, RSW, TNW, ICRF, GCRF, EME2000 (got {frame})", where=place
    )


def _ensure_mass_lasts(craft: Craft, burns: tuple[Burn, ...], text: str, where: str) -> None:
    used_kg = sum(burn.mass_loss_kg for burn in burns)
    if burns and used_kg >= craft.mass_kg:
        what = f"the maneuvers use {used_kg:g} kg up, and there are {craft.mass_kg:g} kg"
        raise InputError(what, where=place_of(text, "MAN_DELTA_MASS", where))


def _early(burns: tuple[Burn, ...], epoch: Instant) -> Iterator[str]:
    for burn in burns:
        if burn.start < epoch:
            yield f"the maneuver at {burn.start} lies before the state and is left out"


# Where and when


def _centre_of(metadata: OrbitMetadata, text: str, where: str) -> Centre:
    asked = metadata.center_name.strip().lower()
    for centre in CENTRES:
        if asked == centre:
            return centre
    known = " and ".join(one.upper() for one in CENTRES)
    raise InputError(f"known are {known} (got {metadata.center_name})", where=place_of(text, "CENTER_NAME", where))


def _epoch_of(epoch: Epoch, text: str, where: str) -> Instant:
    try:
        found = epoch.instant
        found.exact_iso()  # what comes back is told in UTC
    except InputError as problem:
        raise InputError(problem.what, where=place_of(text, "TIME_SYSTEM", where)) from problem
    except OutOfRangeError as problem:
        raise InputError(f"{problem}", where=place_of(text, "EPOCH", where)) from problem
    return found


def _moments_of(segment: EphemerisSegment, text: str, where: str) -> TaiNs:
    """Every state's moment; the first one's is checked as an OPM's is."""
    first = Epoch(clock_ns=int(segment.clock_ns[0]), time_system=segment.metadata.time_system)
    _epoch_of(first, text, where)
    return segment.tai_ns


def _kepler_doubts(block: KeplerBlock | None, state: OrbitState) -> Iterator[str]:
    """A word where the Keplerian elements of an OPM are not those of its state; the state counts."""
    if block is None:
        return
    r2 = sum(part * part for part in state.position_km) ** 0.5
    v2 = sum(part * part for part in state.velocity_km_s)
    a_km = 1.0 / (2.0 / r2 - v2 / block.gm_km3_s2)
    if abs(a_km - block.semi_major_axis_km) > _MOST_KEPLER_KM:
        what = f"the Keplerian elements say a = {block.semi_major_axis_km:.3f} km, position and velocity {a_km:.3f} km"
        yield f"{what}; position and velocity are used"


def place_of(text: str, keyword: str, where: str, *, which: int = 0) -> str:
    """Where a keyword stands: `NAME =` in KVN and in comments, `<NAME` in XML."""
    found = list(re.finditer(rf"(?m)(?<![A-Z_]){keyword}\s*=|<{keyword}[\s>]", text))
    if not found:
        return where
    at = found[min(which, len(found) - 1)].start()
    line_start = text.rfind("\n", 0, at) + 1
    return f"{where}:{text.count(chr(10), 0, at) + 1}:{at - line_start + 1} {keyword}"
