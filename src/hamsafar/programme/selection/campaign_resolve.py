"""The sections of a campaign's file → Campaign. What they say together was judged before."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from hamsafar.domain import campaign as the
from hamsafar.domain.calendars import Hours
from hamsafar.domain.people import Agency
from hamsafar.programme.draft import Draft
from hamsafar.programme.selection import campaign_model as written

_NOON = ((12 * 60, 13 * 60),)


def day_of(day: date | int, opens: date) -> date:
    """A date, or so many days after the opening."""
    return opens + timedelta(days=day) if isinstance(day, int) else day


def resolved(draft: Draft) -> the.Campaign:
    """The campaign that a draft without problems says."""
    head, kept = draft.once("campaign", written.CampaignSection), draft.once("retention", written.RetentionSection)
    assert head is not None, "a draft without problems has it"
    assert kept is not None, "and this"
    opens = head[1].opens
    return the.Campaign(
        id=head[1].id,
        title=head[1].title,
        opens=opens,
        closes=day_of(head[1].closes, opens),
        template=head[1].template,
        organisations=tuple(
            Agency(id=one.id, name=one.name, role=one.role, zone=one.zone)
            for _, one in draft.of("organisations", written.OrganisationEntry)
        ),
        roles=tuple(_role(one) for _, one in draft.of("roles", written.RoleEntry)),
        fields=tuple(_field(one) for _, one in draft.of("fields", written.FieldEntry)),
        criteria=tuple(_criterion(one, opens) for _, one in draft.of("criteria", written.CriterionEntry)),
        stages=tuple(_stage(one, opens) for _, one in draft.of("stages", written.StageEntry)),
        boards=tuple(
            the.Board(id=one.id, title=one.title, chair=one.chair, members=tuple(one.members), quorum=one.quorum)
            for _, one in draft.of("boards", written.BoardEntry)
        ),
        rooms=tuple(
            the.Room(id=one.id, title=one.title, kind=one.kind, place=one.place, capacity=one.capacity)
            for _, one in draft.of("rooms", written.RoomEntry)
        ),
        retention=the.Retention(not_chosen=day_of(kept[1].not_chosen, opens), chosen=day_of(kept[1].chosen, opens)),
        cohort=_cohort(draft),
        population=tuple(_population(entry.model) for entry in draft.section("population").entries),
    )


def _role(one: written.RoleEntry) -> the.Role:
    return the.Role(
        id=one.id,
        title=one.title,
        organisation=one.organisation,
        rights=tuple(one.rights),
        languages=tuple(one.languages),
        expertise=tuple(one.expertise),
        away=tuple((away.first, away.last) for away in one.away),
        most_candidates=one.most_candidates,
        home=one.home,
    )


def _field(one: written.FieldEntry) -> the.Field:
    options = tuple(the.Option(id=each.id, title=each.title, also=tuple(each.also)) for each in one.options)
    return the.Field(
        id=one.id,
        title=one.title,
        kind=one.kind,
        unit=one.unit,
        options=options,
        columns=tuple(one.columns),
        required=one.required,
        identifies=one.identifies,
        same_person=one.same_person,
        group=one.group,
    )


def _criterion(one: written.CriterionEntry, opens: date) -> the.Criterion:
    return the.Criterion(
        id=one.id,
        title=one.title,
        field=one.field,
        minimum=one.minimum,
        maximum=one.maximum,
        on=None if one.on is None else day_of(one.on, opens),
        at_least=one.at_least,
        one_of=tuple(one.one_of),
        holds=one.holds,
        band=float(one.band),
        only_for={field: tuple(options) for field, options in one.only_for.items()},
        source=one.source,
    )


def _stage(one: written.StageEntry, opens: date) -> the.Stage:
    return the.Stage(
        id=one.id,
        title=one.title,
        run_by=one.run_by,
        begins=day_of(one.begins, opens),
        ends=day_of(one.ends, opens),
        answer_due=day_of(one.answer_due, opens),
        criteria=tuple(one.criteria),
        tests=tuple(_test(test) for test in one.tests),
        combining=one.combining,
        places=one.places,
        reserves=one.reserves,
        board=one.board,
        medical=one.medical,
        mixing=one.mixing,
        rooms=tuple(one.rooms),
        day_begins_min=minutes_of(one.day_begins, 9 * 60),
        day_ends_min=minutes_of(one.day_ends, 17 * 60),
        breaks_min=_NOON if one.breaks is None else tuple(_stretch(each) for each in one.breaks),
        passes_on=_hand_over(one.passes_on, opens),
    )


def _stretch(hours: Hours) -> tuple[int, int]:
    return minutes_of(hours.opens, 0), minutes_of(hours.closes, 0)


def minutes_of(clock: time | None, usual_min: int) -> int:
    """Minutes after midnight."""
    return usual_min if clock is None else clock.hour * 60 + clock.minute


def _hand_over(one: written.HandOverEntry | None, opens: date) -> the.HandOver | None:
    if one is None:
        return None
    return the.HandOver(to=one.to, fields=tuple(one.fields), scores=one.scores, due=day_of(one.due, opens))


def _test(one: written.TestEntry) -> the.Test:
    return the.Test(
        id=one.id,
        title=one.title,
        items=tuple(the.Item(id=item.id, title=item.title, weight=item.weight) for item in one.items),
        lowest=one.scale[0],
        highest=one.scale[1],
        assessors=one.assessors,
        pass_mark=one.pass_mark,
        weight=one.weight,
        duration_min=one.duration,
        room=one.room,
        language=one.language,
        skill=one.skill,
    )


def _cohort(draft: Draft) -> the.CohortRule | None:
    found = draft.once("cohort", written.CohortSection)
    if found is None:
        return None
    needs = tuple(
        the.SkillNeed(
            skill=one.skill, title=one.title, at_least=one.at_least, of=one.of, weight=one.weight, source=one.source
        )
        for one in found[1].needs
    )
    return the.CohortRule(seats=tuple(found[1].seats), needs=needs, programme=found[1].programme)


def _population(one: Any) -> the.PopulationShare:
    assert isinstance(one, written.PopulationEntry), "a draft without problems has nothing else there"
    return the.PopulationShare(
        field=one.field, group=dict(one.group), mean=one.mean, sd=one.sd, shares=dict(one.shares), source=one.source
    )
