"""A message in blocks, whatever its form was; blocks ↔ nouns by the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from attrs import Factory, define

from hamsafar.domain.messages import Covariance, Epoch, EpochCovariance
from hamsafar.errors import InputError
from hamsafar.formats.ccsds.entries import Block, Entry, Place, Problems, number, whole, words
from hamsafar.formats.ccsds.tables import COVARIANCE_KEYS, USER_PREFIX, VERSIONS, Key, Section
from hamsafar.formats.ccsds.times import read_epoch, write_epoch
from hamsafar.timeline import Instant

_UTC_DATE = "UTC"


@define(slots=True)
class RawMessage:
    """One message cut into blocks: the entry of its version (None where the form has none), and the blocks."""

    kind: str  # OMM, OPM or OEM
    place: Place
    version: Entry | None
    blocks: list[Block] = Factory(list)

    def one(self, section: Section, problems: Problems) -> Block | None:
        """The block of a section; a second one is an error."""
        found = self.all(section)
        for extra in found[1:]:
            problems.add(extra.place, f"{section.title} stands twice in one message")
        return found[0] if found else None

    def all(self, section: Section) -> list[Block]:
        """The blocks of a section, in order."""
        return [block for block in self.blocks if block.name == section.tag]


def read_version(raw: RawMessage, problems: Problems, *, default: str = "") -> str:
    """The message's version; an error where we don't know it."""
    if raw.version is None:
        return default
    text, known = raw.version.text.strip(), VERSIONS[raw.kind]
    if text not in known:
        what = f"should be a version we know: {', '.join(known)} (got {text!r:.40})"
        problems.add(raw.version.value_place, what, raw.version.keyword)
    return text


def read_block(
    section: Section,
    block: Block,
    problems: Problems,
    *,
    time_system: str,
    version: str = "",
    spared: Collection[str] = (),
) -> dict[str, Any] | None:
    """Field name → value of a block, comments included; None with the errors noted.

    `spared` are keywords that need not be there, for forms that leave out what goes without saying.
    """
    before = len(problems)
    values: dict[str, Any] = {"comments": read_comments(block, problems)}
    seen: dict[str, Entry] = {}
    for entry in block.entries:
        key = section.by_keyword.get(entry.keyword)
        if key is None:
            problems.add(entry.place, f"is not a keyword of {section.title}", entry.keyword)
            continue
        if entry.keyword in seen:
            what = f"stands twice; first in line {seen[entry.keyword].place.line}"
            problems.add(entry.place, what, entry.keyword)
            continue
        seen[entry.keyword] = entry
        if key.since and version and version < key.since:
            what = f"is a keyword from version {key.since}; this message is of version {version}"
            problems.add(entry.place, what, entry.keyword)
        if key.may_be_empty and not entry.text.strip():
            values[key.name] = None
            continue
        values[key.name] = _value(key, entry, time_system, problems)
    for key in section.keys:
        if key.need and key.keyword not in seen and key.keyword not in spared:
            problems.add(block.place, f"is missing from {section.title}", key.keyword)
    return values if len(problems) == before else None


def _value(key: Key, entry: Entry, time_system: str, problems: Problems) -> Any:
    if key.kind == "number":
        return number(entry, key.unit, problems)
    if key.kind == "whole":
        return whole(entry, problems)
    text = words(entry, problems)
    if text is None or key.kind == "text":
        return text
    try:
        epoch = read_epoch(text, _UTC_DATE if key.kind == "utc" else time_system)
    except InputError as problem:
        problems.add(entry.value_place, problem.what, entry.keyword)
        return None
    return epoch.instant if key.kind == "utc" else epoch


def read_comments(block: Block, problems: Problems) -> tuple[str, ...]:
    """The comments of a block, which must be printable."""
    for text in block.comments:
        if not text.isprintable():
            problems.add(block.place, f"a comment of this block has a character no line can carry: {text!r:.60}")
            return ()
    return tuple(block.comments)


def read_covariance(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Covariance from the values of its block."""
    kept = {name: value for name, value in values.items() if name in ("comments", "ref_frame", "epoch")}
    return {**kept, "lower": tuple(values[key.name] for key in COVARIANCE_KEYS)}


def read_user(block: Block | None, problems: Problems) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """(comments, pairs of name and text) of the user-defined parameters; one without a text says nothing."""
    if block is None:
        return (), ()
    found: dict[str, str] = {}
    first: dict[str, Entry] = {}
    for entry in block.entries:
        name = entry.keyword.removeprefix(USER_PREFIX)
        if not name or not name.isascii() or not name.isprintable() or set(name) & set(" =,\"<>&'"):
            problems.add(entry.place, f"is not a name for a parameter: {name!r:.60}", entry.keyword[:60])
        elif name in first:
            problems.add(entry.place, f"stands twice; first in line {first[name].place.line}", entry.keyword)
        else:
            first[name] = entry
            if entry.text.strip():
                found[name] = words(entry, problems) or ""
    return read_comments(block, problems), tuple(found.items())


def time_system_of(block: Block | None) -> str:
    """The time system a metadata block names, in capitals; UTC where it names none."""
    entry = block.find("TIME_SYSTEM") if block else None
    return (entry.text.strip().upper() if entry else "") or "UTC"


# Nouns → lines of keyword, text and unit

Row = tuple[str, str, str]


def rows_of(section: Section, noun: Any) -> Iterator[Row]:
    """(keyword, text, unit) of every value of a noun, in the standard's order; comments are not among them."""
    for key in section.keys:
        if isinstance(noun, Covariance) and key in COVARIANCE_KEYS:
            continue
        value = getattr(noun, key.name)
        if value is None:
            if key.may_be_empty:
                yield key.keyword, "", ""
            continue
        yield key.keyword, text_of(value), key.unit if key.unit_shown else ""
    if isinstance(noun, Covariance):
        for key, value in zip(COVARIANCE_KEYS, noun.lower, strict=True):
            yield key.keyword, text_of(value), key.unit


def text_of(value: str | float | Epoch | Instant) -> str:
    """A value as every form writes it; a number with every digit it has."""
    if isinstance(value, Epoch):
        return write_epoch(value)
    if isinstance(value, Instant):
        return value.exact_iso().removesuffix("Z")
    if isinstance(value, float):
        return repr(float(value))
    return str(value)


def check_version(header: Any, kind: str) -> None:
    """InputError for a header that no version we write can carry."""
    if header.version not in VERSIONS[kind]:
        raise InputError(f"an {kind} is of version {', '.join(VERSIONS[kind])} (got {header.version!r})")
    newer = [name for name in ("classification", "message_id") if getattr(header, name) is not None]
    if newer and header.version < "3.0":
        raise InputError(f"{newer[0].upper()} needs version 3.0 of the {kind} (got {header.version})")


def same_time_system(time_system: str, epochs: Sequence[tuple[str, Epoch | None]]) -> None:
    """InputError for an epoch on another clock than its message's."""
    for name, epoch in epochs:
        if epoch is not None and epoch.time_system != time_system:
            raise InputError(f"{name} is in {epoch.time_system}, but its message is in {time_system}")


def build(section: Section, values: dict[str, Any] | None) -> Any:
    """The noun of a block from its values; None where there are none."""
    if values is None:
        return None
    if section.noun in (Covariance, EpochCovariance):
        values = read_covariance(values)
    return section.noun(**values)
