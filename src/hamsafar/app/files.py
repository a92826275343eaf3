"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from hamsafar.errors import InputError


def ensure_writable(folder: Path) -> None:
    """Raises InputError where files could not be written to a folder, so that nobody waits for nothing."""
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise InputError(
            "is not a folder, so nothing can be written there; name another with --out", where=str(nearest)
        )
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError("can't be written; name another folder with --out", where=str(nearest))


def write_whole(folder: Path, files: Mapping[str, bytes], *, stale: tuple[str, ...] = ()) -> tuple[Path, ...]:
    """Writes every file (by its path below the folder), each whole or not at all; returns their paths.

    All bytes exist before the first is written: whatever stops us, no half-written file is left. Files of an
    earlier run that match the `stale` patterns and are not written anew are removed. Raises InputError where the
    folder can't be written.
    """
    try:
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        written = tuple(_write(folder / name, [content]) for name, content in files.items())
        for pattern in stale:
            for old in folder.glob(pattern):
                if old not in written and old.is_file():
                    old.unlink()
    except OSError as problem:
        raise InputError(f"can't be written: {problem.strerror}", where=str(problem.filename or folder)) from problem
    return written


def write_file(path: Path, pieces: Iterable[bytes]) -> Path:
    """Writes one file, piece by piece, whole or not at all. Raises InputError where it can't be written."""
    if path.exists() and not path.is_file():
        raise InputError("is not a file that could be replaced; name another", where=str(path))
    try:
        return _write(path, pieces)
    except OSError as problem:
        raise InputError(f"can't be written: {problem.strerror}", where=str(path)) from problem


def _write(path: Path, pieces: Iterable[bytes]) -> Path:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(pieces)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_text(path: Path) -> str:
    """A file's text (UTF-8); InputError when it can't be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as problem:
        raise InputError("there is no such file", where=str(path)) from problem
    except UnicodeDecodeError as problem:
        raise InputError(f"is not UTF-8 text (byte {problem.start})", where=str(path)) from problem
    except OSError as problem:
        raise InputError(f"can't be read: {problem.strerror}", where=str(path)) from problem
