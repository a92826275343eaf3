"""The small programme of tests/broken/base, and ways to break it in one place."""

from __future__ import annotations

import shutil
from pathlib import Path

BASE = Path(__file__).parents[2] / "broken" / "base"
MARK = "▸"  # in a replacement: where the error should point to


def copy_of_base(into: Path) -> Path:
    """A copy of the small programme that may be broken."""
    return Path(shutil.copytree(BASE, into / "small"))


def break_text(folder: Path, file: str, old: str, new: str) -> str:
    """Replaces `old`, which occurs once, by `new`; `line:column` of the mark in it."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {file}"
    broken = text.replace(old, new)
    before = broken[: broken.index(MARK)]
    path.write_text(broken.replace(MARK, ""), encoding="utf-8", newline="")
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
