"""The way in and out of every command: errors to people or JSON, and exit codes."""

from __future__ import annotations

import json
import os
import sys
from enum import IntEnum
from typing import Any

import typer

from hamsafar.errors import ConvergenceError, HamsafarError, InputError, InputErrors, OutOfRangeError

_MOST_TOLD = 50  # errors; a reader who has mended these asks again


class Exit(IntEnum):
    """Exit codes, as the reference page lists them."""

    DONE = 0
    BAD_INPUT = 1
    BAD_USAGE = 2
    NO_PLAN = 3
    UNDECIDED = 4
    BROKEN = 5
    NOT_CHECKED = 6
    INTERRUPTED = 130


def through(app: typer.Typer) -> None:
    """Runs the command line and ends the process with its exit code."""
    wants_json = "--json" in sys.argv
    try:
        app(standalone_mode=True)
    except (InputError, OutOfRangeError, ConvergenceError) as problem:
        _tell_errors(problem, wants_json)
        sys.exit(Exit.BAD_INPUT)
    except KeyboardInterrupt:
        _tell_interrupted(wants_json)
        sys.exit(Exit.INTERRUPTED)
    except SystemExit:
        # typer ends with 1 when whoever read our output has gone; there is nothing wrong, nor anything to say any more.
        if type(sys.stdout).__name__ != "PacifyFlushWrapper":
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        sys.exit(Exit.DONE)


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def _tell_errors(problem: HamsafarError, wants_json: bool) -> None:
    each = problem.errors if isinstance(problem, InputErrors) else (problem,)
    if wants_json:
        rows = [{"where": getattr(one, "where", ""), "what": getattr(one, "what", str(one))} for one in each]
        print_json({"error": {"kind": "input", "errors": rows}})
        return
    for one in each[:_MOST_TOLD]:
        sys.stderr.write(f"{one}\n")
    if len(each) > _MOST_TOLD:
        sys.stderr.write(f"... and {len(each) - _MOST_TOLD} more\n")
    written = "; nothing was written" if {"plan", "new", "--out"} & set(sys.argv) else ""
    sys.stderr.write(f"{len(each)} error{'s' if len(each) != 1 else ''}{written}.\n")


def _tell_interrupted(wants_json: bool) -> None:
    if wants_json:
        print_json({"error": {"kind": "interrupted", "errors": []}})
    sys.stderr.write("Interrupted; no half-written file is left.\n")
