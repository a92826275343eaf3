"""A programme with one other figure, and the same as the change that its people would ask for."""

from __future__ import annotations

from attrs import evolve

from hamsafar.domain.changes import Change, Lasting
from hamsafar.domain.programme import Programme


def changed_by(programme: Programme, title: str, **what: object) -> Change:
    """A change that the programme's own people ask for."""
    return Change(title=title, asked_by=programme.agencies[0].id, **what)  # type: ignore[arg-type]  # its own fields


def with_figure(programme: Programme, rule: str, param: str, figure: float) -> Programme:
    """The programme with another figure of a rule."""
    return evolve(
        programme,
        limits=tuple(
            evolve(one, params={**one.params, param: figure}) if one.rule == rule else one for one in programme.limits
        ),
    )


def with_length(programme: Programme, lasting: Lasting) -> Programme:
    """The programme with another length of an activity or a session."""
    activities = tuple(
        evolve(one, duration_min=lasting.duration_min) if one.id == lasting.of else one for one in programme.activities
    )
    term = programme.term
    if term is not None:
        subjects = tuple(
            evolve(
                subject,
                sessions=tuple(
                    evolve(one, duration_min=lasting.duration_min) if one.id == lasting.of else one
                    for one in subject.sessions
                ),
            )
            for subject in term.subjects
        )
        term = evolve(term, subjects=subjects)
    return evolve(programme, activities=activities, term=term)
