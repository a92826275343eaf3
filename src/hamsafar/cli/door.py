"""The way in and out of every command: errors to people or JSON, and exit codes."""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import json
import os
import sys
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import Any, cast

import typer

from hamsafar.cli.stopping import INTERRUPTED, tell_interrupted
from hamsafar.errors import ConvergenceError, HamsafarError, InputError, InputErrors, OutOfRangeError

_MOST_TOLD = 50  # errors; a reader who has mended these asks again

# What typer raises for bad usage. Its module has moved between releases, so it is found by its name.
_BadUsage = cast(
    type[Exception], next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
)


class Exit(IntEnum):
    """Exit codes, as the reference page lists them."""

    DONE = 0
    BAD_INPUT = 1
    BAD_USAGE = 2
    NO_PLAN = 3
    UNDECIDED = 4
    BROKEN = 5
    NOT_CHECKED = 6
    INTERRUPTED = INTERRUPTED


class _Printed:
    """Whether this command has begun to print its JSON document: a second one must not follow."""

    begun = False


def through(app: typer.Typer) -> None:
    """Runs the command line and ends the process with its exit code."""
    wants_json = "--json" in sys.argv
    _Printed.begun = False
    _prepare_streams()
    code: int = Exit.DONE
    try:
        code = _run(app, wants_json)
        sys.stdout.flush()  # here, where a failure can still be told
    except OSError as problem:
        code = _stdout_failed(problem, code)
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    if code == Exit.INTERRUPTED:
        tell_interrupted(in_json=wants_json and not _Printed.begun)
    sys.exit(code)


def _run(app: typer.Typer, wants_json: bool) -> int:
    try:
        return int(app(standalone_mode=False) or Exit.DONE)  # typer makes an Exit and an interrupt the code of it
    except (InputError, OutOfRangeError, ConvergenceError) as problem:
        _tell_errors(problem, wants_json)
        return Exit.BAD_INPUT
    except _BadUsage as problem:
        return _tell_usage(problem, wants_json)
    except typer.Abort:
        return Exit.INTERRUPTED
    except SystemExit:
        # typer ends with 1 when whoever read our output has gone; there is nothing wrong, nor anything to say any more.
        if type(sys.stdout).__name__ != "PacifyFlushWrapper":
            raise
        _leave_stdout()
        return Exit.DONE


def _prepare_streams() -> None:
    """Makes sure that whatever is said can be said: a stream that is closed or knows few letters is no fault of ours.

    Ends the process where stdout is closed, as nobody would see the answer.
    """
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # for as long as the process lasts
    if sys.stdout is None:
        _say("stdout is closed, so there is nowhere to print the answer; use > /dev/null to drop it.")
        sys.exit(Exit.BAD_INPUT)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="replace")


def _stdout_failed(problem: OSError, code: int) -> int:
    """The exit code after stdout took no more. Raises the problem again where it is another one."""
    if problem.filename is not None or problem.errno is None:
        raise problem
    _leave_stdout()
    if problem.errno == errno.EPIPE:
        return code
    _say(f"The answer can't be printed: {problem.strerror}.")
    return Exit.BAD_INPUT


def _leave_stdout() -> None:
    """Sends to nowhere what is still to be printed, so that Python does not stumble over it when it ends."""
    number = sys.__stdout__.fileno() if sys.__stdout__ else 1
    os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def _escaped(problem: UnicodeError) -> tuple[str, int]:
    """What stands in JSON for letters that an encoding lacks."""
    assert isinstance(problem, UnicodeEncodeError), "we only write"
    return json.dumps(problem.object[problem.start : problem.end])[1:-1], problem.end


codecs.register_error("hamsafar-json", _escaped)


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    print_document([json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"], in_json=True)


def print_document(pieces: Iterable[str], *, in_json: bool) -> None:
    """One document on stdout, piece by piece; letters that stdout's encoding lacks are escaped in JSON."""
    if in_json and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="hamsafar-json")
    for piece in pieces:
        _Printed.begun = True
        sys.stdout.write(piece)


def _tell_errors(problem: HamsafarError, wants_json: bool) -> None:
    each = problem.errors if isinstance(problem, InputErrors) else (problem,)
    if wants_json:
        rows = [{"where": getattr(one, "where", ""), "what": getattr(one, "what", str(one))} for one in each]
        print_json({"error": {"kind": "input", "errors": rows}})
        return
    written = "; nothing was written" if {"plan", "new", "replan", "--out"} & set(sys.argv) else ""
    more = [f"... and {len(each) - _MOST_TOLD} more"] if len(each) > _MOST_TOLD else []
    _say(*map(str, each[:_MOST_TOLD]), *more, f"{len(each)} error{'s' if len(each) != 1 else ''}{written}.")


def _tell_usage(problem: Exception, wants_json: bool) -> int:
    """Says what is wrong with the words typed; returns the exit code."""
    from typer import rich_utils  # slow, and seldom needed

    rich_utils.rich_format_error(problem)  # type: ignore[arg-type]  # it is the one typer formats
    if wants_json:
        what = getattr(problem, "format_message", problem.__str__)()
        print_json({"error": {"kind": "usage", "errors": [{"where": "", "what": what}]}})
    return int(getattr(problem, "exit_code", Exit.BAD_USAGE))


def _say(*lines: str) -> None:
    """Lines on stderr, if it takes them; where it does not, there is nobody left to tell."""
    with contextlib.suppress(OSError):
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
