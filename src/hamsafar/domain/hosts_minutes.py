"""Hosts' minutes: what the agencies agreed of the hosts' help, and what a plan takes of it."""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import ge, gt, optional

_NOT_NEGATIVE = optional(ge(0))  # `ge` alone refuses None, which says that nothing was agreed


@frozen(kw_only=True)
class HostShare:
    """What was agreed of one host; None where nothing was."""

    person: str
    total_min: int | None = field(default=None, validator=_NOT_NEGATIVE)  # in the stay
    a_day_min: int | None = field(default=None, validator=_NOT_NEGATIVE)  # in place of rule CRW-09's figure


@frozen(kw_only=True)
class DayShare:
    """What was agreed of all hosts together on one flight day."""

    flight_day: int = field(validator=gt(0))
    total_min: int = field(validator=ge(0))


@frozen(kw_only=True)
class HostsMinutes:
    """The budget that the agencies agreed: in the stay, of one host, on a flight day."""

    agreed: str  # the document, and when
    total_min: int | None = field(default=None, validator=_NOT_NEGATIVE)  # of all hosts together, in the stay
    people: tuple[HostShare, ...] = ()
    days: tuple[DayShare, ...] = ()

    def of(self, person: str) -> HostShare | None:
        """What was agreed of one host, where something was."""
        return next((one for one in self.people if one.person == person), None)


@frozen(kw_only=True)
class HostDay:
    """What a plan takes of one host on one flight day, and the most that was agreed for one day of theirs."""

    person: str
    flight_day: int
    used_min: int
    agreed_min: float
