"""What is said when somebody stops a command. Nothing heavy: it must be here while the rest is still being read."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from types import FrameType, TracebackType
from typing import Any

INTERRUPTED = 130  # as shells number a stop by Ctrl-C


def tell_interrupted(*, in_json: bool) -> None:
    """Says so on stderr, and as one JSON document on stdout where that is wanted."""
    if in_json and sys.stdout is not None:
        with contextlib.suppress(OSError):
            sys.stdout.write(json.dumps({"error": {"kind": "interrupted", "errors": []}}, indent=1) + "\n")
            sys.stdout.flush()
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write("Interrupted; no half-written file is left.\n")


class StopRequest:
    """While open, a Ctrl-C asks for an end, and the best so far is kept; a second one stops at once.

    A first one stops at once too while nobody has asked `heard` yet: there is nothing to keep before the search.
    """

    def __init__(self) -> None:
        self._listened_to = self._made = False
        self._before: Any = None

    def __enter__(self) -> StopRequest:
        self._before = signal.signal(signal.SIGINT, self._on_interrupt)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        signal.signal(signal.SIGINT, self._before)

    def heard(self) -> bool:
        """Whether somebody asked for an end."""
        self._listened_to = True
        return self._made

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self._made or not self._listened_to:
            raise KeyboardInterrupt
        self._made = True
