"""Gravity fields: the two that are bundled, and readers of the forms in which agencies publish further ones.

Bundled are GRGM1200A of the Moon to degree 360 (Lemoine et al. 2014, GRL 41:3382) in the principal axes of DE430, some
2.5 m from DE440's, and EGM2008 of the Earth to degree 120 (Pavlis et al. 2012), tide-free. All coefficients are fully
normalised (4 pi). Their full files are in the data packages that `orbit/data/README.md` names, and come in through
`read_shadr` and `read_gfc`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from io import StringIO

import numpy as np
from attrs import evolve, field, frozen

from hamsafar.domain.orbits import Centre
from hamsafar.errors import InputError
from hamsafar.orbit.numerical.model import GravityField
from hamsafar.orbit.times import Floats
from hamsafar.resources import read_arrays

_BUNDLED: dict[Centre, tuple[str, str, str]] = {
    "moon": ("GRGM1200A", "orbit/data/grgm1200a_360.npz", "MOON_PA"),
    "earth": ("EGM2008", "orbit/data/egm2008_120.npz", "ITRF"),
}
MOST_DEGREES = 10_800  # no field goes further, so a larger number in a file is damage


@lru_cache(maxsize=8)
def bundled_field(centre: Centre, degree: int) -> GravityField:
    """The bundled field of a centre, cut to a degree: the Moon's reaches 360 (sigmas to 150), the Earth's 120.

    Raises InputError for a degree it doesn't reach.
    """
    name, path, axes = _BUNDLED[centre]
    arrays = read_arrays(path)
    reach = _degree_of(len(arrays["c"]))
    if not 0 <= degree <= reach:
        raise InputError(
            f"the bundled field {name} holds degrees 0 to {reach} (got {degree}); "
            "read a larger one from its file (SHADR or .gfc) and hand it in"
        )
    sigmas = {key: _square(arrays[key], degree) for key in ("sigma_c", "sigma_s") if key in arrays}
    return GravityField(
        name=name,
        mu_km3_s2=float(arrays["mu_km3_s2"]),
        radius_km=float(arrays["radius_km"]),
        c=_unchangeable(_square(arrays["c"], degree)),
        s=_unchangeable(_square(arrays["s"], degree)),
        axes=axes,
        sigma_c=sigmas.get("sigma_c"),
        sigma_s=sigmas.get("sigma_s"),
    )


def cut(whole: GravityField, degree: int) -> GravityField:
    """A field's lower degrees; InputError when it doesn't reach that far."""
    if not 0 <= degree <= whole.degree:
        raise InputError(f"the field {whole.name} holds degrees 0 to {whole.degree} (got {degree})")
    if degree == whole.degree:
        return whole

    def kept(table: Floats) -> Floats:
        return np.ascontiguousarray(table[: degree + 1, : degree + 1])

    sigma_c, sigma_s = (None if table is None else kept(table) for table in (whole.sigma_c, whole.sigma_s))
    return evolve(whole, c=kept(whole.c), s=kept(whole.s), sigma_c=sigma_c, sigma_s=sigma_s)


def _degree_of(packed: int) -> int:
    return (math.isqrt(8 * packed + 1) - 3) // 2


def _square(packed: Floats, degree: int) -> Floats | None:
    """A packed triangle as a square [n, m]; None when it doesn't reach the degree."""
    if _degree_of(len(packed)) < degree:
        return None
    square = np.zeros((degree + 1, degree + 1))
    rows = np.tril_indices(degree + 1)
    square[rows] = packed[: len(rows[0])]
    return square


def _unchangeable(square: Floats | None) -> Floats:
    assert square is not None
    square.flags.writeable = False
    return square


@frozen(eq=False)
class _Squares:
    """The tables of a field while it is read."""

    degree: int
    c: Floats
    s: Floats
    sigma_c: Floats
    sigma_s: Floats
    seen: set[tuple[int, int]] = field(factory=set)

    @classmethod
    def empty(cls, degree: int) -> _Squares:
        c, s, sigma_c, sigma_s = np.zeros((4, degree + 1, degree + 1))
        c[0, 0] = 1.0
        return cls(degree, c, s, sigma_c, sigma_s)

    def put(self, n: int, m: int, values: list[float], where: str) -> None:
        """One coefficient pair, with its sigmas when there are any; those above the degree are passed over."""
        if not 0 <= m <= n:
            raise InputError(f"order {m} does not belong to degree {n}", where=where)
        if n > self.degree:
            return
        if (n, m) in self.seen:
            raise InputError(f"degree {n} order {m} is given twice", where=where)
        if not all(math.isfinite(value) for value in values):
            raise InputError("a coefficient is not a finite number", where=where)
        self.seen.add((n, m))
        for table, value in zip((self.c, self.s, self.sigma_c, self.sigma_s), values, strict=False):
            table[n, m] = value

    def field(self, name: str, mu_km3_s2: float, radius_km: float, axes: str, with_sigmas: bool) -> GravityField:
        """What was read; a pair that is missing above degree 1 is an error, for a cut file looks like a field."""
        missing = next(
            ((n, m) for n in range(2, self.degree + 1) for m in range(n + 1) if (n, m) not in self.seen), None
        )
        if missing is not None:
            raise InputError(f"{name}: degree {missing[0]} order {missing[1]} is missing; the file may be cut short")
        if abs(self.c[0, 0] - 1.0) > 1e-6 or self.s[0, 0] != 0.0:
            raise InputError(f"{name}: the term of degree 0 should be 1 (got {self.c[0, 0]!r})")
        sigmas = (self.sigma_c, self.sigma_s) if with_sigmas else (None, None)
        return GravityField(
            name=name,
            mu_km3_s2=mu_km3_s2,
            radius_km=radius_km,
            c=self.c,
            s=self.s,
            axes=axes,
            sigma_c=sigmas[0],
            sigma_s=sigmas[1],
        )


def _number(text: str, where: str) -> float:
    try:
        return float(text.replace("D", "E").replace("d", "e"))
    except ValueError:
        raise InputError(f"should be a number (got {text!r})", where=where) from None


def _count(text: str, where: str) -> int:
    value = _number(text, where)
    if not (value.is_integer() and 0 <= value <= MOST_DEGREES):
        raise InputError(f"should be a whole number of 0 to {MOST_DEGREES} (got {text!r})", where=where)
    return int(value)


def _positive(text: str, where: str) -> float:
    value = _number(text, where)
    if not (math.isfinite(value) and value > 0.0):
        raise InputError(f"should be above 0 (got {text!r})", where=where)
    return value


def _numbered(text: str, name: str) -> Iterator[tuple[str, str]]:
    """Each line with its place; a file of a million lines is not split before it is needed."""
    for number, line in enumerate(StringIO(text), 1):
        yield line, f"{name}:{number}"


def _wanted(degree: int, reach: int, name: str) -> int:
    if not 0 <= degree <= reach:
        raise InputError(f"holds degrees 0 to {reach} (got {degree})", where=name)
    return degree


def read_shadr(text: str, degree: int, *, name: str = "field", axes: str = "MOON_PA") -> GravityField:
    """A field from the PDS form SHADR (GRGM, GRAIL, LP fields: `.tab`, `.sha`), to a degree.

    The header says radius (km), mu (km3/s2), their sigma, degree, order and whether it is normalised; then lines of
    degree, order, C, S, sigma C, sigma S. Raises InputError with `name:line` for anything else, for a field that isn't
    fully normalised, and for a degree it doesn't hold.
    """
    lines = _numbered(text, name)
    first, where = next(lines, ("", f"{name}:1"))
    head = [part.strip() for part in first.split(",")]
    if len(head) < 6:
        raise InputError("should begin with radius, mu, sigma, degree, order and normalisation", where=where)
    if _count(head[5], where) != 1:
        raise InputError("is not fully normalised, and only such fields are read", where=where)
    radius_km, mu_km3_s2, reach = _positive(head[0], where), _positive(head[1], where), _count(head[3], where)
    read = _Squares.empty(_wanted(degree, reach, name))
    for line, where in lines:
        if not line.strip(" \r\n\t\x1a"):
            continue
        parts = [part.strip() for part in line.split(",")]
        if len(parts) < 4:
            raise InputError("should be degree, order, C, S and perhaps their sigmas", where=where)
        n = _count(parts[0], where)
        if n > degree:
            break  # rows ascend in degree, and a full file has a million of them
        values = [_number(part, where) for part in parts[2:6] if part]
        read.put(n, _count(parts[1], where), values, where)
    return read.field(name, mu_km3_s2, radius_km, axes, with_sigmas=bool(np.any(read.sigma_c)))


# Rows beside the static ones: what changes with time is left out, and so a field stands at its reference epoch.
_CHANGING = ("dot", "trnd", "acos", "asin")


def read_gfc(text: str, degree: int, *, name: str | None = None, axes: str = "ITRF") -> GravityField:
    """A field from the ICGEM form (`.gfc`), to a degree; metres become km.

    Rows `gfc` and `gfct` are read; rates and waves of a field that changes with time are left out, so it stands at its
    reference epoch. Raises InputError with `name:line` for anything else, for a field that isn't fully normalised, and
    for a degree it doesn't hold.
    """
    label = name or "field"
    lines = _numbered(text, label)
    head = _gfc_head(lines, label)
    radius_km = _positive(*head["radius"]) / 1_000.0
    mu_km3_s2 = _positive(*_either(head, ("earth_gravity_constant", "gravity_constant"), label)) / 1e9
    read = _Squares.empty(_wanted(degree, _count(*head["max_degree"]), label))
    for line, where in lines:
        parts = line.split()
        if not parts or parts[0] in _CHANGING:
            continue
        if parts[0] not in ("gfc", "gfct") or len(parts) < 5:
            raise InputError("should be gfc, degree, order, C, S and perhaps their sigmas", where=where)
        n, m = _count(parts[1], where), _count(parts[2], where)
        if n <= degree:
            read.put(n, m, [_number(part, where) for part in parts[3:7]][: 4 if len(parts) >= 7 else 2], where)
    called = name or head.get("modelname", (label, ""))[0]
    return read.field(called, mu_km3_s2, radius_km, axes, with_sigmas=bool(np.any(read.sigma_c)))


def _gfc_head(lines: Iterator[tuple[str, str]], label: str) -> dict[str, tuple[str, str]]:
    """Key → (value, place) of the header, up to `end_of_head`."""
    head: dict[str, tuple[str, str]] = {}
    for line, where in lines:
        parts = line.split()
        if parts and parts[0] == "end_of_head":
            break
        if len(parts) >= 2:
            head[parts[0].lower()] = (parts[1], where)
    else:
        raise InputError("has no end_of_head, so it is no .gfc file", where=label)
    absent = [key for key in ("radius", "max_degree") if key not in head]
    if absent:
        raise InputError(f"the header has no {absent[0]}", where=label)
    norm, where = head.get("norm", ("fully_normalized", label))
    if norm != "fully_normalized":
        raise InputError(f"is {norm}, and only fully normalised fields are read", where=where)
    return head


def _either(head: dict[str, tuple[str, str]], keys: tuple[str, ...], label: str) -> tuple[str, str]:
    for key in keys:
        if key in head:
            return head[key]
    raise InputError(f"the header has no {keys[0]}", where=label)
