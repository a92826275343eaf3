"""Every exception Hamsafar raises, and nothing else.

HamsafarError
├── InputError(ValueError)       something a person gave us is wrong; says where, and how to mend it
│   └── InputErrors              all of them together, in reading order
├── OutOfRangeError(ValueError)  no table or ephemeris covers this time
├── FrameMismatchError           two vectors in different frames met
├── ConvergenceError             a search in time came to no end, so no answer is given
└── SolverError                  our model was malformed: our bug, never the user's

"No plan exists" and "time ran out" are answers, not errors (`hamsafar.app`).
"""

from __future__ import annotations

from collections.abc import Sequence


class HamsafarError(Exception):
    """The root: catch this to catch all of ours and nothing else."""


class InputError(HamsafarError, ValueError):
    """Something a person gave us is wrong.

    `where` is `file:line:column path` as far as known, `what` says what is wrong and what to do.
    """

    def __init__(self, what: str, *, where: str = "") -> None:
        self.what = what
        self.where = where
        super().__init__(f"{where}: {what}" if where else what)


class InputErrors(InputError):
    """Several input errors found in one reading; `errors` holds each of them in reading order."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


class OutOfRangeError(HamsafarError, ValueError):
    """A time lies outside what a table, an ephemeris or an element set can answer."""

    def __init__(self, what: str, *, asked: object = None, first: object = None, last: object = None) -> None:
        self.asked, self.first, self.last = asked, first, last
        super().__init__(what)


class FrameMismatchError(HamsafarError):
    """Two states in different reference frames were used together."""

    def __init__(self, left: str, right: str) -> None:
        self.left, self.right = left, right
        super().__init__(f"frames differ: {left} and {right}")


class ConvergenceError(HamsafarError):
    """A search for an event did not converge: our bug, or a path that is not smooth.

    Nothing is answered then, because an event that is lost looks exactly like a quiet sky.
    """


class SolverError(HamsafarError):
    """The model handed to the solver was malformed: our bug, never the user's."""
