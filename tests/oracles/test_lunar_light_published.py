"""Eclipses against what was published: an orbiter's passage through the Earth's penumbra, and of the Moon itself."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.domain.orbits import Craft, OrbitState, SolarPressure
from hamsafar.moon.light import OCCULTERS, Sight, eclipses
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.numerical import ForceModel, propagate
from hamsafar.orbit.states import about, to_icrf
from hamsafar.timeline import Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM
from lunar_paths import KeplerPath

# Instant of greatest eclipse (Moon's centre closest to the shadow's axis), TT less 69.184 s, and that distance in
# Earth radii: Espenak's catalogue, eclipsewise.com, LE2018Jul27T (20:22:54 TD, 0.1168) and LE2022May16T (04:12:42 TD,
# 0.2532).
_GREATEST = [((2018, 7, 27, 20, 21, 44.816), 0.1168), ((2022, 5, 16, 4, 11, 32.816), 0.2532)]


def test_longjiang_2_in_the_earths_penumbra() -> None:
    """DSLWP-B, 27 July 2018: 18:49:53.734 to 21:40:31.226 UTC, 10,237.49 s (GMAT's EclipseLocator on the craft's
    tracking file; destevez.net, July 2018), no umbra. The state is the tracking file's, Earth-fixed, at 12:00."""
    start = Instant.utc(2018, 7, 27, 12)
    fixed = OrbitState(
        epoch=start,
        centre="earth",
        frame="ITRF",
        position_km=(-390283.9661355, 25405.58175, -143011.16878),
        velocity_km_s=(1.450682447, 27.389746447, 0.268657131),
    )
    craft = Craft(mass_kg=45.0, solar=SolarPressure(area_m2=0.25, cr=1.8))
    forces = ForceModel(centre="moon", degree=10)
    path = propagate(about(to_icrf(fixed), "moon"), craft, forces, Instant.utc(2018, 7, 28, 2))
    (found,) = eclipses(path, Span(path.start, path.end), bodies=["earth"])
    assert found.kind == "penumbra"
    # 5 s: what was asked for. It comes out 1.2 s early at both ends, the whole length to 0.05 s.
    assert abs(found.enter.seconds_since(Instant.utc(2018, 7, 27, 18, 49, 53.734))) <= 2.0
    assert abs(found.leave.seconds_since(Instant.utc(2018, 7, 27, 21, 40, 31.226))) <= 2.0
    assert abs(found.seconds - 10_237.491_566) <= 0.2


@pytest.mark.parametrize(("moment", "gamma"), _GREATEST)
def test_greatest_eclipse_of_the_moon(moment: tuple[int, int, int, int, int, float], gamma: float) -> None:
    tai_ns = Instant.utc(*moment).tai_ns + np.arange(-900, 901) * 10**9
    moon_km = state_icrf("moon", "earth", tai_ns)[0]
    inside_the_moon = KeplerPath(start=Instant.utc(*moment), end=Instant.utc(*moment))  # only its centre is asked
    sight = Sight.over("earth", inside_the_moon, tai_ns, np.zeros_like(moon_km), OCCULTERS)
    along = sight.sun_km / np.linalg.norm(sight.sun_km, axis=-1, keepdims=True)
    off_km = np.linalg.norm(np.cross(sight.craft_km, along), axis=-1)
    # The catalogue's Moon is another theory's, and it prints seconds and four places: 3 s, 0.0001 radii.
    assert abs(int(np.argmin(off_km)) - 900) <= 3
    assert off_km.min() / EARTH_EQUATORIAL_RADIUS_KM == pytest.approx(gamma, abs=1e-4)
