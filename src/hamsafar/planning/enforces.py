"""Which function obeys which rule while planning: the registry that ties planning to the rule book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

_ENFORCED: dict[str, list[Callable[..., Any]]] = {}


def enforces(*rules: str) -> Callable[[_Function], _Function]:
    """Marks a function as (one of) those by which planning obeys these rules."""

    def mark(function: _Function) -> _Function:
        for rule in rules:
            _ENFORCED.setdefault(rule, []).append(function)
        return function

    return mark


def enforced() -> dict[str, tuple[Callable[..., Any], ...]]:
    """Rule id → the functions that obey it, of every planning module imported so far."""
    return {rule: tuple(functions) for rule, functions in sorted(_ENFORCED.items())}
