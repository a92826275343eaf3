"""Orbit Mean-Elements Messages for SGP4: KVN, XML, JSON and CSV ↔ MeanElementsMessage ↔ Elements.

KVN and XML as CCSDS 502.0-B-3 (section 4) and B-2 define them; JSON and CSV as CelesTrak and Space-Track publish
them. Keys of a publisher's own (`TLE_LINE1`, `GP_ID`, ...) become user-defined parameters.

MEAN_MOTION_DOT and MEAN_MOTION_DDOT are the figures that element lines print (a half and a sixth of the rates). The
standard's table means the full rates (4.2.4.7, note 2), but both catalogues publish the printed figures, and Orekit
and `sgp4` read them so where no unit is stated. SGP4 uses neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sqrt
from typing import Any, Literal

from attrs import frozen

from hamsafar.domain.elements import Elements
from hamsafar.domain.messages import (
    Epoch,
    MeanElementsBlock,
    MeanElementsMessage,
    MeanElementsMetadata,
    MessageHeader,
    TleBlock,
    UserDefined,
)
from hamsafar.errors import InputError
from hamsafar.formats.ccsds.blocks import (
    RawMessage,
    build,
    check_version,
    read_block,
    read_user,
    read_version,
    rows_of,
    same_time_system,
    text_of,
    time_system_of,
)
from hamsafar.formats.ccsds.entries import Block, Place, Problems, Stop, shown
from hamsafar.formats.ccsds.flat import (
    COMMENT_KEYS,
    csv_bytes,
    csv_records,
    cut_flat,
    flat_keyword,
    json_bytes,
    json_records,
)
from hamsafar.formats.ccsds.kvn import comment_lines, cut_kvn, row_lines, to_bytes
from hamsafar.formats.ccsds.naming import UNKNOWN, long_designator, short_designator
from hamsafar.formats.ccsds.sniff import form_of
from hamsafar.formats.ccsds.tables import (
    COVARIANCE,
    COVARIANCE_KEYS,
    MEAN_ELEMENTS,
    OMM_HEADER,
    OMM_METADATA,
    OMM_SECTIONS,
    SPACECRAFT,
    TLE,
    USER_PREFIX,
    USER_TAG,
    XP_KEYWORDS,
    Section,
)
from hamsafar.formats.ccsds.xml_tree import (
    comment_elements,
    cut_xml,
    document,
    messages_in,
    read_tree,
    root_tag,
    row_elements,
    user_elements,
    wrapped,
)
from hamsafar.timeline import Instant

OmmForm = Literal["kvn", "xml", "json", "csv"]

_THEORIES = ("SGP4", "SGP/SGP4")  # the second as issue 2 of the standard writes it
_EPHEMERIS_TYPES = (0, 2, 3)  # what the element lines' reader takes; 4 is SGP4-XP
_SPARED = ("CREATION_DATE", "ORIGINATOR", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM", "MEAN_ELEMENT_THEORY")
_LEAST_REV_D, _MOST_REV_D = 1e-5, 18.0  # as for element lines
_SGP4_GM_KM3_S2 = 398_600.8  # WGS-72, which SGP4 elements are fitted with (Hoots and Roehrich 1980)


@frozen(kw_only=True)
class PlacedMessage:
    """A message, and where in its text it begins and has the figures that decide its perigee."""

    message: MeanElementsMessage
    begins: Place
    eccentricity: Place
    mean_motion: Place


def read_omm(text: str, *, where: str) -> tuple[MeanElementsMessage, ...]:
    """The messages of a text in KVN, XML, JSON or CSV, in its order; the form is told from the text.

    `where` names the text (a file) and begins the place of every error, `where:line:column KEYWORD`. Raises
    InputErrors with every error found: what the standard does not allow, and what SGP4 cannot run.
    """
    problems = Problems(where)
    placed = place_omm(text, problems)
    problems.done()
    return tuple(each.message for each in placed)


def place_omm(text: str, problems: Problems) -> list[PlacedMessage]:
    """The messages of a text with their places; errors are noted, not raised."""
    try:
        raws = _cut(text, problems)
    except Stop:
        return []
    placed = [_message(raw, problems) for raw in raws]
    if not raws and not len(problems):
        problems.add(Place(1, 1), "holds no OMM")
    return [each for each in placed if each is not None]


def _cut(text: str, problems: Problems) -> list[RawMessage]:
    form = form_of(text)
    if form == "xml":
        root = read_tree(text, problems)
        return [cut_xml(node, "OMM", OMM_SECTIONS, problems) for node in messages_in(root, "OMM", problems)]
    if form == "json":
        return cut_flat(json_records(text, problems), "OMM", OMM_SECTIONS, problems)
    if form == "csv":
        return cut_flat(csv_records(text, problems), "OMM", OMM_SECTIONS, problems)
    return cut_kvn(text, "OMM", OMM_SECTIONS, problems, bare=True)


def _message(raw: RawMessage, problems: Problems) -> PlacedMessage | None:
    before = len(problems)
    version = read_version(raw, problems, default="2.0")
    blocks = {section.tag: raw.one(section, problems) for section in OMM_SECTIONS}
    _refuse_xp(blocks[TLE.tag], blocks[USER_TAG], problems)
    values = _values(raw, blocks, version, problems)
    user = read_user(blocks[USER_TAG], problems)
    _check_metadata(blocks[OMM_METADATA.tag], problems)
    _check_elements(values[MEAN_ELEMENTS.tag], blocks[MEAN_ELEMENTS.tag], problems)
    _check_tle(values[TLE.tag], blocks[TLE.tag], problems)
    if len(problems) > before:
        return None
    try:
        message = _built(values, version, user)
    except InputError as problem:
        problems.add(raw.place, problem.what)
        return None
    elements = blocks[MEAN_ELEMENTS.tag]
    return PlacedMessage(
        message=message,
        begins=raw.place,
        eccentricity=_place(elements, raw.place, "ECCENTRICITY"),
        mean_motion=_place(elements, raw.place, "MEAN_MOTION", "SEMI_MAJOR_AXIS"),
    )


def _values(
    raw: RawMessage, blocks: dict[str, Block | None], version: str, problems: Problems
) -> dict[str, dict[str, Any] | None]:
    """Field name → value of every block by its tag; None for a block that is not there or is wrong."""
    spared = _SPARED if raw.version is None or _is_flat(raw) else ()
    system = time_system_of(blocks[OMM_METADATA.tag])
    found: dict[str, dict[str, Any] | None] = {}
    for section in OMM_SECTIONS[:-1]:
        block = blocks[section.tag]
        if block is None and section in (OMM_HEADER, OMM_METADATA, MEAN_ELEMENTS, TLE):
            block = Block(section.tag, raw.place)
        found[section.tag] = None
        if block is not None:
            found[section.tag] = read_block(
                section, block, problems, time_system=system, version=version, spared=spared
            )
    metadata = found[OMM_METADATA.tag]
    if metadata is not None:
        metadata["time_system"] = system
    return found


def _built(
    values: dict[str, dict[str, Any] | None], version: str, user: tuple[tuple[str, ...], UserDefined]
) -> MeanElementsMessage:
    comments, pairs = user
    return MeanElementsMessage(
        header=MessageHeader(version=version, **(values[OMM_HEADER.tag] or {})),
        metadata=build(OMM_METADATA, values[OMM_METADATA.tag]),
        mean_elements=build(MEAN_ELEMENTS, values[MEAN_ELEMENTS.tag]),
        spacecraft=build(SPACECRAFT, values[SPACECRAFT.tag]),
        tle=build(TLE, values[TLE.tag]),
        covariance=build(COVARIANCE, values[COVARIANCE.tag]),
        user_comments=comments if pairs else (),
        user_defined=pairs,
    )


def _is_flat(raw: RawMessage) -> bool:
    return all(block.place == raw.place for block in raw.blocks)  # a record's blocks all begin where it does


def _place(block: Block | None, otherwise: Place, *keywords: str) -> Place:
    for keyword in keywords:
        entry = block.find(keyword) if block else None
        if entry:
            return entry.value_place
    return otherwise


def _refuse_xp(tle: Block | None, user: Block | None, problems: Problems) -> None:
    """Note BTERM and AGOM as what they are, and take them out."""
    for block in (tle, user):
        if block is None:
            continue
        xp = [entry for entry in block.entries if entry.keyword.removeprefix(USER_PREFIX) in XP_KEYWORDS]
        for entry in xp:
            what = "belongs to SGP4-XP, another theory than SGP4, which we cannot run"
            problems.add(entry.place, what, entry.keyword.removeprefix(USER_PREFIX))
        block.entries = [entry for entry in block.entries if entry.keyword.removeprefix(USER_PREFIX) not in XP_KEYWORDS]


def _check_metadata(block: Block | None, problems: Problems) -> None:
    wanted = {"CENTER_NAME": ("EARTH",), "REF_FRAME": ("TEME",), "TIME_SYSTEM": ("UTC",)}
    for keyword, allowed in (*wanted.items(), ("MEAN_ELEMENT_THEORY", _THEORIES)):
        entry = block.find(keyword) if block else None
        text = entry.text.strip() if entry else ""
        if entry is None or not text or text.upper() in allowed:
            continue
        what = f"should be {' or '.join(allowed)} for elements that SGP4 can run (got {shown(text)})"
        problems.add(entry.value_place, what, keyword)


def _check_elements(values: dict[str, Any] | None, block: Block | None, problems: Problems) -> None:
    if values is None or block is None:
        return
    motion, axis = block.find("MEAN_MOTION"), block.find("SEMI_MAJOR_AXIS")
    if (motion is None) == (axis is None):
        what = "should be given, or SEMI_MAJOR_AXIS" if motion is None else "and SEMI_MAJOR_AXIS exclude each other"
        problems.add(motion.place if motion else block.place, what, "MEAN_MOTION")
        return
    _check_limits(values, block, problems)
    gm, given = block.find("GM"), motion or axis
    assert given is not None
    for entry, name in ((gm, "gm_km3_s2"), (axis, "semi_major_axis_km")):
        if entry and values[name] <= 0.0:
            problems.add(entry.value_place, f"should be above 0 (got {values[name]!r})", entry.keyword)
            return
    rev_d = _rev_d(values.get("mean_motion_rev_d"), values.get("semi_major_axis_km"), values.get("gm_km3_s2"))
    if not _LEAST_REV_D <= rev_d < _MOST_REV_D:
        what = f"means {rev_d:g} revolutions a day; it lies between {_LEAST_REV_D:g} and {_MOST_REV_D:g}"
        problems.add(given.value_place, what, given.keyword)


def _check_limits(values: dict[str, Any], block: Block, problems: Problems) -> None:
    limits = {
        "ECCENTRICITY": ("eccentricity", 0.0, 1.0),
        "INCLINATION": ("inclination_deg", 0.0, 180.0),
        "RA_OF_ASC_NODE": ("raan_deg", -360.0, 360.0),
        "ARG_OF_PERICENTER": ("argument_of_pericenter_deg", -360.0, 360.0),
        "MEAN_ANOMALY": ("mean_anomaly_deg", -360.0, 360.0),
    }
    for keyword, (name, least, most) in limits.items():
        value, entry = values[name], block.find(keyword)
        if entry and (not least <= value <= most or (keyword == "ECCENTRICITY" and value == most)):
            below = " and below " if keyword == "ECCENTRICITY" else " to "
            what = f"should be {least:g}{below}{most:g} (got {value!r})"
            problems.add(entry.value_place, what, keyword)


def _check_tle(values: dict[str, Any] | None, block: Block | None, problems: Problems) -> None:
    if values is None or block is None:
        return
    for name in ("norad_cat_id", "element_set_no", "rev_at_epoch"):
        keyword = name.upper()
        entry = block.find(keyword)
        if entry and values[name] < 0:
            problems.add(entry.value_place, f"should not be negative (got {values[name]})", keyword)
    kind = block.find("EPHEMERIS_TYPE")
    if kind and values["ephemeris_type"] not in _EPHEMERIS_TYPES:
        what = f"should be one that SGP4 can run: 0 (got {values['ephemeris_type']}; 4 is SGP4-XP, another theory)"
        problems.add(kind.value_place, what, "EPHEMERIS_TYPE")


def _rev_d(mean_motion_rev_d: float | None, semi_major_axis_km: float | None, gm_km3_s2: float | None) -> float:
    """Revolutions a day, by Kepler's third law where the semi-major axis is given; inf where it overflows."""
    if mean_motion_rev_d is not None:
        return mean_motion_rev_d
    assert semi_major_axis_km is not None
    try:
        return sqrt((gm_km3_s2 or _SGP4_GM_KM3_S2) / semi_major_axis_km**3) * 86_400 / (2 * pi)
    except ArithmeticError:
        return float("inf") if semi_major_axis_km < 1.0 else 0.0


# Message ↔ Elements


def elements_of(message: MeanElementsMessage) -> Elements:
    """The SGP4 elements of a message; `text` is the message in KVN, line by line, and reads back equal.

    What it leaves out counts as zero (element set, revolution, rates that SGP4 does not use). A semi-major axis is
    turned into mean motion with the message's GM, or WGS-72's, SGP4's own.
    """
    mean, tle, metadata = message.mean_elements, message.tle, message.metadata
    return Elements(
        name="" if metadata.object_name == UNKNOWN else metadata.object_name,
        norad=tle.norad_cat_id,
        designator=short_designator(metadata.object_id),
        epoch=mean.epoch.instant,
        mean_motion_rev_d=_rev_d(mean.mean_motion_rev_d, mean.semi_major_axis_km, mean.gm_km3_s2),
        eccentricity=mean.eccentricity,
        inclination_deg=mean.inclination_deg,
        raan_deg=mean.raan_deg,
        argument_of_perigee_deg=mean.argument_of_pericenter_deg,
        mean_anomaly_deg=mean.mean_anomaly_deg,
        bstar_per_er=tle.bstar_per_er,
        mean_motion_dot=tle.mean_motion_dot or 0.0,
        mean_motion_ddot=tle.mean_motion_ddot or 0.0,
        element_set=tle.element_set_no or 0,
        revolution=tle.rev_at_epoch or 0,
        text=tuple(_plain_lines(message)),
    )


def omm_of(
    elements: Elements, *, creation_date: Instant | None = None, originator: str | None = None
) -> MeanElementsMessage:
    """The message that carries the same elements. Its header says only what is given here."""
    return MeanElementsMessage(
        header=MessageHeader(creation_date=creation_date, originator=originator),
        metadata=MeanElementsMetadata(
            object_name=elements.name or UNKNOWN, object_id=long_designator(elements.designator)
        ),
        mean_elements=MeanElementsBlock(
            epoch=Epoch(clock_ns=elements.epoch.tai_ns, time_system="UTC"),
            mean_motion_rev_d=elements.mean_motion_rev_d,
            eccentricity=elements.eccentricity,
            inclination_deg=elements.inclination_deg,
            raan_deg=elements.raan_deg,
            argument_of_pericenter_deg=elements.argument_of_perigee_deg,
            mean_anomaly_deg=elements.mean_anomaly_deg,
        ),
        tle=TleBlock(
            ephemeris_type=0,
            classification_type="U",
            norad_cat_id=elements.norad,
            element_set_no=elements.element_set,
            rev_at_epoch=elements.revolution,
            bstar_per_er=elements.bstar_per_er,
            mean_motion_dot=elements.mean_motion_dot,
            mean_motion_ddot=elements.mean_motion_ddot,
        ),
    )


# Writing


def write_omm(messages: Sequence[MeanElementsMessage], *, form: OmmForm = "kvn") -> bytes:
    """The messages as one file, in the form asked for; `read_omm` gives them back equal.

    CREATION_DATE and ORIGINATOR stay empty where nobody gave them, as catalogues publish them. Raises InputError for
    no messages, for what the form cannot carry (KVN: ASCII, 254 characters a line), and for a parameter of SGP4-XP.
    """
    if not messages:
        raise InputError("a file of OMM needs at least one message")
    for message in messages:
        check_version(message.header, "OMM")
        epochs = (("EPOCH", message.mean_elements.epoch), ("REF_FRAME_EPOCH", message.metadata.ref_frame_epoch))
        same_time_system(message.metadata.time_system, epochs)
        for name, _ in message.user_defined:
            if name in XP_KEYWORDS:
                raise InputError(f"an OMM for SGP4 cannot carry {name}, which belongs to SGP4-XP, another theory")
    if form == "kvn":
        lines = [line for message in messages for line in (*_plain_lines(message), "")]
        return to_bytes(lines[:-1])
    if form == "xml":
        alone = len(messages) == 1
        return document([_xml_lines(message, alone=alone) for message in messages])
    records = [_record(message) for message in messages]
    return json_bytes(records) if form == "json" else csv_bytes(records)


def _filled(message: MeanElementsMessage) -> list[tuple[Section, Any]]:
    """The blocks a message has, in the standard's order, but for the header and the user-defined parameters."""
    blocks: list[tuple[Section, Any]] = [(OMM_METADATA, message.metadata), (MEAN_ELEMENTS, message.mean_elements)]
    blocks += [(SPACECRAFT, message.spacecraft), (TLE, message.tle), (COVARIANCE, message.covariance)]
    return [(section, noun) for section, noun in blocks if noun is not None]


def _plain_lines(message: MeanElementsMessage) -> list[str]:
    header = message.header
    lines = [f"CCSDS_OMM_VERS = {header.version}"]
    for section, noun in ((OMM_HEADER, header), *_filled(message)):
        # Units would break the many readers that take what stands after the equals sign as a number.
        lines += [*comment_lines(noun.comments), *row_lines(rows_of(section, noun), units=False)]
    lines += comment_lines(message.user_comments)
    return [*lines, *(f"{USER_PREFIX}{name} = {text}" for name, text in message.user_defined)]


def _xml_lines(message: MeanElementsMessage, *, alone: bool) -> list[str]:
    header = message.header
    (_, metadata), *data = _filled(message)
    head = [*comment_elements(header.comments, "    "), *row_elements(rows_of(OMM_HEADER, header), "    ")]
    meta = comment_elements(metadata.comments, "        ") + row_elements(rows_of(OMM_METADATA, metadata), "        ")
    inside: list[str] = []
    for section, noun in data:
        rows = [*comment_elements(noun.comments, " " * 10), *row_elements(rows_of(section, noun), " " * 10)]
        inside += wrapped(section.tag, rows, " " * 8)
    if message.user_defined:
        inside += wrapped(USER_TAG, user_elements(message.user_comments, message.user_defined, " " * 10), " " * 8)
    segment = [*wrapped("metadata", meta, "      "), *wrapped("data", inside, "      ")]
    body = wrapped("body", wrapped("segment", segment, "    "), "  ")
    return [root_tag("OMM", header.version, alone=alone), *wrapped("header", head, "  "), *body, "</omm>"]


def _record(message: MeanElementsMessage) -> dict[str, str | float | int | list[str]]:
    header = message.header
    record: dict[str, str | float | int | list[str]] = {"CCSDS_OMM_VERS": header.version}
    comments = {section.tag: noun.comments for section, noun in _filled(message)}
    comments |= {"header": header.comments, USER_TAG: message.user_comments}
    for section, noun in ((OMM_HEADER, header), *_filled(message)):
        if comments[section.tag]:
            record[COMMENT_KEYS[section.tag]] = list(comments[section.tag])
        for key in section.keys:
            value = None if key in COVARIANCE_KEYS else getattr(noun, key.name)
            if value is not None:
                record[key.keyword] = value if isinstance(value, (int, float)) else text_of(value)
        if section is COVARIANCE:
            record |= {key.keyword: value for key, value in zip(COVARIANCE_KEYS, noun.lower, strict=True)}
    if message.user_comments:
        record[COMMENT_KEYS[USER_TAG]] = list(message.user_comments)
    for name, text in message.user_defined:
        record[flat_keyword(name, OMM_SECTIONS)] = text
    return record
