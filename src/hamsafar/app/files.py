"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from hamsafar.errors import InputError

MOST_BYTES = 200_000_000  # of a text that is read: 1.5 million states, or every object in orbit a hundred times


def ensure_writable(folder: Path) -> None:
    """Raises InputError where files could not be written to a folder, so that nobody waits for nothing."""
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if _exists(path))
    if not nearest.is_dir():
        raise InputError(
            "is not a folder, so nothing can be written there; name another with --out", where=str(nearest)
        )
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError("can't be written; name another folder with --out", where=str(nearest))


def ensure_replaceable(path: Path) -> None:
    """Raises InputError where a file could not be written, or is in place of something that is none."""
    target = _target(path)
    if _exists(target) and not target.is_file():
        raise InputError("is not a file that could be replaced; name another", where=str(path))
    if not _exists(target.parent):
        raise InputError("there is no such folder", where=str(target.parent))
    ensure_writable(target.parent)


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as problem:  # a name longer than the system takes, or with a NUL in it
        raise InputError(f"can't be a file's name: {_reason(problem)}", where=_shown(path)) from problem
    return True


def _target(path: Path) -> Path:
    """Where a file's bytes go: a link stays, and what it points to is written."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114  # Path's own raises errors


def _reason(problem: OSError | ValueError) -> str:
    return (problem.strerror if isinstance(problem, OSError) else None) or str(problem)


def _shown(path: Path) -> str:
    return str(path).replace("\0", "\\0")


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
    ensure_replaceable(path)
    try:
        _write(_target(path), pieces)
    except OSError as problem:
        raise InputError(f"can't be written: {problem.strerror}", where=str(path)) from problem
    return path


def _write(path: Path, pieces: Iterable[bytes]) -> Path:
    # The file's own name stays out of it: with more around it, it could be longer than the system takes.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".hamsafar-", suffix=".part")
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


def read_text(path: Path, *, most_bytes: int = MOST_BYTES, or_latin: bool = False) -> str:
    """A file's text (UTF-8), its lines ended by a newline each; InputError when it can't be read or does not end.

    With `or_latin`, text that is no UTF-8 is read as Latin-1, as old files have it in their comments.
    """
    content = read_bytes(path, most_bytes=most_bytes)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as problem:
        if or_latin and b"\0" not in content:
            return content.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
        raise InputError(f"is not UTF-8 text (byte {problem.start})", where=str(path)) from problem


def read_bytes(path: Path, *, most_bytes: int = MOST_BYTES) -> bytes:
    """A file's bytes; InputError when it can't be read or does not end."""
    try:
        with path.open("rb") as stream:  # of a pipe or a device nobody knows the length beforehand
            content = stream.read(most_bytes + 1)
    except FileNotFoundError as problem:
        raise InputError("there is no such file", where=str(path)) from problem
    except (OSError, ValueError) as problem:
        raise InputError(f"can't be read: {_reason(problem)}", where=_shown(path)) from problem
    if len(content) > most_bytes:
        raise InputError(f"is longer than {most_bytes:,} bytes, the most that is read", where=str(path))
    return content
