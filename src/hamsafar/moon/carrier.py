"""Where the ship that carries the CubeSat is: a table of states about the Moon, and what lies between them."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from hamsafar.domain.messages import EphemerisMessage, EphemerisSegment
from hamsafar.domain.orbits import Centre, OrbitState
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.states import icrf_arrays
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S, Instant
from hamsafar.units import MOON_RADIUS_KM

_STATES = 6  # through which a polynomial goes, positions and velocities: degree 11
_MOST_TURN_RAD = 0.8  # between two states, an eighth of a turn: beyond it nobody knows what happens


class Path(Protocol):
    """A way about the Moon in ICRF axes."""

    @property
    def start(self) -> Instant: ...

    @property
    def end(self) -> Instant: ...

    def states_icrf(self, tai_ns: TaiNs) -> tuple[Floats, Floats]: ...


class CarrierPath:
    """The path through a carrier's states: Hermite polynomials through six neighbours, positions and velocities.

    Segments of a message are taken one after the other; a segment that begins later holds where two cover a moment.
    """

    def __init__(self, pieces: list[tuple[TaiNs, Floats, Floats]]) -> None:
        """`pieces`: times (n,), positions (n, 3) and velocities (n, 3), ICRF axes about the Moon; times ascend."""
        for tai_ns, r_icrf_km, _ in pieces:
            _refuse_unfit(tai_ns, r_icrf_km)
        self._pieces = sorted(pieces, key=lambda piece: int(piece[0][0]))
        if not pieces:
            raise InputError("the carrier's ephemeris has no states to follow")
        self.start = Instant(int(self._pieces[0][0][0]))
        self.end = Instant(max(int(piece[0][-1]) for piece in pieces))

    @classmethod
    def from_message(cls, message: EphemerisMessage) -> CarrierPath:
        """The path of an orbit ephemeris message (OEM), Moon-centred or Earth-centred.

        Raises InputError for another centre, an unknown frame, states inside the Moon or too far apart.
        """
        return cls([_piece(segment) for segment in message.segments if segment.tai_ns.size >= 2])

    def states_icrf(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) km and velocities (n, 3) km/s; OutOfRangeError where there are no states."""
        moments = np.asarray(tai_ns, dtype=np.int64)
        r_icrf_km, v_icrf_km_s = np.empty((moments.size, 3)), np.empty((moments.size, 3))
        left = np.ones(moments.size, dtype=bool)
        for piece in reversed(self._pieces):
            mine = left & (moments >= piece[0][0]) & (moments <= piece[0][-1])
            if mine.any():
                r_icrf_km[mine], v_icrf_km_s[mine] = _between(*piece, moments[mine])
                left &= ~mine
        if left.any():
            asked = Instant(int(moments[left][0]))
            what = f"the carrier's ephemeris has no state at {asked.iso()}; it covers {self.start} to {self.end}"
            raise OutOfRangeError(what, asked=asked, first=self.start, last=self.end)
        return r_icrf_km, v_icrf_km_s

    def state(self, moment: Instant) -> OrbitState:
        """One state, ICRF axes about the Moon."""
        return state_on(self, moment)


class BothWays:
    """A path that was calculated backwards and forwards from one moment."""

    def __init__(self, before: Path, after: Path) -> None:
        self._before, self._after = before, after
        self.start, self.end = before.start, after.end

    def states_icrf(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) km and velocities (n, 3) km/s; OutOfRangeError before the start or after the end."""
        moments = np.asarray(tai_ns, dtype=np.int64)
        r_icrf_km, v_icrf_km_s = np.empty((moments.size, 3)), np.empty((moments.size, 3))
        early = moments < self._after.start.tai_ns
        for which, path in ((early, self._before), (~early, self._after)):
            if which.any():
                r_icrf_km[which], v_icrf_km_s[which] = path.states_icrf(moments[which])
        return r_icrf_km, v_icrf_km_s


def state_on(path: Path, moment: Instant) -> OrbitState:
    """The state of a path at a moment, ICRF axes about the Moon."""
    r_icrf_km, v_icrf_km_s = path.states_icrf(np.array([moment.tai_ns], dtype=np.int64))
    x, y, z = r_icrf_km[0].tolist()
    u, v, w = v_icrf_km_s[0].tolist()
    return OrbitState(epoch=moment, centre="moon", frame="ICRF", position_km=(x, y, z), velocity_km_s=(u, v, w))


def _piece(segment: EphemerisSegment) -> tuple[TaiNs, Floats, Floats]:
    """A segment's states about the Moon, ICRF axes."""
    metadata = segment.metadata
    centres: dict[str, Centre] = {"MOON": "moon", "EARTH": "earth"}
    centre = centres.get(metadata.center_name.upper())
    if centre is None:
        raise InputError(f"the carrier's ephemeris is about {metadata.center_name}; MOON and EARTH can be followed")
    tai_ns = np.asarray(segment.tai_ns, dtype=np.int64)
    axes_at = None if metadata.ref_frame_epoch is None else metadata.ref_frame_epoch.instant
    r_km, v_km_s = np.asarray(segment.position_km), np.asarray(segment.velocity_km_s)
    r_icrf_km, v_icrf_km_s = icrf_arrays(metadata.ref_frame, centre, r_km, v_km_s, tai_ns, axes_at=axes_at)
    if centre == "earth":
        shift_km, shift_km_s = state_icrf("moon", "earth", tai_ns)
        r_icrf_km, v_icrf_km_s = r_icrf_km - shift_km, v_icrf_km_s - shift_km_s
    return tai_ns, r_icrf_km, v_icrf_km_s


def _refuse_unfit(tai_ns: TaiNs, r_icrf_km: Floats) -> None:
    distance_km = np.linalg.norm(r_icrf_km, axis=1)
    if (distance_km < MOON_RADIUS_KM).any():
        at = Instant(int(tai_ns[int(np.argmax(distance_km < MOON_RADIUS_KM))]))
        raise InputError(f"the carrier's state of {at} is inside the Moon: are these km, from the Moon's centre?")
    ahead = r_icrf_km[1:] / distance_km[1:, None]
    turn_rad = np.arccos(np.clip(np.sum(r_icrf_km[:-1] / distance_km[:-1, None] * ahead, axis=1), -1.0, 1.0))
    if turn_rad.size and turn_rad.max() > _MOST_TURN_RAD:
        worst = int(np.argmax(turn_rad))
        first, last = Instant(int(tai_ns[worst])), Instant(int(tai_ns[worst + 1]))
        turned = f"the carrier turns {np.degrees(turn_rad[worst]):.0f} deg between {first} and {last}"
        raise InputError(f"{turned}: give states closer together")


def _between(tai_ns: TaiNs, r_icrf_km: Floats, v_icrf_km_s: Floats, moments: TaiNs) -> tuple[Floats, Floats]:
    """The Hermite polynomial through six states about each moment, in Newton's form (Burden and Faires 2011, 3.4)."""
    number = min(_STATES, tai_ns.size)
    first = np.clip(np.searchsorted(tai_ns, moments, side="right") - number // 2, 0, tai_ns.size - number)
    around = first[:, None] + np.arange(number)
    nodes = np.repeat((tai_ns[around] - moments[:, None]) / NS_PER_S, 2, axis=1)  # (n, 2k), the moment at 0
    table = np.repeat(r_icrf_km[around], 2, axis=1)
    newton = [table[:, 0]]
    slopes = v_icrf_km_s[around]
    for order in range(1, 2 * number):
        gaps = nodes[:, order:] - nodes[:, :-order]
        step = table[:, 1:] - table[:, :-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            table = step / gaps[:, :, None]
        if order == 1:
            table[:, ::2] = slopes
        newton.append(table[:, 0])
    value, slope = newton[-1], np.zeros_like(newton[-1])
    for order in range(2 * number - 2, -1, -1):
        behind = -nodes[:, order, None]
        slope = value + behind * slope
        value = newton[order] + behind * value
    return value, slope
