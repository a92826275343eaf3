"""What each assessor is to mark in a stage, as a sheet; stages and roles by their ids."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from hamsafar.domain.campaign import Campaign, Role, Stage
from hamsafar.domain.mark_sheets import MarkRow, MarkSheet
from hamsafar.domain.selection import Assigned
from hamsafar.errors import InputError


def stage_named(campaign: Campaign, id_: str) -> Stage:
    """The stage of that id. Raises InputError with those there are."""
    for stage in campaign.stages:
        if stage.id == id_:
            return stage
    known = ", ".join(stage.id for stage in campaign.stages)
    raise InputError(f"is no stage of the campaign, which has {known}", where=f"--stage {id_}")


def role_named(campaign: Campaign, id_: str) -> Role:
    """The role of that id. Raises InputError with those there are."""
    for role in campaign.roles:
        if role.id == id_:
            return role
    known = ", ".join(sorted(role.id for role in campaign.roles))
    raise InputError(f"is no role of the campaign, which has {known}", where=f"--by {id_}")


def sheets_of(
    campaign: Campaign, stage: Stage, rows: Iterable[Assigned], *, version: int, seed: int = 0
) -> Mapping[str, MarkSheet]:
    """The sheet of each assessor in what is assigned; candidates in an order of its own each, against order effects."""
    own: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        own.setdefault(row.assessor, {}).setdefault(row.test, []).append(row.candidate)
    return {
        who: MarkSheet(
            campaign=campaign.id,
            stage=stage.id,
            title=f"{campaign.title}: {stage.title}, marks of {who}",
            assessor=who,
            version=version,
            rows=tuple(_rows(stage, tests, random.Random(f"{seed} {campaign.id} {stage.id} {who}"))),
        )
        for who, tests in sorted(own.items())
    }


def unmarked(stage: Stage, candidates: Iterable[str]) -> tuple[Assigned, ...]:
    """What is scored and not marked by anybody: the test itself stands for the assessor."""
    codes = tuple(candidates)
    return tuple(
        Assigned(stage=stage.id, test=test.id, candidate=code, assessor=test.id)
        for test in stage.tests
        if test.assessors == 0
        for code in codes
    )


def _rows(stage: Stage, tests: Mapping[str, list[str]], order: random.Random) -> Iterable[MarkRow]:
    for test in stage.tests:
        codes = sorted(tests.get(test.id, ()))
        order.shuffle(codes)
        for code in codes:
            for item in test.items:
                yield MarkRow(
                    candidate=code,
                    test=test.id,
                    item=item.id,
                    title=f"{test.title}: {item.title}",
                    lowest=test.lowest,
                    highest=test.highest,
                )
