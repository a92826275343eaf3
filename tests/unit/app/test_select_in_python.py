"""Each command of `select` has its name in Python, and each name leads to something."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

import hamsafar
from hamsafar.cli import app

NAMED = {
    "open": "open_campaign",
    "import": "import_applications",
    "hand-over": "hand_over",
}


def test_every_command_has_its_name() -> None:
    group = typer.main.get_command(app).commands["select"]  # type: ignore[attr-defined]  # a group
    for name in group.commands:
        assert callable(getattr(hamsafar.select, NAMED.get(name, name))), name


@pytest.mark.parametrize("name", hamsafar.select.__all__)
def test_every_name_leads_somewhere(name: str) -> None:
    assert callable(getattr(hamsafar.select, name))


def test_names_stay_what_they_are_whatever_was_used_before() -> None:
    """In a fresh process: a module that is read must not hide a function of the same name."""
    program = (
        "from hamsafar import select\n"
        "for _ in range(2):\n"
        "    for name in select.__all__:\n"
        "        assert callable(getattr(select, name)), name\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = hamsafar.select.nothing
