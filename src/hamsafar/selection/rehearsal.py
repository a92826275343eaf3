"""Made-up applications and marks for practising a campaign before real people apply. The same seed, the same people.

Whoever is to meet the criteria meets all of them, clear of every band; the others fail one. The shares left to the
caller have published counterparts: one in five of ESA's applicants of 2021 did not meet the rules, a third of the
Emirates' applicants of 2017 and 2020 were women. Marks: 60 per cent of the scale, plus what the candidate can do, less
how severe the assessor is, plus item and chance, in the proportions 10 : 5 : 3 : 6 (standard deviations in per cent).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from hamsafar.domain.campaign import Campaign, Criterion, Field
from hamsafar.domain.selection import Value

_WORDS = ("Applicant", "Applicant", "Applicant", "درخواست گزار", "申请人")  # other letters are practised too
_CANDIDATE, _SEVERITY, _ITEM, _CHANCE = 0.10, 0.05, 0.03, 0.06  # standard deviations as shares of the scale
_MIDDLE = 0.60
_CLEAR_D = 10  # days that an age stays clear of its limit
_YEAR_D = 365.2425


def applications(
    campaign: Campaign, count: int, *, seed: int = 0, not_meeting: float = 0.2
) -> Iterator[Mapping[str, Value]]:
    """So many applications, field id → answer."""
    rng = random.Random(seed)
    for number in range(1, count + 1):
        fields = _meeting(campaign, number, rng)
        asked = [one for one in campaign.criteria if _is_asked(one, fields)]
        if asked and rng.random() < not_meeting:
            _fail(campaign, rng.choice(asked), fields, rng)
        yield fields


def _meeting(campaign: Campaign, number: int, rng: random.Random) -> dict[str, Value]:
    """Answers that meet every criterion; choices first, as criteria may be asked of some of them only."""
    fields: dict[str, Value] = {}
    for field in sorted(campaign.fields, key=lambda one: one.kind not in ("choice", "choices")):
        fields[field.id] = _plain(campaign, field, number, rng)
        for criterion in campaign.criteria:
            if criterion.field == field.id and _is_asked(criterion, fields):
                fields[field.id] = _passing(criterion, field, fields[field.id], rng)
    return {field.id: fields[field.id] for field in campaign.fields}


def _plain(campaign: Campaign, field: Field, number: int, rng: random.Random) -> Value:
    ids = [option.id for option in field.options]
    match field.kind:
        case "number":
            return float(rng.randint(1, 30))
        case "date":
            return campaign.closes - timedelta(days=rng.randint(17 * 366, 67 * 365))
        case "yes-no":
            return rng.random() < 0.5
        case "choice":
            return rng.choice(ids)
        case "choices":
            return tuple(one for one in ids if rng.random() < 0.4)
    if field.same_person:
        return f"applicant-{number:05d}@example.org" if "mail" in field.id else f"{number:013d}"
    return f"{rng.choice(_WORDS)} {number:05d}"


def _is_asked(criterion: Criterion, fields: Mapping[str, Value]) -> bool:
    return all(fields.get(name) in options for name, options in criterion.only_for.items())


def _passing(criterion: Criterion, field: Field, now: Value, rng: random.Random) -> Value:
    low, high, band = criterion.minimum, criterion.maximum, criterion.band
    if field.kind == "number":
        first = (low if low is not None else (high or 0.0) - 10) + band
        last = (high if high is not None else first + 15) - band
        return round(rng.uniform(first + 0.1, last - 0.1), 1) if last - first > 0.4 else round((first + last) / 2, 2)
    if field.kind == "date" and criterion.on is not None:
        youngest = low if low is not None else (high or 60.0) - 20
        oldest = high if high is not None else youngest + 20
        days = ((youngest + band) * _YEAR_D + _CLEAR_D, (oldest + 1 - band) * _YEAR_D - _CLEAR_D)
        return criterion.on - timedelta(days=rng.uniform(*days))
    if criterion.holds is not None:
        return criterion.holds
    ids = [option.id for option in field.options]
    if criterion.at_least is not None:
        return rng.choice(ids[ids.index(criterion.at_least) :])
    if criterion.one_of:
        one = rng.choice(criterion.one_of)
        return tuple(sorted({*now, one})) if isinstance(now, tuple) else one
    return now


def _fail(campaign: Campaign, criterion: Criterion, fields: dict[str, Value], rng: random.Random) -> None:
    """Makes one criterion fail for certain, where its field leaves a way to."""
    field = next(one for one in campaign.fields if one.id == criterion.field)
    low, high, band = criterion.minimum, criterion.maximum, criterion.band
    ids = [option.id for option in field.options]
    if field.kind in ("number", "date") and (low is not None or high is not None):
        below = low is not None and (high is None or rng.random() < 0.5)
        if field.kind == "number":
            value = (low or 0.0) - 2 * band - rng.uniform(0.5, 8) if below else (high or 0.0) + 2 * band + 5.0
            fields[field.id] = round(max(value, 0.0), 1)
        elif criterion.on is not None:
            years = (low or 0.0) - band - 3 if below else (high or 0.0) + band + 4
            fields[field.id] = criterion.on - timedelta(days=years * _YEAR_D)
    elif criterion.holds is not None:
        fields[field.id] = not criterion.holds
    elif criterion.at_least is not None and ids.index(criterion.at_least):
        fields[field.id] = rng.choice(ids[: ids.index(criterion.at_least)])
    elif isinstance(now := fields[field.id], tuple):
        fields[field.id] = tuple(one for one in now if one not in criterion.one_of)
    elif criterion.one_of and set(ids) - set(criterion.one_of):
        fields[field.id] = rng.choice(sorted(set(ids) - set(criterion.one_of)))


def written(field: Field, value: Value) -> str:
    """An answer as a form's export shows it."""
    titles = {option.id: option.title for option in field.options}
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "; ".join(titles.get(one, one) for one in value)
    return f"{value:g}" if isinstance(value, float) else titles.get(value, value)


def marks(
    rows: Sequence[tuple[str, str, str, float, float]], assessor: str, *, seed: int = 0
) -> Mapping[tuple[str, str, str], float]:
    """Marks for rows (candidate, test, item, lowest, highest) by one assessor: what is true of each, and chance."""
    found = {}
    for candidate, test, item, lowest, highest in rows:
        share = (
            _MIDDLE
            + _CANDIDATE * (_gauss(seed, "candidate", candidate) + _gauss(seed, "in", candidate, test)) / 2**0.5
            - _SEVERITY * _gauss(seed, "assessor", assessor)
            + _ITEM * _gauss(seed, "item", test, item)
            + _CHANCE * _gauss(seed, "chance", candidate, test, item, assessor)
        )
        step = 1.0 if highest - lowest >= 20 else 0.5
        raw = lowest + (highest - lowest) * min(max(share, 0.0), 1.0)
        found[candidate, test, item] = min(max(round(raw / step) * step, lowest), highest)
    return found


def _gauss(seed: int, *of: str) -> float:
    """A standard normal that belongs to these words: the same wherever it is asked for."""
    return random.Random("\0".join((str(seed), *of))).gauss(0.0, 1.0)
