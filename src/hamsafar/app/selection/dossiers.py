"""What assessors read of the applications they mark: by code, without anything that tells who somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from hamsafar.app.selection.handing_over import said
from hamsafar.domain.campaign import Campaign, Field, Stage
from hamsafar.domain.selection import Assigned

if TYPE_CHECKING:
    from hamsafar.store import Record


def applications_for(record: Record, stage: Stage, rows: Iterable[Assigned], *, by: str) -> Mapping[str, bytes]:
    """A workbook an assessor with the applications of those they mark, of fields that neither identify nor group.

    The read is recorded. What people write themselves may still tell who they are: the office looks before it sends.
    """
    from hamsafar.export.dossiers import dossier_xlsx

    campaign = record.campaign
    fields = [one for one in _passed(campaign, stage) if not one.identifies and not one.group]
    own: dict[str, set[str]] = {}
    for row in rows:
        if row.assessor != row.test:
            own.setdefault(row.assessor, set()).add(row.candidate)
    codes = sorted(set().union(*own.values())) if own else []
    if not fields or not codes:
        return {}
    read = record.applicants(by=by, purpose="for assessors", fields=[one.id for one in fields], codes=codes)
    answers = {one.code: [said(one.fields.get(field.id)) for field in fields] for one in read}
    titles = [field.title + (f" ({field.unit})" if field.unit else "") for field in fields]
    title = f"{campaign.title}: {stage.title}"
    return {
        f"applications/{who}.xlsx": dossier_xlsx(
            f"{title}, applications for {who}",
            titles,
            {code: answers[code] for code in sorted(whom) if code in answers},
        )
        for who, whom in sorted(own.items())
    }


def _passed(campaign: Campaign, stage: Stage) -> list[Field]:
    """The fields that whoever runs a stage has: all where the applications came in, elsewhere what was passed on."""
    if stage.run_by == campaign.stages[0].run_by:
        return list(campaign.fields)
    known = {
        name
        for one in campaign.stages
        if one.passes_on is not None and one.passes_on.to == stage.run_by
        for name in one.passes_on.fields
    }
    return [one for one in campaign.fields if one.id in known]
