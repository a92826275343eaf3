"""Progress on stderr: a live line on a terminal, plain lines elsewhere, nothing on stdout.

Nothing heavy is imported before something is told: what is read in is half of the wait.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from threading import Lock, Timer
from types import TracebackType
from typing import Any

_PERCENT = re.compile(r": (\d+)%")
_PERCENT_STEP = 10


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
        self._stage = self._written = ""  # what goes on, and the last line
        self._began = self._told = 0.0
        self._percent: int | None = None  # the last one written of the stage

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
            if not self._written:
                self._print(self._stage or self._first)

    def _write(self, text: str) -> None:
        stage, now = text.split(":")[0], time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._percent = stage, now, None
        percent = _percent_of(text)
        if percent is not None:
            if self._is_worth(percent, now):
                self._percent = percent
                self._print(text)
        elif stage != self._written.split(":")[0] or now - self._told >= self._plain_every_s:
            self._print(text)

    def _is_worth(self, percent: int, now: float) -> bool:
        """A stage that is soon over shows none; one that has begun to show them ends with 100."""
        if self._percent is None:
            return percent < 100 and now - self._began >= self._plain_after_s
        if percent >= 100:
            return self._percent < 100
        return percent - self._percent >= _PERCENT_STEP and now - self._told >= self._plain_every_s

    def _print(self, text: str) -> None:
        self._told = time.monotonic()
        if text != self._written:
            self._written = text
            sys.stderr.write(text + "\n")
            sys.stderr.flush()


def _percent_of(text: str) -> int | None:
    found = _PERCENT.search(text)
    return None if found is None else int(found[1])


def _is_live() -> bool:
    """Whether stderr is a terminal on which a line can be written over."""
    return sys.stderr.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def _unmarked(text: str) -> str:
    return text.replace("[", r"\[")
