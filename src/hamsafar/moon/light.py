"""Light along a numerical orbit: eclipses by the Moon and by the Earth, how much of the Sun is left, beta.

The Moon is a ball, the Earth the WGS-84 ellipsoid (or a ball of a radius that is given), the Sun a ball of 695,700 km;
air neither bends nor dims the light. Light takes its time: the craft's shadow is cast by where a body stood when the
light went by it, which for the Earth, 1.3 s and 39 km along its way round the Sun, moves an eclipse by half a minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from attrs import field, frozen
from attrs.validators import gt

from hamsafar.domain.orbits import CENTRES, Centre
from hamsafar.moon.along import Looks, Path, looks_along, revolutions, stretches_along
from hamsafar.orbit.bodies import LIGHT_KM_S, state_icrf
from hamsafar.orbit.frames import gcrs_from_teme
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span, Windows
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_FLATTENING, MOON_RADIUS_KM, SUN_RADIUS_KM

ShadowKind = Literal["umbra", "penumbra", "annular"]
SHADOW_KINDS: tuple[ShadowKind, ...] = ("umbra", "penumbra", "annular")
_POLE = np.array([[0.0, 0.0, 1.0]])


@frozen(kw_only=True)
class Occulters:
    """How large the bodies that cast shadows are taken to be.

    `earth_km`: equatorial radius; the default is that of the ground, without the air, which in lunar eclipses casts a
    shadow some 1 % wider (give 6,450 for it). `flattened`: the poles 1/298 nearer, as they are.
    """

    earth_km: float = field(default=EARTH_EQUATORIAL_RADIUS_KM, validator=gt(0.0))
    moon_km: float = field(default=MOON_RADIUS_KM, validator=gt(0.0))
    flattened: bool = True


OCCULTERS = Occulters()


@frozen(kw_only=True)
class Eclipse:
    """One passage through a shadow. A penumbra's holds the umbra's (or the annular's) in it.

    Where the span searched cuts it, `enter` or `leave` is the span's own end, and the flag says so.
    """

    body: Centre
    kind: ShadowKind
    enter: Instant
    leave: Instant
    cut_at_start: bool = False
    cut_at_end: bool = False

    @property
    def span(self) -> Span:
        """Enter to leave."""
        return Span(self.enter, self.leave)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.leave.seconds_since(self.enter)


@frozen(eq=False)
class Sight:
    """The craft and the Sun as seen from a body at the moment at which the light went by it; km, ICRF, (n, 3)."""

    craft_km: Floats
    sun_km: Floats
    radius_km: Floats  # (n,) of the body, towards the craft's side of the shadow

    @classmethod
    def over(cls, body: Centre, path: Path, tai_ns: TaiNs, r_km: Floats, occulters: Occulters) -> Sight:
        """For positions (n, 3) of the path at moments (n,)."""
        sun_km, sun_km_s = state_icrf("sun", body, tai_ns)
        away_km = r_km if body == path.centre else r_km - state_icrf(body, path.centre, tai_ns)[0]
        late_s = np.linalg.norm(away_km, axis=-1, keepdims=True) / LIGHT_KM_S
        moved_km = sun_km_s * late_s  # the body has moved on since, against the Sun that all but stands still
        craft_km, sun_km = away_km - moved_km, sun_km - moved_km
        radius_km = np.full(len(tai_ns), occulters.moon_km)
        if body == "earth":
            radius_km = _earth_rim_km(craft_km, sun_km, tai_ns, occulters)
        return cls(craft_km, sun_km, radius_km)

    def depth(self, kind: ShadowKind) -> Floats:
        """At or above zero in a shadow, smooth, (n,): cos(angle from the shadow's axis) - cos(its edge's angle).

        Seen from the body the edge at distance r is asin(R / r) - asin((S - R) / d) from the axis for the umbra,
        asin(R / r) + asin((S + R) / d) for the penumbra (S the Sun's radius, d its distance); beyond the umbra's tip
        the first is below 0, and its size is the edge of where the eclipse is annular.
        """
        r_km, d_km = np.linalg.norm(self.craft_km, axis=-1), np.linalg.norm(self.sun_km, axis=-1)
        cosine = -np.einsum("ni,ni->n", self.craft_km, self.sun_km) / (r_km * d_km)
        disc = np.arcsin(np.minimum(1.0, self.radius_km / r_km))
        match kind:
            case "penumbra":
                edge = disc + np.arcsin((SUN_RADIUS_KM + self.radius_km) / d_km)
            case "umbra":
                edge = disc - np.arcsin((SUN_RADIUS_KM - self.radius_km) / d_km)
            case "annular":
                edge = np.arcsin((SUN_RADIUS_KM - self.radius_km) / d_km) - disc
        depth: Floats = cosine - np.where(edge >= 0, np.cos(edge), 2.0 - np.cos(edge))
        return depth

    def lit_share(self) -> Floats:
        """The share of the Sun's disc that the body leaves to be seen from the craft, (n,), 0 to 1."""
        to_sun_km = self.sun_km - self.craft_km
        r_km, d_km = np.linalg.norm(self.craft_km, axis=-1), np.linalg.norm(to_sun_km, axis=-1)
        cross = np.linalg.norm(np.cross(-self.craft_km, to_sun_km), axis=-1)
        apart = np.arctan2(cross, -np.einsum("ni,ni->n", self.craft_km, to_sun_km))
        disc = np.arcsin(np.minimum(1.0, self.radius_km / r_km))
        return 1.0 - _hidden_share(np.arcsin(SUN_RADIUS_KM / d_km), disc, apart)


def _hidden_share(sun_rad: Floats, disc_rad: Floats, apart_rad: Floats) -> Floats:
    """The share of a disc that another covers, (n,): the lens of two circles.

    Montenbruck and Gill 2000, eq. 3.87 to 3.92.
    """
    covered = np.where(apart_rad <= disc_rad - sun_rad, 1.0, np.minimum(1.0, (disc_rad / sun_rad) ** 2))
    lens = (apart_rad < sun_rad + disc_rad) & (apart_rad > np.abs(disc_rad - sun_rad))
    a, b, c = sun_rad[lens], disc_rad[lens], apart_rad[lens]
    x = (c**2 + a**2 - b**2) / (2 * c)
    y = np.sqrt(np.maximum(a**2 - x**2, 0.0))
    area = a**2 * np.arccos(np.clip(x / a, -1, 1)) + b**2 * np.arccos(np.clip((c - x) / b, -1, 1)) - c * y
    hidden = np.where(apart_rad >= sun_rad + disc_rad, 0.0, covered)
    hidden[lens] = area / (np.pi * a**2)
    return hidden


def _earth_rim_km(craft_km: Floats, sun_km: Floats, tai_ns: TaiNs, occulters: Occulters) -> Floats:
    """How far the Earth's outline, seen along the light, reaches towards the craft's side of the axis: (n,) km.

    The outline of the ellipsoid is an ellipse: its shorter half axis along the projected pole. Taken for the edge's
    ball, this is good to 0.1 km at the Moon.
    """
    if not occulters.flattened:
        return np.full(len(tai_ns), occulters.earth_km)
    pole = gcrs_from_teme(np.broadcast_to(_POLE, (len(tai_ns), 3)), tai_ns)
    along = sun_km / np.linalg.norm(sun_km, axis=-1, keepdims=True)
    across_km = craft_km - np.einsum("ni,ni->n", craft_km, along)[:, None] * along
    pole_across = pole - np.einsum("ni,ni->n", pole, along)[:, None] * along
    sine2 = 1.0 - np.einsum("ni,ni->n", pole_across, pole_across)  # of the Sun's declination
    size = np.linalg.norm(across_km, axis=-1) * np.sqrt(1.0 - sine2)
    towards_pole = np.einsum("ni,ni->n", across_km, pole_across) / np.maximum(size, 1e-9)
    short2 = sine2 + (1.0 - EARTH_FLATTENING) ** 2 * (1.0 - sine2)
    rim: Floats = occulters.earth_km / np.sqrt(1.0 + towards_pole**2 * (1.0 / short2 - 1.0))
    return rim


def eclipses(
    path: Path,
    span: Span,
    *,
    bodies: Iterable[Centre] = CENTRES,
    kinds: Iterable[ShadowKind] = SHADOW_KINDS,
    occulters: Occulters = OCCULTERS,
) -> tuple[Eclipse, ...]:
    """Every eclipse of the Sun along the part of a span that a path knows, ascending by entry.

    Entries and exits to 1 ms of the path, grazing ones too. Raises OutOfRangeError where the path knows none of it.
    """
    return eclipses_along(looks_along(path, span), bodies=bodies, kinds=kinds, occulters=occulters)


def eclipses_along(
    looks: Looks,
    *,
    bodies: Iterable[Centre] = CENTRES,
    kinds: Iterable[ShadowKind] = SHADOW_KINDS,
    occulters: Occulters = OCCULTERS,
) -> tuple[Eclipse, ...]:
    """As `eclipses`, over looks that are there already."""
    found = [one for body in bodies for one in _by_body(looks, body, tuple(kinds), occulters)]
    return tuple(sorted(found, key=lambda one: (one.enter.tai_ns, -one.leave.tai_ns, one.body, one.kind)))


def _by_body(looks: Looks, body: Centre, kinds: tuple[ShadowKind, ...], occulters: Occulters) -> list[Eclipse]:
    sight = Sight.over(body, looks.path, looks.tai_ns, looks.r_km, occulters)
    found = []
    for kind in kinds:

        def depth(tai_ns: TaiNs, kind: ShadowKind = kind) -> Floats:
            r_km, _ = looks.path.states_icrf(tai_ns)
            return Sight.over(body, looks.path, tai_ns, r_km, occulters).depth(kind)

        for one in stretches_along(looks, depth, sight.depth(kind)):
            ends = looks.moments(np.array([one.opens_s, one.closes_s]))
            if ends[0] < ends[1]:
                found.append(
                    Eclipse(
                        body=body,
                        kind=kind,
                        enter=Instant(int(ends[0])),
                        leave=Instant(int(ends[1])),
                        cut_at_start=one.open_before,
                        cut_at_end=one.open_after,
                    )
                )
    return found


def sunlight(path: Path, span: Span, *, whole: bool = True, occulters: Occulters = OCCULTERS) -> Windows:
    """When the craft sees the whole Sun (or with `whole` false, any of it); unknown where the path knows nothing."""
    looks = looks_along(path, span)
    kinds: tuple[ShadowKind, ...] = ("penumbra",) if whole else ("umbra",)
    found = eclipses_along(looks, kinds=kinds, occulters=occulters)
    dark = Windows([one.span for one in found], [looks.span])
    return Windows(dark.closed(), dark.known)


def sun_share(path: Path, tai_ns: TaiNs, *, occulters: Occulters = OCCULTERS) -> Floats:
    """The share of the Sun's disc that the craft sees, (n,): 1 in full light, 0 in the umbra.

    Where the Earth and the Moon both stand before the Sun, what they leave is multiplied.
    """
    moments = np.asarray(tai_ns, dtype=np.int64)
    r_km, _ = path.states_icrf(moments)
    shares = [Sight.over(body, path, moments, r_km, occulters).lit_share() for body in CENTRES]
    share: Floats = shares[0] * shares[1]
    return share


def beta_deg(path: Path, tai_ns: TaiNs) -> Floats:
    """The Sun's angle above the orbit plane, (n,) degrees; positive on the side of the angular momentum."""
    moments = np.asarray(tai_ns, dtype=np.int64)
    r_km, v_km_s = path.states_icrf(moments)
    normal, sun_km = np.cross(r_km, v_km_s), state_icrf("sun", path.centre, moments)[0]
    sine = np.einsum("ni,ni->n", normal, sun_km) / np.linalg.norm(normal, axis=-1) / np.linalg.norm(sun_km, axis=-1)
    beta: Floats = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return beta


@frozen(kw_only=True)
class LitTurn:
    """One revolution: the share of it in which the craft sees the whole Sun, and the share in which it sees none."""

    span: Span
    lit_share: float
    dark_share: float


def lit_turns(looks: Looks, found: tuple[Eclipse, ...]) -> tuple[LitTurn, ...]:
    """The light of each whole revolution, from eclipses found over the same looks."""
    spans = revolutions(looks)
    if not spans:
        return ()
    edges = np.array([spans[0].start.tai_ns, *(one.end.tai_ns for one in spans)])
    length = np.diff(edges)
    dim = np.diff(_shadowed_ns(found, "penumbra", looks, edges)) / length
    dark = np.diff(_shadowed_ns(found, "umbra", looks, edges)) / length
    return tuple(
        LitTurn(span=span, lit_share=1.0 - float(less), dark_share=float(none))
        for span, less, none in zip(spans, dim, dark, strict=True)
    )


def _shadowed_ns(found: tuple[Eclipse, ...], kind: ShadowKind, looks: Looks, at_ns: TaiNs) -> Floats:
    """How long the shadows of a kind had lasted by moments (n,), ns; where two bodies' overlap they count once."""
    spans = Windows([one.span for one in found if one.kind == kind], [looks.span]).spans
    ends = np.array([(one.start.tai_ns, one.end.tai_ns) for one in spans], dtype=np.int64).reshape(-1)
    if not ends.size:
        return np.zeros(at_ns.size)
    first = ends[0]
    gone = np.concatenate([[0.0], np.cumsum(np.diff(ends) * (np.arange(ends.size - 1) % 2 == 0))])
    gathered: Floats = np.interp((at_ns - first).astype(float), (ends - first).astype(float), gone)
    return gathered


def longest_a_day(found: Iterable[Eclipse], body: Centre) -> dict[str, float]:
    """The longest passage through a body's penumbra that begins on each UTC day that has one: date -> seconds."""
    longest: dict[str, float] = {}
    for one in found:
        if one.body == body and one.kind == "penumbra":
            day = one.enter.iso()[:10]
            longest[day] = max(longest.get(day, 0.0), one.seconds)
    return longest
