"""Small good texts to damage, one of each form, made by our own writers from our own figures."""

from __future__ import annotations

from attrs import evolve

from hamsafar.domain.messages import (
    Covariance,
    EphemerisMessage,
    EphemerisMetadata,
    EphemerisSegment,
    Epoch,
    EpochCovariance,
    KeplerBlock,
    Maneuver,
    MeanElementsBlock,
    MeanElementsMessage,
    MeanElementsMetadata,
    MessageHeader,
    OrbitMetadata,
    ParameterMessage,
    SpacecraftBlock,
    StateBlock,
    TleBlock,
)
from hamsafar.formats.ccsds import write_oem, write_omm, write_opm
from hamsafar.timeline import Instant

TLE_TEXT = """CSS (TIANHE)
1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990
2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703
"""

START = Instant.parse("2026-09-18T07:08:44.680704Z").tai_ns


def at(seconds: float, time_system: str = "UTC") -> Epoch:
    """An epoch some seconds after the start."""
    return Epoch(clock_ns=START + round(seconds * 1e9), time_system=time_system)


HEADER = MessageHeader(
    version="3.0",
    comments=("made for tests", ""),
    classification="public",
    creation_date=Instant.parse("2026-09-18T08:00:00.5Z"),
    originator="HAMSAFAR",
    message_id="T 1",
)
LOWER = tuple(0.1 * (i + 1) for i in range(21))
OMM = MeanElementsMessage(
    header=HEADER,
    metadata=MeanElementsMetadata(comments=("about the object",), object_name="CSS (TIANHE)", object_id="2021-035A"),
    mean_elements=MeanElementsBlock(
        comments=(" elements",),
        epoch=at(0),
        mean_motion_rev_d=15.6006867,
        eccentricity=0.0002625,
        inclination_deg=41.4677,
        raan_deg=116.6699,
        argument_of_pericenter_deg=287.9042,
        mean_anomaly_deg=72.151,
        gm_km3_s2=398600.8,
    ),
    spacecraft=SpacecraftBlock(comments=("craft",), mass_kg=90000.0, drag_area_m2=500.5),
    tle=TleBlock(
        comments=("lines",),
        ephemeris_type=0,
        classification_type="U",
        norad_cat_id=48274,
        element_set_no=999,
        rev_at_epoch=30770,
        bstar_per_er=2.0659e-4,
        mean_motion_dot=1.6929e-4,
        mean_motion_ddot=0.0,
    ),
    covariance=Covariance(comments=("how sure",), ref_frame="RTN", lower=LOWER),
    user_comments=("ours",),
    user_defined=(("EARTH_MODEL", "WGS-72"), ("TLE_LINE0", "0 CSS (TIANHE)")),
)
OPM = ParameterMessage(
    header=HEADER,
    metadata=OrbitMetadata(
        comments=("about",),
        object_name="CUBE",
        object_id="2026-100A",
        center_name="MOON",
        ref_frame="ICRF",
        ref_frame_epoch=at(-1e6, "TDB"),
        time_system="TDB",
    ),
    state=StateBlock(
        comments=("state",),
        epoch=at(0.25, "TDB"),
        x_km=1838.25,
        y_km=-3.5,
        z_km=1e-7,
        x_dot_km_s=0.001,
        y_dot_km_s=1.6,
        z_dot_km_s=-0.25,
    ),
    kepler=KeplerBlock(
        comments=("kepler",),
        semi_major_axis_km=1840.0,
        eccentricity=0.01,
        inclination_deg=90.5,
        raan_deg=1.5,
        argument_of_pericenter_deg=2.5,
        true_anomaly_deg=3.5,
        gm_km3_s2=4902.800066,
    ),
    spacecraft=SpacecraftBlock(mass_kg=9.0, solar_radiation_area_m2=0.2, solar_radiation_coefficient=1.3),
    covariance=Covariance(lower=LOWER),
    maneuvers=(
        Maneuver(
            comments=("first burn",),
            ignition=at(60, "TDB"),
            duration_s=0.0,
            delta_mass_kg=-0.01,
            ref_frame="RTN",
            dv_1_km_s=0.0,
            dv_2_km_s=0.001,
            dv_3_km_s=-0.0,
        ),
        Maneuver(
            ignition=at(120, "TDB"),
            duration_s=12.5,
            delta_mass_kg=0.0,
            ref_frame="TNW",
            dv_1_km_s=1.0,
            dv_2_km_s=0.0,
            dv_3_km_s=0.0,
        ),
    ),
    user_defined=(("PLAN", "A"),),
)


def segment(first_s: float, *, accelerations: bool) -> EphemerisSegment:
    """Four states a minute apart, with two covariances."""
    rows = [[7000.0 + i, 0.5 * i, -1e-3] for i in range(4)]
    return EphemerisSegment(
        metadata=EphemerisMetadata(
            comments=("segment",),
            object_name="CSS (TIANHE)",
            object_id="2021-035A",
            ref_frame="EME2000",
            start_time=at(first_s),
            useable_start_time=at(first_s + 10),
            useable_stop_time=at(first_s + 170),
            stop_time=at(first_s + 180),
            interpolation="HERMITE",
            interpolation_degree=7,
        ),
        comments=("states", "", " MASS=1"),
        clock_ns=[START + round((first_s + 60 * i) * 1e9) for i in range(4)],
        position_km=rows,
        velocity_km_s=[[0.1, 7.5, 1.0 / 3]] * 4,
        acceleration_km_s2=[[-0.008, 0.0, 1e-9]] * 4 if accelerations else None,
        covariances=(
            EpochCovariance(epoch=at(first_s), lower=LOWER, comments=("first",)),
            EpochCovariance(epoch=at(first_s + 60), lower=LOWER, ref_frame="RTN"),
        ),
    )


OEM = EphemerisMessage(header=HEADER, segments=(segment(0, accelerations=False), segment(180, accelerations=True)))

# Most damages go into short texts: a long one takes longer to read and hides nothing new.
SHORT_OMM = evolve(OMM, spacecraft=None, covariance=None)
SHORT_OPM = evolve(OPM, covariance=None, maneuvers=OPM.maneuvers[:1])
SHORT_OEM = evolve(OEM, segments=(evolve(segment(0, accelerations=False), covariances=()),))
OMM_KVN = (*[write_omm([SHORT_OMM], form="kvn").decode()] * 3, write_omm([OMM], form="kvn").decode())
OMM_XML = (*[write_omm([SHORT_OMM], form="xml").decode()] * 3, write_omm([OMM], form="xml").decode())
OMM_JSON = tuple(write_omm([each], form="json").decode().replace(", ", ",\n ") for each in (*[SHORT_OMM] * 3, OMM))
OMM_CSV = (*[write_omm([SHORT_OMM], form="csv").decode()] * 3, write_omm([OMM, OMM], form="csv").decode())
OPM_KVN = (*[write_opm(SHORT_OPM, form="kvn").decode()] * 3, write_opm(OPM, form="kvn").decode())
OPM_XML = (*[write_opm(SHORT_OPM, form="xml").decode()] * 3, write_opm(OPM, form="xml").decode())
OEM_KVN = (*[write_oem(SHORT_OEM, form="kvn").decode()] * 3, write_oem(OEM, form="kvn").decode())
OEM_XML = (*[write_oem(SHORT_OEM, form="xml").decode()] * 3, write_oem(OEM, form="xml").decode())
