"""`propagate`: where one state leads under all that pulls and pushes, at the Moon and at the Earth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from attrs import evolve, frozen

from hamsafar.app.asking import Asked, instant_of, step_ns_of
from hamsafar.app.files import read_text
from hamsafar.app.orbit_messages import Given, given_of
from hamsafar.domain.orbits import CENTRES, Centre, Craft, OrbitState
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.numerical.model import EARTH_BODIES, MOON_BODIES, Body, ForceModel, GravityField
from hamsafar.orbit.numerical.space_weather import QUIET_AP
from hamsafar.orbit.states import MU_KM3_S2, SURFACE_KM, about, frame_arrays, frame_of, refuse_unflyable
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_of
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import parse_quantity

if TYPE_CHECKING:
    from hamsafar.orbit.numerical.drag_fit import FittedDrag
    from hamsafar.orbit.numerical.trajectory import NumericalTrajectory

EndedBy = Literal["until", "impact", "escape", "time"]
USUAL_DEGREE = 50
USUAL_TO = "1 d"
USUAL_STEP = "5 min"
MOST_STATES = 10_000_000
_MOST_APART = 0.01  # of a field's mu from its body's
_MOST_COMPARED = 200  # states of an ephemeris that the path is held against


@frozen(kw_only=True)
class Apsis:
    """A nearest or farthest point of the orbit; height above the sphere or the equator's radius."""

    time: Instant
    radius_km: float
    altitude_km: float


@frozen(kw_only=True)
class Impact:
    """Where the path meets the surface: the Moon's sphere (mean-Earth axes), or 80 km above the Earth (geodetic).

    `body`: the orbit's centre, or the other of the two where the path met that.
    """

    body: Centre
    time: Instant
    latitude_deg: float
    longitude_deg: float
    radius_km: float


@frozen(kw_only=True, eq=False)
class Against:
    """How far the path is from the states of the ephemeris it began with, km, at moments after its start."""

    tai_ns: TaiNs
    apart_km: Floats


@frozen(kw_only=True, eq=False)
class Propagated:
    """A path from one state: states in equal steps and at its end, and what happens on it.

    `assumed` says what the file left open; `warnings` what a reader should mind. `path` answers at any moment.
    """

    name: str
    designator: str
    centre: Centre
    frame: str
    start: Instant
    end: Instant
    ended_by: EndedBy
    asked_end: Instant
    craft: Craft
    mass_known: bool
    forces: ForceModel
    field_name: str
    assumed: tuple[str, ...]
    warnings: tuple[str, ...]
    tai_ns: TaiNs  # (n,)
    position_km: Floats  # (n, 3)
    velocity_km_s: Floats  # (n, 3)
    periapsis: tuple[Apsis, ...]
    apoapsis: tuple[Apsis, ...]
    impact: Impact | None
    fitted: FittedDrag | None
    against: Against | None
    weather_known_at: Instant | None  # space weather as foreseen then; None for what came
    path: NumericalTrajectory

    def __len__(self) -> int:
        return len(self.tai_ns)


def propagate(
    state: Path | str | Given,
    *,
    to: Instant | str = USUAL_TO,
    step: float | str = USUAL_STEP,
    degree: int | None = None,
    order: int | None = None,
    bodies: Sequence[str] | str | None = None,
    frame: str | None = None,
    center: str | None = None,
    segment: int = 1,
    drag: bool = True,
    sunlight: bool = True,
    fit_drag_h: float | None = None,
    as_of: Instant | str | None = None,
    field: Path | str | None = None,
    time_limit_s: float | None = None,
    tell: Callable[[str], None] | None = None,
) -> Propagated:
    """The path from the state of a file (CCSDS OPM, or the first state of an OEM's segment), Earth- or Moon-centred.

    `to`: an instant or a duration (`30 d`) after the state's epoch, which it must lie behind. `bodies`: whose pull is
    counted besides the centre's (`sun,moon`, or `none`). `frame`: of the states that come out, the file's own if not
    said; `center`: about which of `earth` and `moon` the orbit is calculated. `fit_drag_h`: scale the drag so that the
    path meets the ephemeris over its first hours; without `degree`, the degree of the field that leaves least is taken
    with it. `as_of`: with the space weather as foreseen then, if the path goes on after it; the file's date of making
    (or what a comment SPACE_WEATHER of our own files says) if not said, and `observed` for all that came. `field`:
    a gravity field's file (SHADR or .gfc) instead of the bundled one. After `time_limit_s` seconds it ends where it is,
    and says so.

    Raises InputError (InputErrors) with the place of everything that is wrong, a state under the surface and one that
    leaves its centre too; OutOfRangeError where ephemeris or space weather end.
    """
    with Asked() as asked:
        given = asked.read(_given, state, segment)
        step_ns = asked.read(step_ns_of, step)
        centre = asked.read(_centre_of, center, given)
        end = asked.read(_end_of, to, given)
        names = asked.read(_bodies_of, bodies, centre)
        known_frame = asked.read(_frame_of, frame, given, centre)
        order = asked.read(_order_of, order, degree)
        known_at = asked.read(_known_at, as_of, given, end)
        at_centre = asked.read(_start_of, given, centre)
        gravity = asked.read(_field_of, field, centre, USUAL_DEGREE if degree is None else degree, order)
        asked.read(_ensure_few, given, end, step_ns)
    if tell is not None:
        from hamsafar.orbit.numerical.compiling import tell_of_compiling

        tell_of_compiling(partial(tell, "Compiling the kernel, once on this machine"))
    forces = ForceModel(centre=centre, degree=gravity.degree, order=order, bodies=names)
    craft, fitted = _craft_of(given, centre, drag, sunlight), None
    if fit_drag_h is not None:
        chosen = gravity if degree is not None or field is not None or order is not None else None
        fitted = _fitted(given, at_centre, craft, forces, chosen, fit_drag_h, known_at, tell)
        assert craft.drag is not None
        craft = evolve(craft, drag=evolve(craft.drag, cd=craft.drag.cd * fitted.scale))
        if chosen is None:
            forces, gravity = evolve(forces, degree=fitted.degree), _field_of(None, centre, fitted.degree, None)

    from hamsafar.orbit.numerical.run import propagate as run

    path = run(
        at_centre,
        craft,
        forces,
        end,
        field=gravity,
        weather_known_at=known_at,
        tell=_told(tell),
        deadline_s=time_limit_s,
    )
    if tell is not None and path.ended_by != "time":
        tell("Following the orbit: 100%")
    return _answer(given, at_centre, path, craft, forces, gravity, known_frame, step_ns, end, fitted, known_at)


def _answer(
    given: Given,
    at_centre: OrbitState,
    path: NumericalTrajectory,
    craft: Craft,
    forces: ForceModel,
    gravity: GravityField,
    frame: str,
    step_ns: int,
    end: Instant,
    fitted: FittedDrag | None,
    known_at: Instant | None,
) -> Propagated:
    moments = _moments(path.start, path.end, step_ns)
    r_icrf, v_icrf = path.states_icrf(moments)
    r, v = frame_arrays(frame, forces.centre, r_icrf, v_icrf, moments, axes_at=given.state.epoch)
    return Propagated(
        name=given.name,
        designator=given.designator,
        centre=forces.centre,
        frame=frame,
        start=path.start,
        end=path.end,
        ended_by=path.ended_by,
        asked_end=end,
        craft=craft,
        mass_known=given.mass_known,
        forces=forces,
        field_name=gravity.name,
        assumed=(*given.assumed, *_foreseen(known_at, craft)),
        warnings=(*given.warnings, *_doubts(path, at_centre, craft, forces, known_at)),
        tai_ns=moments,
        position_km=r,
        velocity_km_s=v,
        periapsis=_apsides(path.periapsides(), forces.centre),
        apoapsis=_apsides(path.apoapsides(), forces.centre),
        impact=None if path.met is None else _impact_of(path, path.met),
        fitted=fitted,
        against=_against(given, path, forces.centre),
        weather_known_at=known_at,
        path=path,
    )


# What is asked


def _given(state: Path | str | Given, segment: int) -> Given:
    return state if isinstance(state, Given) else given_of(state, segment=segment)


def _centre_of(asked: str | None, given: Given) -> Centre:
    if asked is None:
        return given.state.centre
    for centre in CENTRES:
        if asked.strip().lower() == centre:
            return centre
    raise InputError(f"should be one of {', '.join(CENTRES)} (got {asked!r})", where="--center")


def _end_of(asked: Instant | str, given: Given) -> Instant:
    """The end, an instant or a duration after the state's epoch."""
    epoch = given.state.epoch
    try:
        end = epoch.plus(seconds=float(parse_quantity(str(asked), "duration")))
    except InputError:
        try:
            end = instant_of(asked, "--to")
        except InputError as problem:
            what = f"{problem.what}; or a duration such as '30 d'"
            raise InputError(what, where="--to") from problem
    except OverflowError as problem:
        raise InputError(f"is too far ahead (got {asked})", where="--to") from problem
    if end <= epoch:
        what = f"should come after the state's epoch, {epoch}: orbits are not followed backwards (got {asked})"
        raise InputError(what, where="--to")
    return end


def _bodies_of(asked: Sequence[str] | str | None, centre: Centre) -> tuple[Body, ...]:
    if asked is None:
        return MOON_BODIES if centre == "moon" else EARTH_BODIES
    words = asked.split(",") if isinstance(asked, str) else asked
    names = [word.strip().lower() for word in words if word.strip()]
    if names == ["none"]:
        return ()
    known = [body for body in get_args(Body) if body != centre]
    wrong = [name for name in names if name not in known]
    if wrong or len(set(names)) != len(names):
        said = f"{', '.join(wrong)} is not" if wrong else "one is named twice; name each once"
        raise InputError(f"{said} among the bodies that pull: {', '.join(known)}, or none", where="--bodies")
    return tuple(body for body in get_args(Body) if body in names)


def _frame_of(asked: str | None, given: Given, centre: Centre) -> str:
    """The frame of the answer: the one asked for, the file's own, or the ICRF where that belongs to another centre."""
    if asked is None:
        return _own_frame(given) if centre == given.state.centre else "ICRF"
    try:
        return frame_of(asked, centre)
    except InputError as problem:
        raise InputError(problem.what, where="--frame") from problem


def _own_frame(given: Given) -> str:
    try:
        return frame_of(given.state.frame, given.state.centre)
    except InputError as problem:
        raise InputError(problem.what, where=given.place("REF_FRAME")) from problem


def _known_at(asked: Instant | str | None, given: Given, end: Instant) -> Instant | None:
    """Until when space weather is taken as it came; None for all of it, as where the path ends before that day."""
    if asked is None and given.weather_stated:
        return given.foreseen_at
    if isinstance(asked, str) and asked.strip() == "observed":
        return None
    known = given.foreseen_at if asked is None else instant_of(asked, "--as-of")
    return None if known is None or known >= end else known


def _foreseen(known_at: Instant | None, craft: Craft) -> Iterator[str]:
    if known_at is not None and craft.drag is not None:
        what = f"space weather as foreseen at {known_at}: by the day until then, afterwards that day's F10.7"
        yield f"{what} and an ap of {QUIET_AP:g} (--as-of observed takes what came)"


def _order_of(asked: int | None, given_degree: int | None) -> int | None:
    degree = USUAL_DEGREE if given_degree is None else given_degree
    if degree < 0:
        raise InputError(f"should be 0 or more (got {degree})", where="--degree")
    if asked is not None and not 0 <= asked <= degree:
        raise InputError(f"should be from 0 to the degree, {degree} (got {asked})", where="--order")
    return asked


def _start_of(given: Given, centre: Centre) -> OrbitState:
    """The state about the centre, ICRF axes. Raises InputError for one that can't be followed, at its place."""
    _own_frame(given)
    try:
        moved = about(given.state, centre)
        own = given.state if centre == given.state.centre else moved
        refuse_unflyable(own, where=given.place("X"), velocity_where=given.place("X_DOT"))
    except OutOfRangeError as problem:
        raise InputError(f"{problem} (got {given.state.epoch})", where=given.place("EPOCH")) from problem
    return moved


def _field_of(path: Path | str | None, centre: Centre, degree: int, order: int | None) -> GravityField:
    from hamsafar.orbit.numerical.field import bundled_field, read_gfc, read_shadr
    from hamsafar.orbit.numerical.setup import AXES

    if path is None:
        try:
            found = bundled_field(centre, degree)
        except InputError as problem:
            what = f"{problem.what.split(';')[0]}; --field reads a larger one from its file (SHADR or .gfc)"
            raise InputError(what, where="--degree") from problem
    else:
        reader = read_gfc if str(path).lower().endswith(".gfc") else read_shadr
        found = reader(read_text(Path(path), or_latin=True), degree, name=Path(path).name, axes=AXES[centre])
        if abs(found.mu_km3_s2 / MU_KM3_S2[centre] - 1.0) > _MOST_APART:
            what = f"is not the {centre.capitalize()}'s field, about which the orbit is followed"
            raise InputError(f"{what}: its mu is {found.mu_km3_s2:g} km3/s2", where=f"--field {path}")
    if order is None:
        return found
    kept = np.arange(found.degree + 1) <= order
    return evolve(found, c=found.c * kept, s=found.s * kept)


def _craft_of(given: Given, centre: Centre, drag: bool, sunlight: bool) -> Craft:
    air = given.craft.drag if drag and centre == "earth" else None
    return evolve(given.craft, drag=air, solar=given.craft.solar if sunlight else None)


def _fitted(
    given: Given,
    start: OrbitState,
    craft: Craft,
    forces: ForceModel,
    gravity: GravityField | None,
    hours: float,
    known_at: Instant | None,
    tell: Callable[[str], None] | None,
) -> FittedDrag:
    from hamsafar.orbit.numerical.drag_fit import fit_degree_and_drag, fit_drag

    if given.followed is None:
        raise InputError("needs an ephemeris (OEM): an OPM holds one state only", where="--fit-drag")
    if craft.drag is None:
        what = "needs drag to scale: an Earth-centred ephemeris whose comments give MASS and DRAG_AREA"
        raise InputError(what, where="--fit-drag")
    if not hours > 0.0:
        raise InputError(f"should be a number of hours above 0 (got {hours:g})", where="--fit-drag")
    tai_ns = given.followed.tai_ns
    until_ns = start.epoch.tai_ns + round(hours * 3_600 * NS_PER_S)
    fit = (tai_ns > start.epoch.tai_ns) & (tai_ns <= until_ns)
    if not fit.any():
        raise InputError(f"the ephemeris has no states in its first {hours:g} h", where="--fit-drag")
    if tell is not None:
        tell("Fitting the drag")
    known = (tai_ns[fit], _followed_icrf(given, fit, forces.centre))
    if gravity is None:
        return fit_degree_and_drag(start, craft, forces, *known, weather_known_at=known_at)
    return fit_drag(start, craft, forces, *known, field=gravity, weather_known_at=known_at)


def _followed_icrf(given: Given, which: Any, centre: Centre) -> Floats:
    """Places (n, 3) of the ephemeris about the centre, ICRF axes, km."""
    from hamsafar.orbit.bodies import position_icrf_km
    from hamsafar.orbit.states import icrf_arrays

    assert given.followed is not None
    tai_ns = given.followed.tai_ns[which]
    r, v = given.followed.position_km[which], given.followed.velocity_km_s[which]
    own = given.state.centre
    r_icrf_km = icrf_arrays(given.state.frame, own, r, v, tai_ns, axes_at=given.state.epoch)[0]
    return r_icrf_km if own == centre else r_icrf_km + position_icrf_km(own, centre, tai_ns)


def _ensure_few(given: Given, end: Instant, step_ns: int) -> None:
    number = (end.tai_ns - given.state.epoch.tai_ns) // step_ns + 2
    if number > MOST_STATES:
        what = f"makes {number:,} states until {end}; {MOST_STATES:,} is the most: take a longer step"
        raise InputError(what, where="--step")


def _told(tell: Callable[[str], None] | None) -> Callable[[float], None] | None:
    return None if tell is None else lambda done: tell(f"Following the orbit: {done:.0%}")


# What is answered


def _moments(start: Instant, end: Instant, step_ns: int) -> TaiNs:
    """From the start in equal steps, and the end itself: (n,)."""
    steps = np.arange(start.tai_ns, end.tai_ns, step_ns, dtype=np.int64)
    return np.append(steps, np.int64(end.tai_ns))


def _apsides(found: tuple[TaiNs, Floats], centre: Centre) -> tuple[Apsis, ...]:
    surface_km = SURFACE_KM[centre]
    return tuple(
        Apsis(time=Instant(ns), radius_km=radius, altitude_km=radius - surface_km)
        for ns, radius in zip(found[0].tolist(), found[1].tolist(), strict=True)
    )


def _impact_of(path: NumericalTrajectory, body: Centre) -> Impact:
    from hamsafar.orbit.bodies import state_icrf
    from hamsafar.orbit.frames import geodetic

    at = tai_ns_of(path.end)
    r_icrf_km, v_icrf = path.states_icrf(at)
    if body != path.centre:
        shift_km, shift_km_s = state_icrf(path.centre, body, at)
        r_icrf_km, v_icrf = r_icrf_km + shift_km, v_icrf + shift_km_s
    r = frame_arrays("MOON_ME" if body == "moon" else "ITRF", body, r_icrf_km, v_icrf, at)[0]
    radius_km = float(np.linalg.norm(r))
    if body == "moon":
        latitude = float(np.degrees(np.arcsin(r[0, 2] / radius_km)))
        longitude = float(np.degrees(np.arctan2(r[0, 1], r[0, 0])))
    else:
        latitude, longitude = (float(one[0]) for one in geodetic(r)[:2])
    return Impact(body=body, time=path.end, latitude_deg=latitude, longitude_deg=longitude, radius_km=radius_km)


def _against(given: Given, path: NumericalTrajectory, centre: Centre) -> Against | None:
    """The ephemeris's own states along the path, evenly thinned."""
    if given.followed is None:
        return None
    tai_ns = given.followed.tai_ns
    inside = np.flatnonzero((tai_ns > path.start.tai_ns) & (tai_ns <= path.end.tai_ns))
    if not inside.size:
        return None
    some = inside[np.unique(np.linspace(0, inside.size - 1, min(inside.size, _MOST_COMPARED)).round().astype(int))]
    apart = path.states_icrf(tai_ns[some])[0] - _followed_icrf(given, some, centre)
    return Against(tai_ns=tai_ns[some], apart_km=np.linalg.norm(apart, axis=1))


def _doubts(
    path: NumericalTrajectory, start: OrbitState, craft: Craft, forces: ForceModel, known_at: Instant | None
) -> tuple[str, ...]:
    """What a reader should mind of the tables the path rests on."""
    from hamsafar.orbit.frames import table_warnings
    from hamsafar.orbit.states import is_bound_to_moon

    span = Span(path.start, path.end)
    if forces.centre == "moon":
        return ()
    said = list(table_warnings(span))
    if is_bound_to_moon(start):
        said.append("the orbit is one about the Moon, here a point: --center moon counts its field and its turning")
    if craft.drag is not None:
        from hamsafar.orbit.numerical.space_weather import doubts_of

        said += doubts_of(span, known_at=known_at)
    return tuple(said)
