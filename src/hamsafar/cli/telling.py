"""Progress on stderr: a live line on a terminal, plain lines elsewhere, nothing on stdout.

Nothing heavy is imported before something is told: what is read in is half of the wait.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from threading import Lock, Timer
from types import TracebackType
from typing import Any


class Teller:
    """Tells a person what is going on. Use as a context manager; call `tell` as often as you like.

    Enter it before all that is slow, heavy imports too. A terminal shows `first` at once; elsewhere it becomes a line
    if a third of a second goes by with nothing told, so that a quick command leaves stderr empty.
    """

    _plain_after_s = 0.33
    _plain_every_s = 5.0  # where nobody watches live, a line for each new stage and then one every so often

    def __init__(self, first: str = "Starting") -> None:
        self._first = first
        self._status: Any = None
        self._timer: Timer | None = None
        self._lock = Lock()
        self._stage = ""
        self._told = 0.0

    def __enter__(self) -> Teller:
        if _is_live():
            self._open_line()
        else:
            self._timer = Timer(self._plain_after_s, self._tell_first)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._status is not None:
            self._status.stop()
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()  # nothing of it comes after the answer

    def tell(self, text: str) -> None:
        """Shows a line; its part before the first colon names the stage."""
        if self._status is not None:
            self._status.update(_unmarked(text))
            return
        with self._lock:
            self._write(text)

    def _open_line(self) -> None:
        """A line as it is, and over it the live one, once what draws it is there."""
        bare = f"{self._first} ..."
        sys.stderr.write(bare)
        sys.stderr.flush()
        try:
            from rich.console import Console
        finally:
            sys.stderr.write(f"\r{' ' * len(bare)}\r")
        self._status = Console(stderr=True).status(_unmarked(self._first))
        self._status.start()

    def _tell_first(self) -> None:
        """On a thread of its own: the first line, where none came before it; a stderr that is gone hinders nothing."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            if not self._stage:
                self._write(self._first)

    def _write(self, text: str) -> None:
        stage, now = text.split(":")[0], time.monotonic()
        if stage != self._stage or now - self._told >= self._plain_every_s:
            self._stage, self._told = stage, now
            sys.stderr.write(text + "\n")
            sys.stderr.flush()


def _is_live() -> bool:
    """Whether stderr is a terminal on which a line can be written over."""
    return sys.stderr.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def _unmarked(text: str) -> str:
    return text.replace("[", r"\[")
