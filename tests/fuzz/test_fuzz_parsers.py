"""No damaged file makes a parser of orbit messages fail with anything but InputError, and every error has a place.

What is read in spite of its damage is written and read again, equal.

The fast run tries some thousands; `make test-all` tries a million (COUNT), in parts so that two cores can share them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fuzz_seeds import OEM_KVN, OEM_XML, OMM_CSV, OMM_JSON, OMM_KVN, OMM_XML, OPM_KVN, OPM_XML, TLE_TEXT
from mutated import damaged

from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.ccsds import read_oem, read_opm, write_oem, write_omm, write_opm
from hamsafar.formats.ccsds.omm import read_omm
from hamsafar.formats.elements_file import read_elements, read_object
from hamsafar.formats.tle import read_tles

COUNT = 1_000_000  # damaged texts of the slow run, over all parsers
FAST_COUNT = 300  # for each parser in the fast run
PARTS = 4  # of each parser's share

_PLACE = re.compile(r"f:(\d+):(\d+)( \S.*)?")


def _omm(text: str) -> None:
    messages = read_omm(text, where="f")
    assert read_omm(write_omm(messages, form="xml").decode(), where="again") == messages


def _opm(text: str) -> None:
    message = read_opm(text, where="f")
    assert read_opm(write_opm(message, form="xml").decode(), where="again") == message


def _oem(text: str) -> None:
    message = read_oem(text, where="f")
    assert read_oem(write_oem(message, form="xml").decode(), where="again") == message


ONE_OF_EACH = (TLE_TEXT, OMM_KVN[0], OMM_XML[0], OMM_JSON[0], OMM_CSV[0])
PARSERS: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "tle": (lambda text: read_tles(text, where="f"), (TLE_TEXT,)),
    "elements": (
        lambda text: read_object(text, where="f"),
        (TLE_TEXT, OMM_KVN[0], OMM_XML[0], OMM_JSON[0], OMM_CSV[0]),
    ),
    "omm-kvn": (_omm, OMM_KVN),
    "omm-xml": (_omm, OMM_XML),
    "omm-json": (_omm, OMM_JSON),
    "omm-csv": (_omm, OMM_CSV),
    "opm-kvn": (_opm, OPM_KVN),
    "opm-xml": (_opm, OPM_XML),
    "oem-kvn": (_oem, OEM_KVN),
    "oem-xml": (_oem, OEM_XML),
}


def _try(parser: Callable[[str], object], text: str) -> bool:
    """Whether the text was read; AssertionError for an error without its place."""
    try:
        parser(text)
    except InputError as problem:
        errors = problem.errors if isinstance(problem, InputErrors) else (problem,)
        lines = len(re.findall(r"\r\n|\n|\r", text)) + 1
        for error in errors:
            match = _PLACE.fullmatch(error.where)
            assert match, error.where
            assert 1 <= int(match[1]) <= lines, (error.where, lines)
            assert int(match[2]) >= 1
            assert error.what
        assert errors
        return False
    return True


def _run(name: str, count: int, seed: int) -> tuple[int, int]:
    parser, seeds = PARSERS[name]
    read = 0
    for text in damaged(seeds, count, seed):
        try:
            read += _try(parser, text)
        except Exception as problem:
            problem.add_note(f"for the text {text!r}")
            raise
    return read, count - read


@pytest.mark.parametrize("name", PARSERS)
def test_a_seed_is_read_and_some_damages_are_seen(name: str) -> None:
    parser, seeds = PARSERS[name]
    for text in seeds:
        assert _try(parser, text)
    read, refused = _run(name, FAST_COUNT, seed=1)
    assert refused > read / 10  # a fuzz target whose damages go unseen would test nothing


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", PARSERS)
def test_a_million_damaged_texts(name: str, part: int) -> None:
    share = COUNT // (len(PARSERS) * PARTS)
    read, refused = _run(name, share, seed=1_000 + part)
    assert read
    assert refused


def test_elements_of_any_form_are_read() -> None:
    for text in PARSERS["elements"][1]:
        assert read_elements(text, where="f")
