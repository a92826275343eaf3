"""Who is meant in a host's file: people by id or by name, and groups of those aboard."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from hamsafar.domain.programme import Programme
from hamsafar.errors import InputError
from hamsafar.programme.problems import nearest

_BETWEEN = re.compile(r"[,;/\n、，；]|\s+and\s+|\s*&\s*|\s*\+\s*")
_ALL = ("all", "everyone", "everybody", "crew", "all crew", "whole crew", "全体", "全员")


@frozen(kw_only=True)
class Aboard:
    """What those aboard may be called, in small letters, each with the ids that are meant; ids in the crew's order."""

    order: tuple[str, ...]
    named: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, programme: Programme) -> Aboard:
        """Those of a programme's flight."""
        flight = programme.flight
        order = tuple(dict.fromkeys((*flight.crew_up, *flight.crew_aboard)))
        titles = [person.title.casefold() for person in programme.people]
        named: dict[str, tuple[str, ...]] = dict.fromkeys(_ALL, order)
        named |= {
            "hosts": tuple(person for person in order if person != flight.guest),
            "guest": (flight.guest,),
            "arriving": flight.crew_up,
            "returning": flight.crew_down,
            "staying": tuple(person for person in order if person not in flight.crew_down),
            "residents": flight.crew_aboard,
        }
        for person in programme.people:
            if person.id in order and titles.count(person.title.casefold()) == 1:
                named[person.title.casefold()] = (person.id,)
        return cls(order=order, named={**named, **{id_: (id_,) for id_ in order}})

    def people(self, text: str) -> tuple[str, ...]:
        """Everybody whom a text names, in the crew's order. Raises InputError for who isn't aboard."""
        whole = " ".join(text.split()).casefold()
        parts = [whole] if whole in self.named else [" ".join(part.split()) for part in _BETWEEN.split(text)]
        found: set[str] = set()
        for part in parts:
            if not part:
                continue
            if part.casefold() not in self.named:
                near = nearest(part.casefold(), [*self.order, "everyone", "hosts"])
                raise InputError(f"is nobody aboard{near} (got {part[:40]!r})")
            found.update(self.named[part.casefold()])
        return tuple(person for person in self.order if person in found)
