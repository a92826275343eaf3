"""Who imports whom: every import in src/ is read against the table beside this file."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SRC = HERE.parents[1] / "src" / "hamsafar"
TABLE = tomllib.loads((HERE / "allowed_imports.toml").read_text(encoding="utf-8"))
BASE: list[str] = TABLE["base"]
ROOMS: dict[str, list[str]] = TABLE["rooms"]


def room_of(module: Path) -> str:
    return module.relative_to(SRC).parts[0].removesuffix(".py")


def imported_rooms(source: str) -> Iterator[tuple[int, str]]:
    """(line, room of ours) of every import in a module, those inside functions included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative imports hide the room"
            names = [node.module or ""]
            if node.module == "hamsafar":
                names = [f"hamsafar.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("hamsafar."):
                yield node.lineno, name.split(".")[1]


def may_import(room: str, other: str) -> bool:
    if room == other or other == "_version":
        return True
    if room in BASE:
        return other in BASE[: BASE.index(room)]
    return other in BASE or other in ROOMS.get(room, [])


MODULES = sorted(path for path in SRC.rglob("*.py") if path.name != "_version.py" and path.parent != SRC)
MODULES += [SRC / f"{name}.py" for name in BASE if (SRC / f"{name}.py").exists()]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_module_imports_only_what_its_room_may(module: Path) -> None:
    room = room_of(module)
    assert room in ROOMS or room in BASE, f"{room} is not in the table"
    wrong = [
        f"line {line}: {room} imports {other}"
        for line, other in imported_rooms(module.read_text(encoding="utf-8"))
        if not may_import(room, other)
    ]
    assert not wrong


def test_every_room_of_the_table_exists_and_holds_something() -> None:
    for room in ROOMS:
        modules = list((SRC / room).rglob("*.py"))
        assert any(path.stat().st_size > 200 for path in modules), f"{room} is hollow"


def test_the_table_would_catch_a_breach() -> None:
    assert not may_import("verify", "orbit")
    assert not may_import("schedule", "events")
    assert not may_import("timeline", "domain")
    assert list(imported_rooms("def f():\n    from hamsafar.orbit import frames\n")) == [(2, "orbit")]
