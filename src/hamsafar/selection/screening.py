"""Each criterion judged for each candidate: passes, fails, second look, unknown; and the sentences they are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from attrs import frozen

from hamsafar.domain.campaign import Campaign, Criterion, Field, Stage
from hamsafar.domain.selection import Applicant, Screened, Value, Verdict

_DAYS_A_YEAR = 365.25  # of a band around an age: the leap years' mean
_EXACT = 1e-9  # relative; 1.61 m is 161.00000000000003 cm in binary, and is not outside a band that ends at 161 cm
_WORST: tuple[Verdict, ...] = ("fails", "unknown", "second-look", "passes")

Judge = Callable[[Value], Verdict]


@frozen(kw_only=True)
class Screening:
    """A stage's criteria against the applications it looked at."""

    stage: str
    rows: tuple[Screened, ...]  # applications in their order, criteria in the stage's; those not asked are left out
    overall: Mapping[str, Verdict]  # of each candidate: the worst of the criteria (fails, unknown, second-look, passes)

    def counts(self) -> dict[str, dict[Verdict, int]]:
        """How many got which verdict, by criterion; under the empty name by candidate."""
        found: dict[str, dict[Verdict, int]] = defaultdict(lambda: dict.fromkeys(_WORST, 0))
        for row in self.rows:
            found[row.criterion][row.verdict] += 1
        for verdict in self.overall.values():
            found[""][verdict] += 1
        return dict(found)


def screened(campaign: Campaign, stage: Stage, applicants: Iterable[Applicant]) -> Screening:
    """Every criterion of a stage for every application that is valid and not withdrawn.

    Limits are inclusive. Ages are whole years on the criterion's day: whoever was born on 29 February is a year older
    on 1 March of a common year. A value within `band` of a limit, on either side, goes to a second look. An answer
    that is missing is unknown, and so is whether a criterion is asked where the answer that decides it is missing.
    """
    asked = [_Asked(criterion, _field(campaign, criterion)) for criterion in _criteria(campaign, stage)]
    rows: list[Screened] = []
    overall: dict[str, Verdict] = {}
    for applicant in applicants:
        if not applicant.valid or applicant.withdrawn:
            continue
        worst: Verdict = "passes"
        for one in asked:
            verdict = one.verdict(applicant.fields)
            if verdict is None:
                continue
            sentence = one.sentences[verdict]
            rows.append(
                Screened(
                    candidate=applicant.code,
                    stage=stage.id,
                    criterion=one.criterion.id,
                    verdict=verdict,
                    sentence=sentence,
                )
            )
            if _RANK[verdict] < _RANK[worst]:
                worst = verdict
        overall[applicant.code] = worst
    return Screening(stage=stage.id, rows=tuple(rows), overall=overall)


_RANK = {verdict: rank for rank, verdict in enumerate(_WORST)}


def told(campaign: Campaign, row: Screened, applicant: Applicant) -> str:
    """The sentence for the applicant alone: what was asked, their own answer, and whether it was enough."""
    criterion = next(one for one in campaign.criteria if one.id == row.criterion)
    field = _field(campaign, criterion)
    answer = _answer(field, criterion, applicant.fields.get(field.id))
    return f"{criterion.title}: {_limits(criterion, field)}; your answer: {answer}. {_ENDINGS[row.verdict]}"


def age_on(born: date, day: date) -> int:
    """Whole years of age on a day; of one born on 29 February the birthday of a common year is 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _criteria(campaign: Campaign, stage: Stage) -> list[Criterion]:
    known = {one.id: one for one in campaign.criteria}
    return [known[id_] for id_ in stage.criteria]


def _field(campaign: Campaign, criterion: Criterion) -> Field:
    return next(one for one in campaign.fields if one.id == criterion.field)


class _Asked:
    """One criterion, made ready to judge many: equal answers are judged once."""

    def __init__(self, criterion: Criterion, field: Field) -> None:
        self.criterion = criterion
        self._field = field.id
        self._judge = _judge(criterion, field)
        self._known: dict[Value, Verdict] = {}
        self._only_for = tuple((name, frozenset(options)) for name, options in criterion.only_for.items())
        self.sentences: dict[Verdict, str] = {
            verdict: f"{criterion.title}: {_limits(criterion, field)}. {_ENDINGS[verdict]}" for verdict in _WORST
        }

    def verdict(self, fields: Mapping[str, Value]) -> Verdict | None:
        """None where the criterion is not asked of this candidate."""
        unsure = False
        for name, options in self._only_for:
            answer = fields.get(name)
            if answer is None:
                unsure = True
            elif not (options & set(answer) if isinstance(answer, tuple) else answer in options):
                return None
        value = fields.get(self._field)
        if unsure or value is None:
            return "unknown"
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = self._judge(value)
        return known


def _judge(criterion: Criterion, field: Field) -> Judge:
    if field.kind == "number":
        return lambda value: _of_number(criterion, value)
    if field.kind == "date":
        return lambda value: _of_age(criterion, value)
    if field.kind == "yes-no":
        return lambda value: _said(value == criterion.holds) if isinstance(value, bool) else "unknown"
    if criterion.at_least is not None:
        order = [option.id for option in field.options]
        enough = frozenset(order[order.index(criterion.at_least) :])
        return lambda value: _said(value in enough) if value in order else "unknown"
    wanted = frozenset(criterion.one_of)
    return lambda value: _said(bool(wanted & set(value)) if isinstance(value, tuple) else value in wanted)


def _said(met: bool) -> Verdict:
    return "passes" if met else "fails"


def _of_number(criterion: Criterion, value: Value) -> Verdict:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return "unknown"
    over = [  # by how much the value lies on the good side of each limit
        *([] if criterion.minimum is None else [value - criterion.minimum]),
        *([] if criterion.maximum is None else [criterion.maximum - value]),
    ]
    return _near(min(over), criterion.band, slack=_EXACT * max(1.0, abs(value)))


def _near(over: float, band: float, *, slack: float) -> Verdict:
    """`over`: how far on the good side of the nearest limit, negative beyond it."""
    if band and abs(over) <= band + slack:
        return "second-look"
    return _said(over >= -slack)


def _of_age(criterion: Criterion, value: Value) -> Verdict:
    if not isinstance(value, date) or criterion.on is None:
        return "unknown"
    if value > criterion.on:
        return "unknown"  # born after the day: a slip of the pen
    over_d = [
        *([] if criterion.minimum is None else [(criterion.on - _turns(value, int(criterion.minimum))).days]),
        *([] if criterion.maximum is None else [(_turns(value, int(criterion.maximum) + 1) - criterion.on).days - 1]),
    ]
    return _near(min(over_d), criterion.band * _DAYS_A_YEAR, slack=0)


def _turns(born: date, age: int) -> date:
    """The day on which an age is reached."""
    year = min(born.year + age, date.max.year)
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February in a common year
        return date(year, 3, 1)


_ENDINGS: dict[Verdict, str] = {
    "passes": "This is met.",
    "fails": "This is not met.",
    "second-look": "This is so near the limit that a person looks at it.",
    "unknown": "The answer is missing or can't be judged.",
}


def _limits(criterion: Criterion, field: Field) -> str:
    """What is asked, in words."""
    unit = f" {field.unit}" if field.unit else " years old" if field.kind == "date" else ""
    day = f" on {criterion.on}" if criterion.on is not None else ""
    titles = {option.id: option.title for option in field.options}
    asked = []
    if criterion.minimum is not None:
        asked.append(f"at least {criterion.minimum:g}{unit}")
    if criterion.maximum is not None:
        asked.append(f"at most {criterion.maximum:g}{unit}")
    if criterion.at_least is not None:
        asked.append(f"at least {titles.get(criterion.at_least, criterion.at_least)}")
    if criterion.one_of:
        asked.append(f"one of {', '.join(titles.get(one, one) for one in criterion.one_of)}")
    if criterion.holds is not None:
        asked.append("yes" if criterion.holds else "no")
    return f"asked is {' and '.join(asked)}{day}"


def _answer(field: Field, criterion: Criterion, value: Value) -> str:
    """An answer as the person gave it, with the age where an age was asked."""
    titles = {option.id: option.title for option in field.options}
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:g}{f' {field.unit}' if field.unit else ''}"
    if isinstance(value, date):
        age = "" if criterion.on is None or value > criterion.on else f", {age_on(value, criterion.on)} years old"
        return f"{value.isoformat()}{age}"
    if isinstance(value, tuple):
        return ", ".join(titles.get(one, one) for one in value) or "none"
    return titles.get(value, value)


def own_value(campaign: Campaign, criterion: Criterion, applicant: Applicant) -> str:
    """The value that a second look is about, without anything else of the person; of a date the age."""
    field, value = _field(campaign, criterion), applicant.fields.get(criterion.field)
    if isinstance(value, date) and criterion.on is not None and value <= criterion.on:
        return f"{_age_years(value, criterion.on):.2f} years"
    return _answer(field, criterion, value)


def _age_years(born: date, day: date) -> float:
    years = age_on(born, day)
    return years + (day - _turns(born, years)).days / _DAYS_A_YEAR


def second_looks(rows: Sequence[Screened]) -> tuple[Screened, ...]:
    """What a person has to look at: near a limit, or not known."""
    return tuple(row for row in rows if row.verdict in ("second-look", "unknown"))
