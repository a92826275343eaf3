"""`compiled`: numba's compiler with the house's settings, typed for the checker. Importing this imports numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

# Only multiply-adds may be fused: nothing is reordered, so a result does not hang on the number of threads.
_SETTINGS: dict[str, Any] = {"cache": True, "fastmath": {"contract"}, "error_model": "numpy", "nogil": True}


def compiled(function: F) -> F:
    """The function, compiled at its first call and kept on disk."""
    result: F = njit(**_SETTINGS)(function)
    return result
