"""Damaged copies of small good texts, from a seeded generator: what people and disks do to files."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

SYMBOLS = "".join(map(chr, range(32, 127))) + "0123456789" * 6 + "\n\n\r\t\x00\x1f\x7f\x85\xa0é١\u2028\ud800\ufeff😀"
TOKENS = (
    *("NaN", "-inf", "1e999", "1_000", "0x10", "+", "-", ".", "e5", "-0", "9" * 400, "1" + "0" * 30 + "E-30"),
    *("COMMENT", "COMMENT x", "META_START", "META_STOP", "COVARIANCE_START", "COVARIANCE_STOP", "EPOCH = "),
    *("CCSDS_OMM_VERS = 2.0", "CCSDS_OEM_VERS = 2.0", "CCSDS_OPM_VERS = 3.0", "TIME_SYSTEM = TDB", "GM = 0"),
    *(
        "MEAN_MOTION = 1e-300",
        "SEMI_MAJOR_AXIS = 1e-300",
        "USER_DEFINED_",
        "USER_DEFINED_X = y",
        "= = =",
        "[km]",
        "[",
        "]",
    ),
    *(
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "&a;",
        "&#0;",
        "&#x41;",
        "<",
        ">",
        "</",
        "/>",
        "<x>",
        "</data>",
        "<![CDATA[",
        "]]>",
    ),
    *(
        "<COMMENT/>",
        ' units="km"',
        "<?x y?>",
        "<!-- -- -->",
        "<ndm>",
        "{",
        "}",
        "[[",
        '"',
        '""',
        "'",
        ",",
        ":",
        "null",
        "true",
    ),
    *("0001-01-01T00:00:00", "9999-12-31T23:59:60", "2016-12-31T23:59:60", "2026-000T00:00:00", "1708-001T00:00:00"),
    *(
        "1971-12-31T23:59:59",
        "2026-02-30T00:00:00",
        "T",
        "Z",
        "\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "\\u0000",
        "\\ud800",
        "\\",
    ),
)


def _flip(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(SYMBOLS) + text[at + 1 :]


def _insert(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(TOKENS) + text[at:]


def _cut_out(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + text[at + draw.randrange(1, 40) :]


def _cut_off(text: str, draw: random.Random) -> str:
    return text[: draw.randrange(len(text) + 1)]


def _swap_lines(text: str, draw: random.Random) -> str:
    lines = text.split("\n")
    i, j = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]
    return "\n".join(lines)


def _double_line(text: str, draw: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(draw.randrange(len(lines) + 1), draw.choice(lines))
    return "\n".join(lines)


def _drop_line(text: str, draw: random.Random) -> str:
    lines = text.split("\n")
    del lines[draw.randrange(len(lines))]
    return "\n".join(lines)


def _double_stretch(text: str, draw: random.Random) -> str:
    i = draw.randrange(len(text) + 1)
    j = min(len(text), i + draw.randrange(60))
    return text[:j] + text[i:j] + text[j:]


def _new_value(text: str, draw: random.Random) -> str:
    """Another value behind an equals sign, a tag, a colon or a comma."""
    at = text.find(draw.choice("=>:, "), draw.randrange(len(text) + 1))
    return text[: at + 1] + draw.choice(TOKENS) + text[at + 1 + draw.randrange(12) :] if at >= 0 else text


DAMAGES: tuple[Callable[[str, random.Random], str], ...] = (
    *(_flip, _flip, _flip, _insert, _insert, _cut_out, _cut_off),
    *(_swap_lines, _double_line, _drop_line, _double_stretch, _new_value, _new_value),
)


def damaged(seeds: tuple[str, ...], count: int, seed: int) -> Iterator[str]:
    """`count` texts, each a seed with one to three damages; the same for the same `seed`."""
    draw = random.Random(seed)
    for _ in range(count):
        text = draw.choice(seeds)
        for _ in range(draw.choice((1, 1, 1, 2, 3))):
            text = draw.choice(DAMAGES)(text, draw)
        yield text
