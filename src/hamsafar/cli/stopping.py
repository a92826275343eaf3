"""What is said when somebody stops a command. Nothing heavy: it must be here while the rest is still being read."""

from __future__ import annotations

import contextlib
import json
import sys

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
