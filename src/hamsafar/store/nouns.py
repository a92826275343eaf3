"""The campaign as it is kept in its record, so that roles and fields are known without the file people write."""

from __future__ import annotations

import json
from datetime import date
from functools import cache

from cattrs import Converter

from hamsafar.domain.campaign import Campaign
from hamsafar.errors import InputError
from hamsafar.store.canonical import canonical_json


@cache
def _converter() -> Converter:
    converter = Converter()
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda said, _: date.fromisoformat(said))
    return converter


def campaign_text(campaign: Campaign) -> str:
    """A campaign as canonical JSON."""
    return canonical_json(_converter().unstructure(campaign))


def campaign_of(text: str, *, where: str) -> Campaign:
    """The campaign of that text. Raises InputError where it is none."""
    try:
        return _converter().structure(json.loads(text), Campaign)
    except Exception as problem:  # cattrs raises groups of whatever went wrong inside
        raise InputError("the campaign kept in the record can't be read; audit the record", where=where) from problem
