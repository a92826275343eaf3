"""CCSDS orbit messages as nouns: mean elements (OMM), one state (OPM), an ephemeris (OEM).

Names follow the keywords of CCSDS 502.0-B-3; numbers carry the unit the standard gives them. Every block keeps
its own comments. A text is one line of printable characters without blanks around it; absent is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

import attrs
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from hamsafar.errors import InputError
from hamsafar.timeline import Instant, tai_ns_of_tdb

COVARIANCE_TERMS = 21  # the lower triangle of a 6x6 matrix
_AHEAD_OF_TAI_NS = {"UTC": 0, "TAI": 0, "TT": 32_184_000_000, "TDT": 32_184_000_000, "GPS": -19_000_000_000}
LARGEST_CLOCK_NS = 9_200_000_000_000_000_000  # 64 bits hold a little more: room for the steps between systems

UserDefined = tuple[tuple[str, str], ...]


def _sorted_pairs(pairs: UserDefined) -> UserDefined:
    return tuple(sorted(pairs))


def _line(_: object, attribute: Any, value: Any) -> None:
    if value is not None and (not value or value != value.strip() or not value.isprintable()):
        raise InputError(f"{attribute.name} should be one line of text without blanks around it (got {value!r:.80})")


def _comments(_: object, attribute: Any, value: tuple[str, ...]) -> None:
    for text in value:
        if not text.isprintable():
            raise InputError(f"{attribute.name} should be lines of printable text (got {text!r:.80})")


def _finite(_: object, attribute: Any, value: Any) -> None:
    for number in value if isinstance(value, tuple) else () if value is None else (value,):
        if not isfinite(number):
            raise InputError(f"{attribute.name} should be finite (got {number!r})")


def _terms(instance: object, attribute: Any, value: tuple[float, ...]) -> None:
    if len(value) != COVARIANCE_TERMS:
        raise InputError(f"{attribute.name} should hold {COVARIANCE_TERMS} terms (got {len(value)})")
    _finite(instance, attribute, value)


def _pairs(_: object, attribute: Any, value: UserDefined) -> None:
    names = [name for name, _ in value]
    if len(set(names)) != len(names):
        raise InputError(f"{attribute.name} names a parameter twice")
    for name, text in value:
        sound = name.isprintable() and name.isascii() and not set(name) & set(" =,\"<>&'")
        if not (name and sound and text and text == text.strip() and text.isprintable()):
            raise InputError(f"{attribute.name} should be names and one-line texts (got {name!r:.60}, {text!r:.60})")


def _no_loose_comments(comments: tuple[str, ...], pairs: UserDefined) -> None:
    if comments and not pairs:
        raise InputError("comments on user-defined parameters need a parameter beside them")


def clock_behind_tai_ns(time_system: str) -> int:
    """Nanoseconds to take from a count of that system's clock to have one of TAI (UTC counts as TAI here).

    Exact by definition: TT = TAI + 32.184 s (IAU 1991), GPS = TAI - 19 s. Raises InputError for the others: UT1 is
    measured, TDB wobbles (`tai_ns_of_clock` knows it), the rest is agreed between two parties.
    """
    if time_system not in _AHEAD_OF_TAI_NS:
        known = ", ".join((*_AHEAD_OF_TAI_NS, "TDB"))
        raise InputError(f"times in {time_system} cannot be turned into UTC exactly; {known} can")
    return _AHEAD_OF_TAI_NS[time_system]


def tai_ns_of_clock(clock_ns: int, time_system: str) -> int:
    """Nanoseconds of TAI at a count of that system's clock, as `Epoch` counts; TDB to 10 microseconds, others exactly.

    Raises InputError for a system whose times can't be had from a definition.
    """
    return tai_ns_of_tdb(clock_ns) if time_system == "TDB" else clock_ns - clock_behind_tai_ns(time_system)


@frozen(kw_only=True)
class Epoch:
    """A time as a message gives it, on the clock of its own time system.

    `clock_ns` counts nanoseconds since 2000-01-01T00:00 of that clock; where the system is UTC, it counts TAI, so
    that a leap second has its own count.
    """

    clock_ns: int = field()
    time_system: str = field(validator=_line)

    @clock_ns.validator
    def _within(self, _: object, value: int) -> None:
        if not -LARGEST_CLOCK_NS <= value <= LARGEST_CLOCK_NS:
            raise InputError("an epoch lies between the years 1709 and 2291")

    @property
    def instant(self) -> Instant:
        """The moment, in TDB to 10 microseconds. InputError for a time system without a definition in TAI."""
        return Instant(tai_ns_of_clock(self.clock_ns, self.time_system))


@frozen(kw_only=True)
class MessageHeader:
    """Who made a message and when. Catalogues that publish OMM as JSON or CSV leave both out."""

    version: str = field(default="2.0", validator=_line)
    comments: tuple[str, ...] = field(default=(), validator=_comments)
    classification: str | None = field(default=None, validator=_line)  # from version 3.0
    creation_date: Instant | None = None
    originator: str | None = field(default=None, validator=_line)
    message_id: str | None = field(default=None, validator=_line)  # from version 3.0


@frozen(kw_only=True)
class OrbitMetadata:
    """Which object, around what, in which frame and time system."""

    comments: tuple[str, ...] = field(default=(), validator=_comments)
    object_name: str = field(validator=_line)
    object_id: str = field(validator=_line)
    center_name: str = field(default="EARTH", validator=_line)
    ref_frame: str = field(validator=_line)
    ref_frame_epoch: Epoch | None = None
    time_system: str = field(default="UTC", validator=_line)


@frozen(kw_only=True)
class MeanElementsMetadata(OrbitMetadata):
    """The metadata of an OMM."""

    ref_frame: str = field(default="TEME", validator=_line)
    mean_element_theory: str = field(default="SGP4", validator=_line)


@frozen(kw_only=True)
class EphemerisMetadata(OrbitMetadata):
    """The metadata of one segment of an OEM."""

    start_time: Epoch
    useable_start_time: Epoch | None = None
    useable_stop_time: Epoch | None = None
    stop_time: Epoch
    interpolation: str | None = field(default=None, validator=_line)
    interpolation_degree: int | None = None


@frozen(kw_only=True)
class MeanElementsBlock:
    """Mean Keplerian elements: one of `mean_motion_rev_d` and `semi_major_axis_km` is given."""

    comments: tuple[str, ...] = field(default=(), validator=_comments)
    epoch: Epoch
    semi_major_axis_km: float | None = field(default=None, validator=_finite)
    mean_motion_rev_d: float | None = field(default=None, validator=_finite)
    eccentricity: float = field(validator=_finite)
    inclination_deg: float = field(validator=_finite)
    raan_deg: float = field(validator=_finite)
    argument_of_pericenter_deg: float = field(validator=_finite)
    mean_anomaly_deg: float = field(validator=_finite)
    gm_km3_s2: float | None = field(default=None, validator=_finite)


@frozen(kw_only=True)
class SpacecraftBlock:
    """What drag and sunlight act on."""

    comments: tuple[str, ...] = field(default=(), validator=_comments)
    mass_kg: float | None = field(default=None, validator=_finite)
    solar_radiation_area_m2: float | None = field(default=None, validator=_finite)
    solar_radiation_coefficient: float | None = field(default=None, validator=_finite)
    drag_area_m2: float | None = field(default=None, validator=_finite)
    drag_coefficient: float | None = field(default=None, validator=_finite)

    def __attrs_post_init__(self) -> None:
        if all(value is None for value in attrs.astuple(self)[1:]):
            raise InputError("spacecraft parameters without a value: leave the block out")


@frozen(kw_only=True)
class TleBlock:
    """What SGP4 and element lines need besides the Keplerian elements."""

    comments: tuple[str, ...] = field(default=(), validator=_comments)
    ephemeris_type: int | None = None
    classification_type: str | None = field(default=None, validator=_line)
    norad_cat_id: int
    element_set_no: int | None = None
    rev_at_epoch: int | None = None
    bstar_per_er: float = field(validator=_finite)
    mean_motion_dot: float | None = field(default=None, validator=_finite)  # rev/d^2, as TLEs print it: halved
    mean_motion_ddot: float | None = field(default=None, validator=_finite)  # rev/d^3, as TLEs print it: a sixth


@frozen(kw_only=True)
class Covariance:
    """The lower triangle of the covariance of x, y, z, vx, vy, vz (km, km/s), row by row."""

    comments: tuple[str, ...] = field(default=(), validator=_comments)
    ref_frame: str | None = field(default=None, validator=_line)  # None: the message's own
    lower: tuple[float, ...] = field(validator=_terms)


@frozen(kw_only=True)
class EpochCovariance(Covariance):
    """A covariance of an ephemeris, at its epoch."""

    epoch: Epoch


@frozen(kw_only=True)
class MeanElementsMessage:
    """An Orbit Mean-Elements Message (OMM) for SGP4."""

    header: MessageHeader
    metadata: MeanElementsMetadata
    mean_elements: MeanElementsBlock
    spacecraft: SpacecraftBlock | None = None
    tle: TleBlock
    covariance: Covariance | None = None
    user_comments: tuple[str, ...] = field(default=(), validator=_comments)
    user_defined: UserDefined = field(default=(), validator=_pairs, eq=_sorted_pairs)  # their order says nothing

    def __attrs_post_init__(self) -> None:
        _no_loose_comments(self.user_comments, self.user_defined)


@frozen(kw_only=True)
class StateBlock:
    """Position and velocity at one epoch, in the message's frame."""

    comments: tuple[str, ...] = field(default=(), validator=_comments)
    epoch: Epoch
    x_km: float = field(validator=_finite)
    y_km: float = field(validator=_finite)
    z_km: float = field(validator=_finite)
    x_dot_km_s: float = field(validator=_finite)
    y_dot_km_s: float = field(validator=_finite)
    z_dot_km_s: float = field(validator=_finite)

    @property
    def position_km(self) -> tuple[float, float, float]:
        """x, y, z."""
        return self.x_km, self.y_km, self.z_km

    @property
    def velocity_km_s(self) -> tuple[float, float, float]:
        """Their rates."""
        return self.x_dot_km_s, self.y_dot_km_s, self.z_dot_km_s


@frozen(kw_only=True)
class KeplerBlock:
    """Osculating Keplerian elements of the same state; one of the two anomalies is given."""

    comments: tuple[str, ...] = field(default=(), validator=_comments)
    semi_major_axis_km: float = field(validator=_finite)
    eccentricity: float = field(validator=_finite)
    inclination_deg: float = field(validator=_finite)
    raan_deg: float = field(validator=_finite)
    argument_of_pericenter_deg: float = field(validator=_finite)
    true_anomaly_deg: float | None = field(default=None, validator=_finite)
    mean_anomaly_deg: float | None = field(default=None, validator=_finite)
    gm_km3_s2: float = field(validator=_finite)


@frozen(kw_only=True)
class Maneuver:
    """One burn; of no duration when it is impulsive."""

    comments: tuple[str, ...] = field(default=(), validator=_comments)
    ignition: Epoch
    duration_s: float = field(validator=_finite)
    delta_mass_kg: float = field(validator=_finite)
    ref_frame: str = field(validator=_line)
    dv_1_km_s: float = field(validator=_finite)
    dv_2_km_s: float = field(validator=_finite)
    dv_3_km_s: float = field(validator=_finite)


@frozen(kw_only=True)
class ParameterMessage:
    """An Orbit Parameter Message (OPM): one state, and what is needed to propagate it."""

    header: MessageHeader
    metadata: OrbitMetadata
    state: StateBlock
    kepler: KeplerBlock | None = None
    spacecraft: SpacecraftBlock | None = None
    covariance: Covariance | None = None
    maneuvers: tuple[Maneuver, ...] = ()
    user_comments: tuple[str, ...] = field(default=(), validator=_comments)
    user_defined: UserDefined = field(default=(), validator=_pairs, eq=_sorted_pairs)

    def __attrs_post_init__(self) -> None:
        _no_loose_comments(self.user_comments, self.user_defined)


def _column(values: Any) -> NDArray[np.int64]:
    made = np.array(values, dtype=np.int64)
    made.setflags(write=False)
    return made


def _vectors(values: Any) -> NDArray[np.float64] | None:
    if values is None:
        return None
    made = np.array(values, dtype=np.float64)
    made.setflags(write=False)
    return made


def segment_faults(metadata: EphemerisMetadata, first_ns: int, last_ns: int) -> Iterator[tuple[str, str]]:
    """(keyword, what is wrong) of a segment's metadata against the epochs of its first and last state."""
    start, stop = metadata.start_time, metadata.stop_time
    given = (("USEABLE_START_TIME", metadata.useable_start_time), ("USEABLE_STOP_TIME", metadata.useable_stop_time))
    useable = [(keyword, epoch) for keyword, epoch in given if epoch is not None]
    for keyword, epoch in (("START_TIME", start), ("STOP_TIME", stop), *useable):
        if epoch.time_system != metadata.time_system:
            yield keyword, f"is in {epoch.time_system}, but the segment is in {metadata.time_system}"
            return
    if start.clock_ns > stop.clock_ns:
        yield "START_TIME", "lies after STOP_TIME"
        return
    if first_ns < start.clock_ns:
        yield "START_TIME", "lies after the first state"
    if last_ns > stop.clock_ns:
        yield "STOP_TIME", "lies before the last state"
    for keyword, epoch in useable:
        if not start.clock_ns <= epoch.clock_ns <= stop.clock_ns:
            yield keyword, "lies outside START_TIME to STOP_TIME"
    if len(useable) == 2 and useable[0][1].clock_ns > useable[1][1].clock_ns:
        yield "USEABLE_START_TIME", "lies after USEABLE_STOP_TIME"
    if metadata.interpolation is not None and metadata.interpolation_degree is None:
        yield "INTERPOLATION", "needs INTERPOLATION_DEGREE beside it"
    if metadata.interpolation_degree is not None and not 0 < metadata.interpolation_degree < 100:
        yield "INTERPOLATION_DEGREE", f"should be from 1 to 99 (got {metadata.interpolation_degree})"


def covariance_faults(metadata: EphemerisMetadata, covariances: Sequence[EpochCovariance]) -> Iterator[tuple[int, str]]:
    """(index, what is wrong) of a segment's covariances, which come in order of time (CCSDS 502.0-B-3, 5.2.5.7).

    The standard bars repeated times from an OCM (6.2.2.4), not from an OEM: one uncertainty may be given in several
    frames. One frame twice at one time would be two answers.
    """
    frames: set[str] = set()
    for index, each in enumerate(covariances):
        step_ns = each.epoch.clock_ns - covariances[index - 1].epoch.clock_ns if index else 1
        if step_ns != 0:
            frames = set()
        frame = each.ref_frame or metadata.ref_frame
        if step_ns < 0:
            yield index, "should ascend in time"
        elif frame in frames:
            yield index, f"should ascend in time, or differ in frame (twice in {frame})"
        frames.add(frame)


_same = attrs.cmp_using(eq=np.array_equal)


@frozen(kw_only=True)
class EphemerisSegment:
    """States of one stretch of an ephemeris, ascending in time; never interpolate across its ends.

    `clock_ns` (n,) counts as `Epoch` does; `position_km`, `velocity_km_s` and, where given,
    `acceleration_km_s2` are (n, 3), in the segment's frame. The arrays cannot be written to.
    """

    metadata: EphemerisMetadata
    comments: tuple[str, ...] = field(default=(), validator=_comments)
    clock_ns: NDArray[np.int64] = field(converter=_column, eq=_same, hash=False)
    position_km: NDArray[np.float64] = field(converter=_vectors, eq=_same, hash=False)
    velocity_km_s: NDArray[np.float64] = field(converter=_vectors, eq=_same, hash=False)
    acceleration_km_s2: NDArray[np.float64] | None = field(default=None, converter=_vectors, eq=_same, hash=False)
    covariances: tuple[EpochCovariance, ...] = ()

    def __attrs_post_init__(self) -> None:
        count = self.clock_ns.size
        if self.clock_ns.ndim != 1 or count == 0:
            raise InputError("a segment of an ephemeris needs at least one state")
        for name in ("position_km", "velocity_km_s", "acceleration_km_s2"):
            vectors = getattr(self, name)
            if vectors is None:
                continue
            if vectors.shape != (count, 3):
                raise InputError(f"{name} should have the shape ({count}, 3) (got {vectors.shape})")
            if not np.isfinite(vectors).all():
                raise InputError(f"{name} of an ephemeris is not finite")
        if max(-int(self.clock_ns[0]), int(self.clock_ns[-1])) > LARGEST_CLOCK_NS:
            raise InputError("an epoch lies between the years 1709 and 2291")
        if (self.clock_ns[1:] <= self.clock_ns[:-1]).any():  # a difference could overflow
            raise InputError("the states of an ephemeris must ascend in time")
        for keyword, what in segment_faults(self.metadata, int(self.clock_ns[0]), int(self.clock_ns[-1])):
            raise InputError(f"{keyword} of a segment {what}")
        if any(each.epoch.time_system != self.metadata.time_system for each in self.covariances):
            raise InputError("a covariance is in another time system than its segment")
        for _, what in covariance_faults(self.metadata, self.covariances):
            raise InputError(f"the covariances of a segment {what}")

    @property
    def tai_ns(self) -> NDArray[np.int64]:
        """Epochs (n,) in nanoseconds of TAI, as `Instant` counts. InputError for a time system without a definition."""
        if self.metadata.time_system == "TDB":
            return np.array([tai_ns_of_tdb(one) for one in self.clock_ns.tolist()], dtype=np.int64)
        behind = clock_behind_tai_ns(self.metadata.time_system)
        return self.clock_ns - behind if behind else self.clock_ns


@frozen(kw_only=True)
class EphemerisMessage:
    """An Orbit Ephemeris Message (OEM) of one object."""

    header: MessageHeader
    segments: tuple[EphemerisSegment, ...] = field()

    @segments.validator
    def _of_one_object(self, _: object, segments: tuple[EphemerisSegment, ...]) -> None:
        if not segments:
            raise InputError("an ephemeris needs at least one segment")
        for name in ("object_id", "time_system"):
            if len({getattr(segment.metadata, name) for segment in segments}) > 1:
                raise InputError(f"the segments of an ephemeris must have one {name}")
