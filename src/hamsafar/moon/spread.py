"""Lives drawn at random: each sample's state, solar pressure and gravity field, whoever calculates it.

Every sample has a generator of its own, spawned from the seed by the sample's number (numpy `SeedSequence`), so a life
is the same however many are drawn, in which parts and on which machine.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve, frozen

from hamsafar.domain.lunar import Spread
from hamsafar.errors import InputError
from hamsafar.moon.elements import rtn_axes
from hamsafar.orbit.numerical.model import GravityField
from hamsafar.orbit.times import Floats

_STATE, _FIELD = 0, 1  # streams of a sample: a field of another degree leaves its state as it was


@frozen(kw_only=True, eq=False)
class Draws:
    """Samples: `states_icrf` (n, 6) km and km/s; `solar` (n,), factors on cr area / mass."""

    states_icrf: Floats
    solar: Floats


def draw(state_icrf: Floats, spread: Spread, seed: int, numbers: range) -> Draws:
    """The samples of these numbers about a state (6,). Normal in radial, transverse and normal, in position and
    velocity apart; the factor on solar pressure is normal about 1, not below 0.
    """
    axes = rtn_axes(state_icrf[:3], state_icrf[3:])
    sigma = np.concatenate((spread.position_km, np.asarray(spread.velocity_m_s) / 1_000.0))
    normal = np.array([_generator(seed, number, _STATE).standard_normal(7) for number in numbers]).reshape(-1, 7)
    local = normal[:, :6] * sigma
    # Written out sum by sum: a matrix product may round otherwise for other numbers of rows.
    shift = [sum(local[:, None, part + k] * axes[k] for k in range(3)) for part in (0, 3)]
    solar = np.maximum(1.0 + spread.solar_share * normal[:, 6], 0.0)
    return Draws(states_icrf=state_icrf + np.concatenate(shift, axis=1), solar=solar)


def clone(field: GravityField, seed: int, number: int) -> GravityField:
    """A sample's gravity field: every coefficient from degree 2 drawn within its formal error, each on its own.

    Formal errors are those of the solution; between coefficients no correlation is published with the bundled table.
    Degrees beyond those with errors stay as they are. Raises InputError for a field without errors.
    """
    if field.sigma_c is None or field.sigma_s is None:
        raise InputError(f"the field {field.name} has no formal errors to draw from", where="spread.gravity")
    generator = _generator(seed, number, _FIELD)
    known = min(field.sigma_c.shape[0] - 1, field.degree)
    c, s = field.c.copy(), field.s.copy()
    for n in range(2, known + 1):  # degree by degree, so that a lower cut draws the same
        draws = generator.standard_normal((2, n + 1))
        c[n, : n + 1] += draws[0] * field.sigma_c[n, : n + 1]
        s[n, 1 : n + 1] += draws[1, 1:] * field.sigma_s[n, 1 : n + 1]
    return evolve(field, c=c, s=s)


def _generator(seed: int, number: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(number, stream))))
