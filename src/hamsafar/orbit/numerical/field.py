"""Gravity fields: the two that are bundled, and readers of the forms in which agencies publish further ones.

Bundled are GRGM1200A of the Moon to degree 360 (Lemoine et al. 2014, GRL 41:3382) in the principal axes of DE430, some
2.5 m from DE440's, and EGM2008 of the Earth to degree 120 (Pavlis et al. 2012), tide-free. All coefficients are fully
normalised (4 pi). Their full files are in the data packages that `orbit/data/README.md` names, and come in through
`read_shadr` and `read_gfc`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

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
    seen: NDArray[np.bool_]

    @classmethod
    def empty(cls, degree: int) -> _Squares:
        c, s, sigma_c, sigma_s = np.zeros((4, degree + 1, degree + 1))
        c[0, 0] = 1.0
        return cls(degree, c, s, sigma_c, sigma_s, np.zeros(c.shape, dtype=np.bool_))

    def put(self, n: int, m: int, values: list[float]) -> None:
        """One coefficient pair of a degree within ours, with its sigmas when there are any."""
        if not 0 <= m <= n:
            raise InputError(f"order {m} does not belong to degree {n}")
        if self.seen[n, m]:
            raise InputError(f"degree {n} order {m} is given twice")
        if not math.isfinite(sum(values)):
            raise InputError("a coefficient is not a finite number, or beyond any field")
        self.seen[n, m] = True
        for table, value in zip((self.c, self.s, self.sigma_c, self.sigma_s), values, strict=False):
            table[n, m] = value

    def field(self, name: str, mu_km3_s2: float, radius_km: float, axes: str) -> GravityField:
        """What was read; a pair that is missing above degree 1 is an error, for a cut file looks like a field."""
        n, m = np.nonzero(np.tril(~self.seen))
        missing = [pair for pair in zip(n.tolist(), m.tolist(), strict=True) if pair[0] >= 2]
        if missing:
            n_missing, m_missing = missing[0]
            raise InputError(f"degree {n_missing} order {m_missing} is missing; it may be cut short", where=name)
        if abs(self.c[0, 0] - 1.0) > 1e-6 or self.s[0, 0] != 0.0:
            raise InputError(f"the term of degree 0 should be 1 (got {self.c[0, 0]!r})", where=name)
        with_sigmas = bool(np.any(self.sigma_c))
        return GravityField(
            name=name,
            mu_km3_s2=mu_km3_s2,
            radius_km=radius_km,
            c=self.c,
            s=self.s,
            axes=axes,
            sigma_c=self.sigma_c if with_sigmas else None,
            sigma_s=self.sigma_s if with_sigmas else None,
        )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return float(text.replace("D", "E").replace("d", "e"))  # as Fortran writes it
    except ValueError:
        raise InputError(f"should be a number (got {text.strip()!r})") from None


def _count(text: str) -> int:
    value = int(text) if text.strip().isdecimal() else _number(text)
    if not (math.isfinite(value) and value == int(value) and 0 <= value <= MOST_DEGREES):
        raise InputError(f"should be a whole number of 0 to {MOST_DEGREES} (got {text.strip()!r})")
    return int(value)


def _positive(text: str) -> float:
    value = _number(text)
    if not (math.isfinite(value) and value > 0.0):
        raise InputError(f"should be above 0 (got {text.strip()!r})")
    return value


def _wanted(degree: int, reach: int, name: str) -> int:
    if not 0 <= degree <= reach:
        raise InputError(f"holds degrees 0 to {reach} (got {degree})", where=name)
    return degree


def _lines(text: str) -> Iterator[str]:
    """Line by line without a copy of the whole: a file of a million lines is mostly not read to its end."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def _each(lines: Iterator[str], first: int, name: str, take: Callable[[str], bool]) -> None:
    """Hands lines on until `take` says that it has had enough; an error gets the place of its line."""
    for number, line in enumerate(lines, first):
        try:
            if not take(line):
                return
        except InputError as problem:
            raise InputError(problem.what, where=f"{name}:{number}") from None


def read_shadr(text: str, degree: int, *, name: str = "field", axes: str = "MOON_PA") -> GravityField:
    """A field from the PDS form SHADR (GRGM, GRAIL, LP fields: `.tab`, `.sha`), to a degree.

    The header says radius (km), mu (km3/s2), their sigma, degree, order and whether it is normalised; then lines of
    degree, order, C, S, sigma C, sigma S. Raises InputError with `name:line` for anything else, for a field that isn't
    fully normalised, and for a degree it doesn't hold.
    """
    lines = _lines(text)
    head: list[float] = []

    def header(line: str) -> bool:
        parts = line.split(",")
        if len(parts) < 6:
            raise InputError("should begin with radius, mu, sigma, degree, order and normalisation")
        if _count(parts[5]) != 1:
            raise InputError("is not fully normalised, and only such fields are read")
        head.extend([_positive(parts[0]), _positive(parts[1]), _count(parts[3])])
        return False

    _each(chain(lines, [""]), 1, name, header)
    radius_km, mu_km3_s2, reach = head
    read = _Squares.empty(_wanted(degree, int(reach), name))

    def row(line: str) -> bool:
        parts = line.split(",")
        if len(parts) < 4:
            if line.strip(" \r\n\t\x1a"):
                raise InputError("should be degree, order, C, S and perhaps their sigmas")
            return True
        n = _count(parts[0])
        if n <= degree:
            read.put(n, _count(parts[1]), [_number(part) for part in parts[2:6] if part.strip()])
        return n <= degree  # rows ascend in degree, and a full file has a million of them

    _each(lines, 2, name, row)
    return read.field(name, mu_km3_s2, radius_km, axes)


# Rows beside the static ones: what changes with time is left out, and so a field stands at its reference epoch.
_CHANGING = ("dot", "trnd", "acos", "asin")


def read_gfc(text: str, degree: int, *, name: str = "field", axes: str = "ITRF") -> GravityField:
    """A field from the ICGEM form (`.gfc`), to a degree; metres become km.

    Rows `gfc` and `gfct` are read; rates and waves of a field that changes with time are left out, so it stands at its
    reference epoch. Raises InputError with `name:line` for anything
    else, for a field that isn't fully normalised, and for a degree it doesn't hold.
    """
    lines = _lines(text)
    head, length = _gfc_head(lines, name)
    radius_km, mu_km3_s2 = head["radius"] / 1_000.0, head["mu"] / 1e9
    read = _Squares.empty(_wanted(degree, int(head["max_degree"]), name))

    def row(line: str) -> bool:
        parts = line.split()
        if not parts or parts[0] in _CHANGING:
            return True
        if parts[0] not in ("gfc", "gfct") or len(parts) < 5:
            raise InputError("should be gfc, degree, order, C, S and perhaps their sigmas")
        n, m = _count(parts[1]), _count(parts[2])
        if n <= degree:
            read.put(n, m, [_number(part) for part in parts[3 : 7 if len(parts) >= 7 else 5]])
        return True

    _each(lines, length + 1, name, row)
    return read.field(name, mu_km3_s2, radius_km, axes)


_GFC_NUMBERS: dict[str, Callable[[str], float]] = {
    "radius": _positive,
    "mu": _positive,
    "max_degree": _count,
}
_GFC_ALIASES = {"earth_gravity_constant": "mu", "gravity_constant": "mu"}


def _gfc_head(lines: Iterator[str], name: str) -> tuple[dict[str, float], int]:
    """The numbers of the header, and how many lines it has with its `end_of_head`."""
    head: dict[str, float] = {}
    count = 0

    def row(line: str) -> bool:
        nonlocal count
        count += 1
        key, value = (*line.split()[:2], "", "")[:2]
        known = _GFC_ALIASES.get(key.lower(), key.lower())
        if known in _GFC_NUMBERS and value:
            head[known] = _GFC_NUMBERS[known](value)
        if known == "norm" and value != "fully_normalized":
            raise InputError(f"is {value}, and only fully normalised fields are read")
        head["ended"] = float(key == "end_of_head")
        return key != "end_of_head"

    _each(lines, 1, name, row)
    if not head.get("ended"):
        raise InputError("has no end_of_head, so it is no .gfc file", where=name)
    for key, told in (("radius", "radius"), ("mu", "earth_gravity_constant"), ("max_degree", "max_degree")):
        if key not in head:
            raise InputError(f"the header has no {told}", where=name)
    return head, count
