"""The commands of `moon` in Python: `from hamsafar import lunar`, then `lunar.lifetime("mission.yaml")`.

A name for each command; each loads what it needs when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_DOORS = {
    "orbit": ("orbit", "orbit"),
    "lifetime": ("lifetime", "lifetime"),
    "releases": ("releases", "releases"),
    "light": ("light", "light"),
    "contacts": ("contacts", "contacts"),
    "link": ("link", "link"),
    "plan": ("planning", "plan_week"),
    "mission": ("spec", "mission_of"),
}

__all__ = list(_DOORS)


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module 'hamsafar.lunar' has no attribute {name!r}")
    module, door = _DOORS[name]
    return getattr(import_module(f"hamsafar.app.moon.{module}"), door)
