"""A propagated orbit as text: JSON, CSV, an OEM of its states, an OPM of where it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from attrs import evolve

from hamsafar.app.orbit_messages import OBSERVED, WEATHER
from hamsafar.app.propagating import Apsis, Propagated
from hamsafar.domain.messages import (
    EphemerisMessage,
    EphemerisMetadata,
    EphemerisSegment,
    Epoch,
    Maneuver,
    MessageHeader,
    OrbitMetadata,
    ParameterMessage,
    SpacecraftBlock,
    StateBlock,
)
from hamsafar.domain.orbits import Burn
from hamsafar.errors import InputError
from hamsafar.formats.ccsds.naming import UNKNOWN, ascii_lines, ascii_name
from hamsafar.formats.ccsds.oem import write_oem
from hamsafar.formats.ccsds.opm import write_opm
from hamsafar.timeline import Instant

OrbitForm: TypeAlias = Literal["json", "csv", "oem", "opm"]
_AT_ONCE = 5_000
_REF_FRAMES = {"ITRF": "ITRF2020"}  # the realisation that today's Earth orientation tables belong to


def orbit_form(asked: str | None, file_name: str | None) -> OrbitForm:
    """The form asked for; if none is, the one that a file's name ends in, else json. The two may not contradict."""
    ending = None if file_name is None or "." not in file_name else file_name.rsplit(".", 1)[1].lower()
    wanted = asked or (ending if file_name is not None else "json")
    forms = get_args(OrbitForm)
    for form in forms:
        if wanted is not None and wanted.lower() == form:
            known: OrbitForm = form
            if ending in forms and ending != known:
                raise InputError(f"is {known}, but --out {file_name} names {ending}; make them agree", where="--format")
            return known
    if asked is None:
        what = f"does not say its form by its name's end ({', '.join(forms)}); say --format"
        raise InputError(what, where=f"--out {file_name}")
    raise InputError(f"should be one of {', '.join(forms)} (got {asked!r})", where="--format")


def orbit_pieces(answer: Propagated, form: OrbitForm) -> Iterator[str]:
    """The text of an answer in a form; every number reads back equal."""
    makers: dict[OrbitForm, Callable[[Propagated], Iterator[str]]] = {
        "json": _json,
        "csv": _csv,
        "oem": _oem,
        "opm": _opm,
    }
    return makers[form](answer)


# JSON and CSV


def facts(answer: Propagated) -> dict[str, Any]:
    """Everything about a path but its states, as JSON has it."""
    return {
        "object": {"name": answer.name, "designator": answer.designator},
        "centre": answer.centre,
        "frame": answer.frame,
        "start": answer.start.exact_iso(),
        "end": answer.end.exact_iso(),
        "ended_by": answer.ended_by,
        "asked_end": answer.asked_end.exact_iso(),
        "model": {
            "field": answer.field_name,
            "degree": answer.forces.degree,
            "order": answer.forces.degree if answer.forces.order is None else answer.forces.order,
            "bodies": list(answer.forces.bodies),
            "sunlight": answer.craft.solar is not None,
            "air": "NRLMSISE-00" if answer.craft.drag is not None else None,
        },
        "craft": _craft(answer),
        "assumed": list(answer.assumed),
        "warnings": list(answer.warnings),
        "fitted": _fitted(answer),
        "against": _against(answer),
        "events": {
            "periapsis": _apsides(answer.periapsis),
            "apoapsis": _apsides(answer.apoapsis),
            "impact": _impact(answer),
        },
    }


def _craft(answer: Propagated) -> dict[str, Any]:
    craft = answer.craft
    return {
        "mass_kg": craft.mass_kg if answer.mass_known else None,
        "solar_area_m2": None if craft.solar is None else craft.solar.area_m2,
        "cr": None if craft.solar is None else craft.solar.cr,
        "drag_area_m2": None if craft.drag is None else craft.drag.area_m2,
        "cd": None if craft.drag is None else craft.drag.cd,
        "burns": [
            {
                "start": burn.start.exact_iso(),
                "duration_s": burn.duration_s,
                "axes": burn.axes,
                "delta_v_km_s": list(burn.delta_v_km_s),
                "mass_loss_kg": burn.mass_loss_kg,
            }
            for burn in craft.burns
        ],
    }


def _fitted(answer: Propagated) -> dict[str, Any] | None:
    fitted = answer.fitted
    if fitted is None:
        return None
    return {
        "drag_scale": fitted.scale,
        "drag_scale_sigma": fitted.scale_sigma,
        "degree": fitted.degree,
        "states": fitted.states,
        "rms_before_km": fitted.rms_before_km,
        "rms_after_km": fitted.rms_after_km,
    }


def _against(answer: Propagated) -> list[dict[str, Any]] | None:
    """How far the path is from the ephemeris it began with."""
    if answer.against is None:
        return None
    rows = zip(answer.against.tai_ns.tolist(), answer.against.apart_km.tolist(), strict=True)
    return [{"time": Instant(ns).exact_iso(), "apart_km": apart} for ns, apart in rows]


def _apsides(found: Iterable[Apsis]) -> list[dict[str, Any]]:
    return [{"time": one.time.iso(3), "radius_km": one.radius_km, "altitude_km": one.altitude_km} for one in found]


def _impact(answer: Propagated) -> dict[str, Any] | None:
    hit = answer.impact
    if hit is None:
        return None
    return {
        "body": hit.body,
        "time": hit.time.iso(3),
        "latitude_deg": hit.latitude_deg,
        "longitude_deg": hit.longitude_deg,
        "radius_km": hit.radius_km,
    }


def _json(answer: Propagated) -> Iterator[str]:
    yield json.dumps(facts(answer), ensure_ascii=False, indent=1, allow_nan=False)[:-2] + ',\n "states": ['
    before = "\n"
    for time, r, v in _rows(answer):
        state = {"time": time, "position_km": r, "velocity_km_s": v}
        yield f"{before}  {json.dumps(state, allow_nan=False)}"
        before = ",\n"
    yield "\n ]\n}\n"


def _csv(answer: Propagated) -> Iterator[str]:
    """RFC 4180 with a header; the frame is in the names of the columns."""
    frame = answer.frame.lower()
    axes = [f"{axis}_{frame}_km" for axis in "xyz"] + [f"v{axis}_{frame}_km_s" for axis in "xyz"]
    yield ",".join(["time", *axes]) + "\r\n"
    for time, r, v in _rows(answer):
        yield f"{time},{r[0]!r},{r[1]!r},{r[2]!r},{v[0]!r},{v[1]!r},{v[2]!r}\r\n"


def _rows(answer: Propagated) -> Iterator[tuple[str, list[float], list[float]]]:
    for first in range(0, len(answer), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        columns = (answer.tai_ns[some], answer.position_km[some], answer.velocity_km_s[some])
        for ns, r, v in zip(*(column.tolist() for column in columns), strict=True):
            yield Instant(ns).exact_iso(), r, v


# CCSDS messages


def _header(answer: Propagated) -> MessageHeader:
    pulls = ", ".join(answer.forces.bodies) or "no other body"
    made = f"Made by Hamsafar: {answer.field_name} to degree {answer.forces.degree}, {pulls}"
    texts = (made, *answer.assumed, *answer.warnings)
    now = Instant.from_datetime(datetime.now(UTC).replace(microsecond=0))
    lines = tuple(line for text in (*texts, *_weather(answer)) for line in ascii_lines(text))
    return MessageHeader(comments=lines, creation_date=now, originator="HAMSAFAR")


def _weather(answer: Propagated) -> Iterator[str]:
    """With which space weather it flew, so that who follows the message goes the same way."""
    if answer.craft.drag is not None:
        known_at = answer.weather_known_at
        yield f"{WEATHER} = {OBSERVED if known_at is None else known_at.exact_iso()}"


def _metadata(answer: Propagated) -> OrbitMetadata:
    """Whose states they are; an international designator keeps the form it was given in."""
    designator = answer.designator.strip()
    return OrbitMetadata(
        object_name=ascii_name(answer.name),
        object_id=next(iter(ascii_lines(designator)), UNKNOWN),
        center_name=answer.centre.upper(),
        ref_frame=_REF_FRAMES.get(answer.frame, answer.frame),
    )


def _flying(answer: Propagated) -> tuple[str, ...]:
    """Mass, areas and coefficients as agencies write them into comments, so that they are read back."""
    block = _spacecraft(answer)
    if block is None:
        return ()
    figures = {
        "MASS": block.mass_kg,
        "DRAG_AREA": block.drag_area_m2,
        "DRAG_COEFF": block.drag_coefficient,
        "SOLAR_RAD_AREA": block.solar_radiation_area_m2,
        "SOLAR_RAD_COEFF": block.solar_radiation_coefficient,
    }
    return tuple(f"{keyword} = {value!r}" for keyword, value in figures.items() if value is not None)


def _oem(answer: Propagated) -> Iterator[str]:
    """An OEM (KVN): a segment from each impulse on, as nothing joins velocities across it."""
    jumps = sorted({burn.start.tai_ns for burn in answer.craft.burns if burn.duration_s == 0.0})
    edges = np.searchsorted(answer.tai_ns, np.array(jumps, dtype=np.int64)) if jumps else np.array([], dtype=int)
    cuts = [0, *sorted({int(at) for at in edges if 0 < at < len(answer)}), len(answer)]
    segments = tuple(_segment(answer, first, after) for first, after in pairwise(cuts))
    yield write_oem(EphemerisMessage(header=_header(answer), segments=segments)).decode("ascii")


def _segment(answer: Propagated, first: int, after: int) -> EphemerisSegment:
    moments = answer.tai_ns[first:after]
    own = _metadata(answer)
    metadata = EphemerisMetadata(
        object_name=own.object_name,
        object_id=own.object_id,
        center_name=own.center_name,
        ref_frame=own.ref_frame,
        start_time=Epoch(clock_ns=int(moments[0]), time_system="UTC"),
        stop_time=Epoch(clock_ns=int(moments[-1]), time_system="UTC"),
    )
    return EphemerisSegment(
        metadata=metadata,
        comments=_flying(answer) if first == 0 else (),
        clock_ns=moments,
        position_km=answer.position_km[first:after],
        velocity_km_s=answer.velocity_km_s[first:after],
    )


def _opm(answer: Propagated) -> Iterator[str]:
    """An OPM (KVN) of the last state, with what is left of the mass and the burns that are still to come."""
    r, v = answer.position_km[-1].tolist(), answer.velocity_km_s[-1].tolist()
    block = StateBlock(
        epoch=Epoch(clock_ns=int(answer.tai_ns[-1]), time_system="UTC"),
        x_km=r[0],
        y_km=r[1],
        z_km=r[2],
        x_dot_km_s=v[0],
        y_dot_km_s=v[1],
        z_dot_km_s=v[2],
    )
    left = tuple(burn for burn in answer.craft.burns if burn.start >= answer.end)
    message = ParameterMessage(
        header=_header(answer),
        metadata=_metadata(answer),
        state=block,
        spacecraft=_spacecraft(answer),
        maneuvers=tuple(_maneuver(burn) for burn in left),
    )
    yield write_opm(message).decode("ascii")


def _spacecraft(answer: Propagated) -> SpacecraftBlock | None:
    if not answer.mass_known:
        return None
    craft = answer.craft
    used_kg = sum(_used_kg(burn, answer.end) for burn in craft.burns)
    block = SpacecraftBlock(mass_kg=craft.mass_kg - used_kg)
    if craft.solar is not None:
        block = evolve(block, solar_radiation_area_m2=craft.solar.area_m2, solar_radiation_coefficient=craft.solar.cr)
    if craft.drag is not None:
        block = evolve(block, drag_area_m2=craft.drag.area_m2, drag_coefficient=craft.drag.cd)
    return block


def _used_kg(burn: Burn, end: Instant) -> float:
    """What a burn has used up by then."""
    if burn.start >= end:
        return 0.0
    if burn.duration_s == 0.0:
        return burn.mass_loss_kg
    return burn.mass_loss_kg * min(1.0, end.seconds_since(burn.start) / burn.duration_s)


def _maneuver(burn: Burn) -> Maneuver:
    return Maneuver(
        ignition=Epoch(clock_ns=burn.start.tai_ns, time_system="UTC"),
        duration_s=burn.duration_s,
        delta_mass_kg=-burn.mass_loss_kg,
        ref_frame=burn.axes,
        dv_1_km_s=burn.delta_v_km_s[0],
        dv_2_km_s=burn.delta_v_km_s[1],
        dv_3_km_s=burn.delta_v_km_s[2],
    )
