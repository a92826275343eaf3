"""Orbit Parameter Messages (CCSDS 502.0-B-3, section 3, and B-2): KVN and XML ↔ ParameterMessage.

Centre and frames are kept as they stand; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from hamsafar.domain.messages import Epoch, KeplerBlock, MessageHeader, ParameterMessage
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
    time_system_of,
)
from hamsafar.formats.ccsds.entries import Block, Place, Problems, Stop
from hamsafar.formats.ccsds.kvn import comment_lines, cut_kvn, row_lines, to_bytes
from hamsafar.formats.ccsds.sniff import form_of
from hamsafar.formats.ccsds.tables import (
    COVARIANCE,
    HEADER,
    KEPLER,
    MANEUVER,
    OPM_METADATA,
    OPM_SECTIONS,
    SPACECRAFT,
    STATE,
    USER,
    USER_PREFIX,
    USER_TAG,
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

MessageForm = Literal["kvn", "xml"]
Vectors = Callable[[KeplerBlock], tuple[float, ...]]
_VECTORS = {key.keyword: key.name for key in STATE.keys if key.keyword != "EPOCH"}


def read_opm(text: str, *, where: str, vectors: Vectors | None = None) -> ParameterMessage:
    """The one message of a text in KVN or XML; the form is told from the text.

    `where` names the text (a file) and begins the place of every error, `where:line:column KEYWORD`. `vectors` gives
    position and velocity (6,), km and km/s, of Keplerian elements: for messages that hold those only, which the
    standard does not allow. Raises InputErrors with every error found, and for a text with more than one message.
    """
    problems = Problems(where)
    message = None
    try:
        if form_of(text) == "xml":
            nodes = messages_in(read_tree(text, problems), "OPM", problems)
            raws = [cut_xml(node, "OPM", OPM_SECTIONS, problems) for node in nodes]
        else:
            raws = cut_kvn(text, "OPM", OPM_SECTIONS, problems)
        message = _one(raws, problems, vectors)
    except Stop:
        pass
    problems.done()
    assert message is not None
    return message


def _one(raws: list[RawMessage], problems: Problems, vectors: Vectors | None) -> ParameterMessage | None:
    for extra in raws[1:]:
        problems.add(extra.place, "begins a second OPM, where one is meant")
    if raws:
        return _message(raws[0], problems, vectors)
    if not len(problems):
        problems.add(Place(1, 1), "holds no OPM")
    return None


def _message(raw: RawMessage, problems: Problems, vectors: Vectors | None) -> ParameterMessage | None:
    version = read_version(raw, problems)
    metadata = raw.one(OPM_METADATA, problems)
    system = time_system_of(metadata)
    bare = _holds_elements_only(raw, problems)

    def values_of(section: Section, block: Block | None) -> dict[str, Any] | None:
        if block is None and section in (HEADER, OPM_METADATA, STATE):
            block = Block(section.tag, raw.place)
        if block is None:
            return None
        spared = _VECTORS if bare and section is STATE else ()
        return read_block(section, block, problems, time_system=system, version=version, spared=spared)

    single = (HEADER, OPM_METADATA, STATE, KEPLER, SPACECRAFT, COVARIANCE)
    values = {section.tag: values_of(section, raw.one(section, problems)) for section in single}
    blocks = raw.all(MANEUVER)
    burns = [values_of(MANEUVER, block) for block in blocks]
    user_comments, user_defined = read_user(raw.one(USER, problems), problems)
    _check_kepler(values[KEPLER.tag], raw.one(KEPLER, problems), problems)
    if bare:
        _fill(values, raw.one(KEPLER, problems), problems, vectors)
    for burn, block in zip(burns, blocks, strict=True):
        _check_burn(burn, block, problems)
    craft = raw.one(SPACECRAFT, problems)
    if blocks and not (craft and craft.find("MASS")):
        problems.add(blocks[0].place, "is missing from the spacecraft parameters: a maneuver needs it", "MASS")
    if len(problems):
        return None
    header = values[HEADER.tag] or {}
    known = values[OPM_METADATA.tag] or {}
    known["time_system"] = system
    try:
        return ParameterMessage(
            header=MessageHeader(version=version, **header),
            metadata=build(OPM_METADATA, known),
            state=build(STATE, values[STATE.tag]),
            kepler=build(KEPLER, values[KEPLER.tag]),
            spacecraft=build(SPACECRAFT, values[SPACECRAFT.tag]),
            covariance=build(COVARIANCE, values[COVARIANCE.tag]),
            maneuvers=tuple(build(MANEUVER, burn) for burn in burns),
            user_comments=user_comments if user_defined else (),
            user_defined=user_defined,
        )
    except InputError as problem:
        problems.add(raw.place, problem.what)
        return None


def _holds_elements_only(raw: RawMessage, problems: Problems) -> bool:
    state, elements = raw.one(STATE, problems), raw.one(KEPLER, problems)
    return elements is not None and (state is None or not any(state.find(keyword) for keyword in _VECTORS))


def _fill(
    values: dict[str, dict[str, Any] | None], block: Block | None, problems: Problems, vectors: Vectors | None
) -> None:
    """Position and velocity from the elements, where those are all there is."""
    assert block is not None, "only called with elements"
    state, elements = values[STATE.tag], values[KEPLER.tag]
    if vectors is None:
        what = "stand alone: the standard demands position and velocity (X to Z_DOT) beside them"
        problems.add(block.place, f"Keplerian elements {what}")
    elif state is not None and elements is not None and not len(problems):
        try:
            state.update(zip(_VECTORS.values(), vectors(build(KEPLER, elements)), strict=True))
        except InputError as problem:
            problems.add(block.place, f"the Keplerian elements {problem.what}")


def _check_kepler(values: dict[str, Any] | None, block: Block | None, problems: Problems) -> None:
    if values is None or block is None:
        return
    true, mean = block.find("TRUE_ANOMALY"), block.find("MEAN_ANOMALY")
    if (true is None) == (mean is None):
        what = "should be given, or MEAN_ANOMALY" if true is None else "and MEAN_ANOMALY exclude each other"
        problems.add(true.place if true else block.place, what, "TRUE_ANOMALY")
    limits = {"ECCENTRICITY": ("eccentricity", 0.0, 1e300), "INCLINATION": ("inclination_deg", 0.0, 180.0)}
    for keyword, (name, least, most) in limits.items():
        entry = block.find(keyword)
        if entry and not least <= values[name] <= most:
            what = f"should be at least {least:g}" + (f" and at most {most:g}" if most < 1e300 else "")
            problems.add(entry.value_place, f"{what} (got {values[name]!r})", keyword)
    gm = block.find("GM")
    if gm and values["gm_km3_s2"] <= 0.0:
        problems.add(gm.value_place, f"should be above 0 (got {values['gm_km3_s2']!r})", "GM")


def _check_burn(values: dict[str, Any] | None, block: Block, problems: Problems) -> None:
    if values is None:
        return
    duration, mass = block.find("MAN_DURATION"), block.find("MAN_DELTA_MASS")
    if duration and values["duration_s"] < 0.0:
        problems.add(duration.value_place, f"should not be negative (got {values['duration_s']!r})", "MAN_DURATION")
    if mass and values["delta_mass_kg"] > 0.0:
        what = f"should not be positive: a burn uses mass up (got {values['delta_mass_kg']!r})"
        problems.add(mass.value_place, what, "MAN_DELTA_MASS")


# Writing


def write_opm(message: ParameterMessage, *, form: MessageForm = "kvn") -> bytes:
    """The message as a file; `read_opm` gives it back equal.

    Raises InputError for what the form cannot carry (KVN: ASCII, 254 characters a line), for a header without
    CREATION_DATE or ORIGINATOR, and for epochs on several clocks.
    """
    _check(message)
    if form == "xml":
        return document([_xml_lines(message)])
    lines = [f"CCSDS_OPM_VERS = {message.header.version}"]
    for section, noun in _filled(message):
        lines += [*comment_lines(noun.comments), *row_lines(rows_of(section, noun), units=True)]
    lines += comment_lines(message.user_comments)
    return to_bytes([*lines, *(f"{USER_PREFIX}{name} = {text}" for name, text in message.user_defined)])


def _check(message: ParameterMessage) -> None:
    check_version(message.header, "OPM")
    if message.header.creation_date is None or message.header.originator is None:
        raise InputError("an OPM needs CREATION_DATE and ORIGINATOR")
    if message.maneuvers and (message.spacecraft is None or message.spacecraft.mass_kg is None):
        raise InputError("an OPM with a maneuver needs MASS")
    if message.kepler and (message.kepler.true_anomaly_deg is None) == (message.kepler.mean_anomaly_deg is None):
        raise InputError("Keplerian elements need one of TRUE_ANOMALY and MEAN_ANOMALY")
    epochs: list[tuple[str, Epoch | None]] = [("EPOCH", message.state.epoch)]
    epochs += [("REF_FRAME_EPOCH", message.metadata.ref_frame_epoch)]
    epochs += [("MAN_EPOCH_IGNITION", each.ignition) for each in message.maneuvers]
    same_time_system(message.metadata.time_system, epochs)


def _filled(message: ParameterMessage) -> Iterator[tuple[Section, Any]]:
    """The blocks a message has, in the standard's order, but for the user-defined parameters."""
    yield HEADER, message.header
    yield OPM_METADATA, message.metadata
    yield STATE, message.state
    for section, noun in ((KEPLER, message.kepler), (SPACECRAFT, message.spacecraft), (COVARIANCE, message.covariance)):
        if noun is not None:
            yield section, noun
    for maneuver in message.maneuvers:
        yield MANEUVER, maneuver


def _xml_lines(message: ParameterMessage) -> list[str]:
    (_, header), (_, metadata), *data = _filled(message)
    head = [*comment_elements(header.comments, "    "), *row_elements(rows_of(HEADER, header), "    ")]
    meta = comment_elements(metadata.comments, "        ") + row_elements(rows_of(OPM_METADATA, metadata), "        ")
    inside: list[str] = []
    for section, noun in data:
        rows = [*comment_elements(noun.comments, " " * 10), *row_elements(rows_of(section, noun), " " * 10)]
        inside += wrapped(section.tag, rows, " " * 8)
    if message.user_defined:
        inside += wrapped(USER_TAG, user_elements(message.user_comments, message.user_defined, " " * 10), " " * 8)
    segment = [*wrapped("metadata", meta, "      "), *wrapped("data", inside, "      ")]
    body = wrapped("body", wrapped("segment", segment, "    "), "  ")
    return [root_tag("OPM", header.version, alone=True), *wrapped("header", head, "  "), *body, "</opm>"]
