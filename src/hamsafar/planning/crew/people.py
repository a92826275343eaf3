"""Who serves in what: needs as fixed people and choices, by certificate (CER-01) and number (CRW-15)."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from hamsafar.domain.aboard import Activity, Need
from hamsafar.planning import ticks
from hamsafar.planning.crew.stay import Stay
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import Stretches
from hamsafar.planning.training.certificates import Held
from hamsafar.schedule.tasks import Pick, Tag

_PERSON = "person:"


def person_resource(person: str) -> str:
    """The resource that a person is. Apart from things aboard, whose ids may be the same."""
    return _PERSON + person


def person_named(resource: str) -> str:
    """The person that a resource is."""
    return resource.removeprefix(_PERSON)


@frozen(kw_only=True)
class Choice:
    """`count` of the candidates serve in a function; `name` tells needs of one function apart."""

    name: str
    candidates: tuple[str, ...]
    count: int


@frozen(kw_only=True)
class Service:
    """Who is in it whatever happens, who is chosen, and why it can't be manned where it can't."""

    fixed: tuple[str, ...]
    choices: tuple[Choice, ...]
    lacking: tuple[Tag, ...]

    @property
    def sure(self) -> frozenset[str]:
        """Everybody who serves whoever is chosen."""
        chosen = (person for choice in self.choices if len(choice.candidates) == choice.count
                  for person in choice.candidates)  # fmt: skip
        return frozenset((*self.fixed, *chosen))

    @property
    def possible(self) -> frozenset[str]:
        """Everybody who may serve."""
        return frozenset((*self.fixed, *(person for choice in self.choices for person in choice.candidates)))

    def picks(self, activity: str) -> tuple[Pick, ...]:
        """The choices as the solver takes them."""
        return tuple(
            Pick(
                name=choice.name,
                candidates=tuple(person_resource(person) for person in choice.candidates),
                count=choice.count,
                tag=tag_of("CRW-15", activity, choice.name),
            )
            for choice in self.choices
        )


def need_names(needs: tuple[Need, ...]) -> tuple[str, ...]:
    """A name for each need: its function, numbered from the second of the same function on."""
    functions = [need.function for need in needs]
    return tuple(
        function if function not in functions[:at] else f"{function} {functions[: at + 1].count(function)}"
        for at, function in enumerate(functions)
    )


@enforces("CRW-15", "CER-01")
def service_of(
    stay: Stay, held: tuple[Held, ...], activity: Activity, person: str | None, without: frozenset[str]
) -> Service:
    """Who serves in an occurrence: fixed where all candidates of a need must, chosen where there are more.

    Candidates without the certificate on any day of the stay fall away, and those who serve in it anyway.
    """
    needs = _own(activity, person)
    names = need_names(needs)
    fixed = tuple(dict.fromkeys(one for need in needs if _all_serve(need) for one in need.candidates))
    choices: list[Choice] = []
    lacking: list[Tag] = []
    for name, need in zip(names, needs, strict=True):
        aboard = tuple(one for one in need.candidates if one in stay.presence)
        if len(aboard) < need.count:
            lacking.append(tag_of("CRW-15", activity.id, f"{name}: {len(aboard)} of {need.count} aboard"))
            continue
        able = aboard if "CER-01" in without else tuple(one for one in aboard if _days(stay, held, one, need))
        if len(able) < need.count:
            lacking.extend(tag_of("CER-01", one, need.certificate or "") for one in aboard if one not in able)
            able = aboard
        if _all_serve(need):
            continue
        free = tuple(one for one in able if one not in fixed)
        if len(free) < need.count:
            lacking.append(tag_of("PPL-01", activity.id, f"{name}: those who can serve already do"))
        else:
            choices.append(Choice(name=name, candidates=free, count=need.count))
    return Service(fixed=tuple(one for one in fixed if one in stay.presence), choices=tuple(choices),
                   lacking=tuple(lacking))  # fmt: skip


def _own(activity: Activity, person: str | None) -> tuple[Need, ...]:
    """The needs of one occurrence; where it is one person's own, that person is its only candidate."""
    if person is None:
        return activity.who
    only = activity.who[0]
    return (Need(function=only.function, candidates=(person,), certificate=only.certificate),)


def _all_serve(need: Need) -> bool:
    return len(need.candidates) == need.count


def _days(stay: Stay, held: tuple[Held, ...], person: str, need: Need) -> Stretches:
    """The days of the stay on which somebody holds the certificate of a need, in ticks."""
    return certificate_days(stay, held, person, need.certificate)


def certificate_days(stay: Stay, held: tuple[Held, ...], person: str, certificate: str | None) -> Stretches:
    """The station dates of the stay on which somebody holds a certificate, in ticks; all where none is needed."""
    if certificate is None:
        return ((stay.first, stay.last),)
    own = [one for one in held if one.person == person and one.certificate == certificate]
    return ticks.merged(
        stay.day_stretch(day)
        for day in stay.days
        if any(one.valid_from <= stay.dates[day - 1] <= one.valid_until for one in own)
    )


def certified(
    stay: Stay, held: tuple[Held, ...], activity: Activity, person: str | None, service: Service
) -> Iterator[tuple[str, bool, Stretches, str]]:
    """(person, whether sure to serve, days, certificate) of all who hold a certificate on some of the days only."""
    for need in _own(activity, person):
        for one in need.candidates:
            days = certificate_days(stay, held, one, need.certificate)
            if one in service.possible and days and days != ((stay.first, stay.last),):
                yield one, one in service.sure, days, need.certificate or ""
