"""Whatever a message says, every form carries it there and back: drawn messages, written and read again."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.messages import (
    COVARIANCE_TERMS,
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
from hamsafar.formats.ccsds import (
    elements_of,
    omm_of,
    read_oem,
    read_omm,
    read_opm,
    write_oem,
    write_omm,
    write_opm,
)
from hamsafar.timeline import Instant

SECOND = 10**9
SYSTEMS = ("UTC", "TAI", "TT", "GPS", "TDB", "UT1", "TCB")
UTC_FROM, UTC_TO = Instant.utc(1972, 1, 1).tai_ns, Instant.utc(2100, 1, 1).tai_ns

texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30).map(str.strip).filter(bool)
comment_lists = st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30), max_size=3).map(
    tuple
)
numbers = st.floats(allow_nan=False, allow_infinity=False)
maybe = st.one_of(st.none(), numbers)
moments = st.integers(UTC_FROM, UTC_TO).map(Instant)
names = st.text(st.sampled_from("ABCXYZabc019_-."), min_size=1, max_size=20) | st.sampled_from(
    ("EPOCH", "COMMENT", "USER_DEFINED_X", "CCSDS_OMM_VERS", "TLE_COMMENT")
)
users = st.lists(st.tuples(names, texts), max_size=4, unique_by=lambda pair: pair[0]).map(tuple)


@st.composite
def headers(draw: st.DrawFn, *, given_: bool) -> MessageHeader:
    version = draw(st.sampled_from(("2.0", "3.0")))
    newer = st.none() if version == "2.0" else st.none() | texts
    return MessageHeader(
        version=version,
        comments=draw(comment_lists),
        classification=draw(newer),
        message_id=draw(newer),
        creation_date=draw(moments if given_ else st.none() | moments),
        originator=draw(texts if given_ else st.none() | texts),
    )


def epochs(system: str) -> st.SearchStrategy[Epoch]:
    # 60 s is what a clock reads when UTC has a leap second: one of them is drawn often.
    counts = st.integers(UTC_FROM, UTC_TO) | st.just(Instant.parse("2016-12-31T23:59:60.25Z").tai_ns)
    return counts.map(lambda count: Epoch(clock_ns=count, time_system=system))


crafts = st.builds(SpacecraftBlock, comments=comment_lists, mass_kg=numbers, drag_area_m2=maybe, drag_coefficient=maybe)
lowers = st.lists(numbers, min_size=COVARIANCE_TERMS, max_size=COVARIANCE_TERMS).map(tuple)
covariances = st.builds(Covariance, comments=comment_lists, ref_frame=st.none() | texts, lower=lowers)


@st.composite
def omms(draw: st.DrawFn) -> MeanElementsMessage:
    turns = st.floats(-360.0, 360.0)
    user = draw(users)
    return MeanElementsMessage(
        header=draw(headers(given_=False)),
        metadata=MeanElementsMetadata(
            comments=draw(comment_lists),
            object_name=draw(texts),
            object_id=draw(texts),
            mean_element_theory=draw(st.sampled_from(("SGP4", "SGP/SGP4"))),
            ref_frame_epoch=draw(st.none() | epochs("UTC")),
        ),
        mean_elements=MeanElementsBlock(
            comments=draw(comment_lists),
            epoch=draw(epochs("UTC")),
            mean_motion_rev_d=draw(st.floats(1e-5, 17.9)),
            eccentricity=draw(st.floats(0.0, 0.999)),
            inclination_deg=draw(st.floats(0.0, 180.0)),
            raan_deg=draw(turns),
            argument_of_pericenter_deg=draw(turns),
            mean_anomaly_deg=draw(turns),
            gm_km3_s2=draw(st.none() | st.floats(1.0, 1e12)),
        ),
        spacecraft=draw(st.none() | crafts),
        tle=TleBlock(
            comments=draw(comment_lists),
            ephemeris_type=draw(st.none() | st.just(0)),
            classification_type=draw(st.none() | st.just("U")),
            norad_cat_id=draw(st.integers(0, 999_999_999)),
            element_set_no=draw(st.none() | st.integers(0, 9_999)),
            rev_at_epoch=draw(st.none() | st.integers(0, 999_999)),
            bstar_per_er=draw(numbers),
            mean_motion_dot=draw(maybe),
            mean_motion_ddot=draw(maybe),
        ),
        covariance=draw(st.none() | covariances),
        user_comments=draw(comment_lists) if user else (),
        user_defined=user,
    )


@st.composite
def opms(draw: st.DrawFn) -> ParameterMessage:
    system = draw(st.sampled_from(SYSTEMS))
    user = draw(users)
    vector = {name: draw(numbers) for name in ("x_km", "y_km", "z_km", "x_dot_km_s", "y_dot_km_s", "z_dot_km_s")}
    true = draw(st.booleans())
    kepler = st.builds(
        KeplerBlock,
        comments=comment_lists,
        semi_major_axis_km=numbers,
        eccentricity=st.floats(0.0, 10.0),
        inclination_deg=st.floats(0.0, 180.0),
        raan_deg=numbers,
        argument_of_pericenter_deg=numbers,
        true_anomaly_deg=numbers if true else st.none(),
        mean_anomaly_deg=st.none() if true else numbers,
        gm_km3_s2=st.floats(1e-9, 1e12),
    )
    burns = st.builds(
        Maneuver,
        comments=comment_lists,
        ignition=epochs(system),
        duration_s=st.floats(0.0, 1e9),
        delta_mass_kg=st.floats(-1e6, 0.0),
        ref_frame=texts,
        dv_1_km_s=numbers,
        dv_2_km_s=numbers,
        dv_3_km_s=numbers,
    )
    maneuvers = tuple(draw(st.lists(burns, max_size=3)))
    return ParameterMessage(
        header=draw(headers(given_=True)),
        metadata=OrbitMetadata(
            comments=draw(comment_lists),
            object_name=draw(texts),
            object_id=draw(texts),
            center_name=draw(texts),
            ref_frame=draw(texts),
            time_system=system,
        ),
        state=StateBlock(comments=draw(comment_lists), epoch=draw(epochs(system)), **vector),
        kepler=draw(st.none() | kepler),
        spacecraft=draw(crafts if maneuvers else st.none() | crafts),
        covariance=draw(st.none() | covariances),
        maneuvers=maneuvers,
        user_comments=draw(comment_lists) if user else (),
        user_defined=user,
    )


@st.composite
def segments(draw: st.DrawFn, system: str) -> EphemerisSegment:
    count = draw(st.integers(1, 4))
    first = draw(st.integers(UTC_FROM, UTC_TO))
    steps = draw(st.lists(st.integers(1, 10**15), min_size=count, max_size=count))
    clock_ns = [first + sum(steps[:i]) for i in range(count)]
    rows = st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=count, max_size=count)
    made = st.builds(
        EpochCovariance, comments=comment_lists, ref_frame=st.none() | texts, lower=lowers, epoch=epochs(system)
    )
    found = draw(st.lists(made, max_size=2, unique_by=lambda each: each.epoch.clock_ns))
    inside = st.none() | st.just(Epoch(clock_ns=clock_ns[0], time_system=system))
    return EphemerisSegment(
        metadata=EphemerisMetadata(
            comments=draw(comment_lists),
            object_name=draw(texts),
            object_id="2021-035A",
            center_name=draw(texts),
            ref_frame=draw(texts),
            time_system=system,
            start_time=Epoch(clock_ns=clock_ns[0], time_system=system),
            useable_start_time=draw(inside),
            stop_time=Epoch(clock_ns=clock_ns[-1] + draw(st.integers(0, SECOND)), time_system=system),
            interpolation=draw(st.none() | texts),
            interpolation_degree=draw(st.integers(1, 99)),
        ),
        comments=draw(comment_lists),
        clock_ns=clock_ns,
        position_km=draw(rows),
        velocity_km_s=draw(rows),
        acceleration_km_s2=draw(st.none() | rows),
        covariances=tuple(sorted(found, key=lambda each: each.epoch.clock_ns)),
    )


@st.composite
def oems(draw: st.DrawFn) -> EphemerisMessage:
    system = draw(st.sampled_from(SYSTEMS))
    found = draw(st.lists(segments(system), min_size=1, max_size=2))
    return EphemerisMessage(header=draw(headers(given_=True)), segments=tuple(found))


@pytest.mark.parametrize("form", ["kvn", "xml", "json", "csv"])
@settings(max_examples=25, deadline=None)
@given(messages=st.lists(omms(), min_size=1, max_size=3).map(tuple))
def test_omm(form: Any, messages: tuple[MeanElementsMessage, ...]) -> None:
    assert read_omm(write_omm(messages, form=form).decode(), where="f") == messages


@settings(max_examples=25, deadline=None)
@given(message=omms())
def test_elements_carry_what_sgp4_needs(message: MeanElementsMessage) -> None:
    elements = elements_of(message)
    again = elements_of(omm_of(elements))
    assert evolve(again, text=elements.text) == elements
    assert elements_of(read_omm("\n".join(elements.text), where="f")[0]) == elements


@pytest.mark.parametrize("form", ["kvn", "xml"])
@settings(max_examples=25, deadline=None)
@given(message=opms())
def test_opm(form: Any, message: ParameterMessage) -> None:
    assert read_opm(write_opm(message, form=form).decode(), where="f") == message


@pytest.mark.parametrize("form", ["kvn", "xml"])
@settings(max_examples=25, deadline=None)
@given(message=oems())
def test_oem(form: Any, message: EphemerisMessage) -> None:
    again = read_oem(write_oem(message, form=form).decode(), where="f")
    assert again == message
    for one, other in zip(again.segments, message.segments, strict=True):
        assert one.position_km.tobytes() == other.position_km.tobytes()  # the sign of zero as well
