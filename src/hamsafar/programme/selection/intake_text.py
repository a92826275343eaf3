"""Texts of applications: what people see in them, kept; what nobody sees, left out."""

from __future__ import annotations

import unicodedata

_INVISIBLE = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF, 0x200B])


class Unreadable(Exception):
    """What is wrong with a cell: `what` says what it should be, and never what it is."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


def plain(text: str) -> str:
    """A text as it is kept: composed (NFC), without marks that only say in which direction it runs, spaces single."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    if "\n" not in composed and "\r" not in composed:
        return " ".join(composed.split())
    return "\n".join(" ".join(line.split()) for line in composed.splitlines()).strip()


def folded(text: str) -> str:
    """A text for comparing: widths, digits, case and spaces made one."""
    if text.isascii():
        return " ".join(text.casefold().split())
    wide = unicodedata.normalize("NFKC", plain(text))
    return " ".join(digits_of(wide).casefold().split())


def figures(text: str) -> str:
    """A cell's text for reading numbers and days: widths and digits made one. Raises Unreadable for 5² and Ⅴ."""
    if text.isascii():
        return plain(text)
    if any(unicodedata.category(each) in ("No", "Nl") for each in text):  # else 5² would become 52
        raise Unreadable("should be a number in plain digits")
    return digits_of(unicodedata.normalize("NFKC", plain(text.replace("″", '"').replace("′", "'"))))


def digits_of(text: str) -> str:
    """A text whose digits of any script are 0 to 9, and whose Arabic marks are a point and a narrow space."""
    if text.isascii():
        return text
    text = text.replace("٫", ".").replace("٬", "\u202f")
    return "".join(str(unicodedata.digit(each, -1)) if each.isdigit() and not each.isascii() else each for each in text)
