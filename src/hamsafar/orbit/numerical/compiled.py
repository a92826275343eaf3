"""`compiled`: numba's compiler with the house's settings, typed for the checker. Importing this imports numba."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

# Only multiply-adds may be fused: nothing is reordered, so a result does not hang on the number of threads.
_SETTINGS: dict[str, Any] = {"cache": True, "fastmath": {"contract"}, "error_model": "numpy", "nogil": True}


def compiled(function: F) -> F:
    """The function, compiled at its first call and kept on disk until any of the kernel's modules changes."""
    result: Any = njit(**_SETTINGS)(function)
    _stamp(result)
    kept: F = result
    return kept


def _stamp(dispatcher: Any) -> None:
    """Ties what is kept on disk to all the kernel's sources.

    numba looks at the file of the function alone, and so would go on using a caller compiled with an older callee.
    """
    file = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if file is not None and hasattr(file, "_source_stamp"):
        file._source_stamp = (file._source_stamp, _sources())


@cache
def _sources() -> str:
    """A digest of the modules beside this one that are compiled, and of the number of nodes they are compiled for."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_bytes()
        if b"@compiled" in text or path.name in ("compiled.py", "nodes.py"):
            digest.update(text)
    return digest.hexdigest()
