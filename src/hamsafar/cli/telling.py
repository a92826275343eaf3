"""Progress on stderr: a live line on a terminal, plain lines elsewhere, nothing on stdout."""

from __future__ import annotations

import sys
import time
from types import TracebackType


class Teller:
    """Tells a person what is going on. Use as a context manager; call `tell` as often as you like."""

    _plain_every_s = 5.0  # where nobody watches live, a line for each new stage and then one every so often

    def __init__(self) -> None:
        self._status = None
        self._stage = ""
        self._told = 0.0
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("Starting")

    def __enter__(self) -> Teller:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._status is not None:
            self._status.stop()

    def tell(self, text: str) -> None:
        """Shows a line; its part before the first colon names the stage."""
        if self._status is not None:
            self._status.update(text.replace("[", r"\["))
            return
        stage, now = text.split(":")[0], time.monotonic()
        if stage != self._stage or now - self._told >= self._plain_every_s:
            self._stage, self._told = stage, now
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
