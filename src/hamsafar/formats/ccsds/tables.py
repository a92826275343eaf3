"""The keywords of the orbit messages, block by block in the standard's order (CCSDS 502.0-B-3, tables 3-1 to 5-4).

Each keyword names its noun's field, what kind of value it has, its unit, and whether it must be there. Where issue 2
of the standard asks less than issue 3, or published files leave something out, the lesser demand stands.
"""

from __future__ import annotations

from typing import Any, Literal

from attrs import field, frozen

from hamsafar.domain import messages as nouns

Kind = Literal["text", "number", "whole", "epoch", "utc"]  # epoch: on the message's clock; utc: always UTC


@frozen(kw_only=True)
class Key:
    """One keyword of a block."""

    keyword: str
    name: str
    kind: Kind = "number"
    unit: str = ""
    need: bool = False
    since: str = ""  # the first version that has it
    may_be_empty: bool = False
    unit_shown: bool = True  # whether XML states the unit


@frozen(kw_only=True)
class Section:
    """One block of a message: its XML tag, how errors call it, its keywords, its noun."""

    tag: str
    title: str
    keys: tuple[Key, ...]
    noun: Any = None
    repeats: bool = False
    by_keyword: dict[str, Key] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "by_keyword", {key.keyword: key for key in self.keys})

    def has(self, keyword: str) -> bool:
        """Whether a keyword belongs to this block."""
        if self.tag == USER_TAG:
            return keyword.startswith(USER_PREFIX)
        return keyword in self.by_keyword


USER_TAG = "userDefinedParameters"
USER_PREFIX = "USER_DEFINED_"
VERSIONS = {"OMM": ("2.0", "3.0"), "OPM": ("1.0", "2.0", "3.0"), "OEM": ("1.0", "2.0", "3.0")}
_AXES = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")
_COVARIANCE_UNITS = ("km**2", "km**2/s", "km**2/s**2")


def _text(keyword: str, name: str, *, need: bool = False, since: str = "") -> Key:
    return Key(keyword=keyword, name=name, kind="text", need=need, since=since)


def _number(keyword: str, name: str, unit: str = "", *, need: bool = False) -> Key:
    return Key(keyword=keyword, name=name, unit=unit, need=need)


def _header(*, may_be_empty: bool) -> Section:
    keys = (
        _text("CLASSIFICATION", "classification", since="3.0"),
        Key(keyword="CREATION_DATE", name="creation_date", kind="utc", need=True, may_be_empty=may_be_empty),
        Key(keyword="ORIGINATOR", name="originator", kind="text", need=True, may_be_empty=may_be_empty),
        _text("MESSAGE_ID", "message_id", since="3.0"),
    )
    return Section(tag="header", title="the header", keys=keys, noun=nouns.MessageHeader)


_METADATA = (
    _text("OBJECT_NAME", "object_name", need=True),
    _text("OBJECT_ID", "object_id", need=True),
    _text("CENTER_NAME", "center_name", need=True),
    _text("REF_FRAME", "ref_frame", need=True),
    Key(keyword="REF_FRAME_EPOCH", name="ref_frame_epoch", kind="epoch"),
    _text("TIME_SYSTEM", "time_system", need=True),
)

_SPACECRAFT = Section(
    tag="spacecraftParameters",
    title="the spacecraft parameters",
    noun=nouns.SpacecraftBlock,
    keys=(
        _number("MASS", "mass_kg", "kg"),
        _number("SOLAR_RAD_AREA", "solar_radiation_area_m2", "m**2"),
        _number("SOLAR_RAD_COEFF", "solar_radiation_coefficient"),
        _number("DRAG_AREA", "drag_area_m2", "m**2"),
        _number("DRAG_COEFF", "drag_coefficient"),
    ),
)

COVARIANCE_KEYS = tuple(
    _number(f"C{_AXES[i]}_{_AXES[j]}", f"{i}{j}", _COVARIANCE_UNITS[(i > 2) + (j > 2)], need=True)
    for i in range(6)
    for j in range(i + 1)
)
_COV_FRAME = _text("COV_REF_FRAME", "ref_frame")
COVARIANCE = Section(
    tag="covarianceMatrix",
    title="the covariance matrix",
    noun=nouns.Covariance,
    keys=(_COV_FRAME, *COVARIANCE_KEYS),
)
OEM_COVARIANCE = Section(
    tag="covarianceMatrix",
    title="a covariance matrix",
    noun=nouns.EpochCovariance,
    keys=(Key(keyword="EPOCH", name="epoch", kind="epoch", need=True), _COV_FRAME, *COVARIANCE_KEYS),
    repeats=True,
)
USER = Section(tag=USER_TAG, title="the user-defined parameters", keys=())

OMM_HEADER = _header(may_be_empty=True)
HEADER = _header(may_be_empty=False)

OMM_METADATA = Section(
    tag="metadata",
    title="the metadata",
    noun=nouns.MeanElementsMetadata,
    keys=(*_METADATA, _text("MEAN_ELEMENT_THEORY", "mean_element_theory", need=True)),
)
MEAN_ELEMENTS = Section(
    tag="meanElements",
    title="the mean elements",
    noun=nouns.MeanElementsBlock,
    keys=(
        Key(keyword="EPOCH", name="epoch", kind="epoch", need=True),
        _number("SEMI_MAJOR_AXIS", "semi_major_axis_km", "km"),
        _number("MEAN_MOTION", "mean_motion_rev_d", "rev/day"),
        _number("ECCENTRICITY", "eccentricity", need=True),
        _number("INCLINATION", "inclination_deg", "deg", need=True),
        _number("RA_OF_ASC_NODE", "raan_deg", "deg", need=True),
        _number("ARG_OF_PERICENTER", "argument_of_pericenter_deg", "deg", need=True),
        _number("MEAN_ANOMALY", "mean_anomaly_deg", "deg", need=True),
        _number("GM", "gm_km3_s2", "km**3/s**2"),
    ),
)
TLE = Section(
    tag="tleParameters",
    title="the TLE parameters",
    noun=nouns.TleBlock,
    keys=(
        Key(keyword="EPHEMERIS_TYPE", name="ephemeris_type", kind="whole"),
        _text("CLASSIFICATION_TYPE", "classification_type"),
        Key(keyword="NORAD_CAT_ID", name="norad_cat_id", kind="whole", need=True),
        Key(keyword="ELEMENT_SET_NO", name="element_set_no", kind="whole"),
        Key(keyword="REV_AT_EPOCH", name="rev_at_epoch", kind="whole"),
        _number("BSTAR", "bstar_per_er", "1/ER", need=True),
        # With its unit stated Orekit takes the full rate for what we, like the catalogues, print halved: so it isn't.
        Key(keyword="MEAN_MOTION_DOT", name="mean_motion_dot", unit="rev/day**2", unit_shown=False),
        Key(keyword="MEAN_MOTION_DDOT", name="mean_motion_ddot", unit="rev/day**3", unit_shown=False),
    ),
)
OMM_SECTIONS = (OMM_HEADER, OMM_METADATA, MEAN_ELEMENTS, _SPACECRAFT, TLE, COVARIANCE, USER)
XP_KEYWORDS = ("BTERM", "AGOM")  # of SGP4-XP, a theory that SGP4 cannot stand in for

OPM_METADATA = Section(tag="metadata", title="the metadata", noun=nouns.OrbitMetadata, keys=_METADATA)
STATE = Section(
    tag="stateVector",
    title="the state vector",
    noun=nouns.StateBlock,
    keys=(
        Key(keyword="EPOCH", name="epoch", kind="epoch", need=True),
        _number("X", "x_km", "km", need=True),
        _number("Y", "y_km", "km", need=True),
        _number("Z", "z_km", "km", need=True),
        _number("X_DOT", "x_dot_km_s", "km/s", need=True),
        _number("Y_DOT", "y_dot_km_s", "km/s", need=True),
        _number("Z_DOT", "z_dot_km_s", "km/s", need=True),
    ),
)
KEPLER = Section(
    tag="keplerianElements",
    title="the Keplerian elements",
    noun=nouns.KeplerBlock,
    keys=(
        _number("SEMI_MAJOR_AXIS", "semi_major_axis_km", "km", need=True),
        _number("ECCENTRICITY", "eccentricity", need=True),
        _number("INCLINATION", "inclination_deg", "deg", need=True),
        _number("RA_OF_ASC_NODE", "raan_deg", "deg", need=True),
        _number("ARG_OF_PERICENTER", "argument_of_pericenter_deg", "deg", need=True),
        _number("TRUE_ANOMALY", "true_anomaly_deg", "deg"),
        _number("MEAN_ANOMALY", "mean_anomaly_deg", "deg"),
        _number("GM", "gm_km3_s2", "km**3/s**2", need=True),
    ),
)
MANEUVER = Section(
    tag="maneuverParameters",
    title="a maneuver",
    noun=nouns.Maneuver,
    repeats=True,
    keys=(
        Key(keyword="MAN_EPOCH_IGNITION", name="ignition", kind="epoch", need=True),
        _number("MAN_DURATION", "duration_s", "s", need=True),
        _number("MAN_DELTA_MASS", "delta_mass_kg", "kg", need=True),
        _text("MAN_REF_FRAME", "ref_frame", need=True),
        _number("MAN_DV_1", "dv_1_km_s", "km/s", need=True),
        _number("MAN_DV_2", "dv_2_km_s", "km/s", need=True),
        _number("MAN_DV_3", "dv_3_km_s", "km/s", need=True),
    ),
)
OPM_SECTIONS = (HEADER, OPM_METADATA, STATE, KEPLER, _SPACECRAFT, COVARIANCE, MANEUVER, USER)
SPACECRAFT = _SPACECRAFT

OEM_METADATA = Section(
    tag="metadata",
    title="the metadata",
    noun=nouns.EphemerisMetadata,
    repeats=True,
    keys=(
        *_METADATA,
        Key(keyword="START_TIME", name="start_time", kind="epoch", need=True),
        Key(keyword="USEABLE_START_TIME", name="useable_start_time", kind="epoch"),
        Key(keyword="USEABLE_STOP_TIME", name="useable_stop_time", kind="epoch"),
        Key(keyword="STOP_TIME", name="stop_time", kind="epoch", need=True),
        _text("INTERPOLATION", "interpolation"),
        Key(keyword="INTERPOLATION_DEGREE", name="interpolation_degree", kind="whole"),
    ),
)
