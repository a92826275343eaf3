"""`compiled`: numba's compiler with the house's settings, typed for the checker. Importing this imports numba."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numba.core.codegen import CPUCodeLibrary
from numba.core.compiler import Compiler

from hamsafar.orbit.numerical.compiling import announce

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T", bound=tuple[Any, ...])

# Only multiply-adds may be fused: nothing is reordered, so a result does not hang on the number of threads.
_SETTINGS: dict[str, Any] = {"fastmath": {"contract"}, "error_model": "numpy", "nogil": True}


def compiled(function: F) -> F:
    """A door: compiled at its first call and kept on disk until any of the kernel's modules changes."""
    result: Any = njit(cache=True, pipeline_class=_Door, **_SETTINGS)(function)
    _stamp(result)
    kept: F = result
    return kept


def inner(function: F) -> F:
    """Behind the doors: not callable from Python, which saves its wrappers, and made into machine code with its door.

    It is compiled once for each kind of arguments, and a literal is another kind than a variable.
    """
    make: Any = njit
    result: F = make(no_cpython_wrapper=True, no_cfunc_wrapper=True, pipeline_class=_Inner, **_SETTINGS)(function)
    return result


class _Door(Compiler):
    """Says so before the first door is compiled, and keeps Python from counting garbage meanwhile (an eighth)."""

    def compile_extra(self, func: Any) -> Any:
        """Called only where nothing is kept on disk."""
        announce()
        counting = gc.isenabled()
        gc.disable()
        try:
            return super().compile_extra(func)  # type: ignore[no-untyped-call]
        finally:
            if counting:
                gc.enable()


class _Inner(Compiler):
    """Leaves it to the door to optimise and to make machine code.

    numba would do both for each function together with all that it calls, and so for the innermost a dozen times.
    """

    def define_pipelines(self) -> Any:
        """Numba's own, with a library that is only ever linked into others."""
        state = self.state
        if state.library is None and all(hasattr(CPUCodeLibrary, name) for name in _LIBRARY):
            state.library = state.targetctx.codegen().create_library(state.func_id.func_qualname)
            _only_to_link(state.library)
        return super().define_pipelines()  # type: ignore[no-untyped-call]


_LIBRARY = ("_optimize_final_module", "_finalize_final_module", "_finalize_dynamic_globals", "get_function")


def _only_to_link(library: Any) -> None:
    def finish() -> None:
        library._finalize_dynamic_globals()
        library._finalized = True

    library._optimize_final_module = lambda: None
    library._finalize_final_module = finish
    library.get_pointer_to_function = lambda name: 0
    library._codegen = _WithoutCode(library._codegen)


class _WithoutCode:
    """A code generator that is never asked for the address of anything."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def set_env(self, name: str, env: Any) -> None:
        """Nothing: the function's environment has no address before its door has one, and isn't used."""


def record(values: T) -> T:
    """Named numbers and arrays of fixed shape as one record of memory, with the same names.

    The compiler takes it as one pointer. A tuple it takes apart into every array's shape, strides and owner, at each
    call; with fifty arrays that costs more to compile than what is done with them.
    """
    names: tuple[str, ...] = getattr(values, "_fields")  # noqa: B009
    arrays = [np.asarray(value) for value in values]
    kinds = [(name, a.dtype, a.shape) for name, a in zip(names, arrays, strict=True)]
    room: Any = np.zeros(1, dtype=np.dtype(kinds, align=True))
    for name, array in zip(names, arrays, strict=True):
        room[name][0] = array
    kept: T = room[0]
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
        if b"@compiled" in text or b"@inner" in text or path.name in ("compiled.py", "nodes.py"):
            digest.update(text)
    return digest.hexdigest()
