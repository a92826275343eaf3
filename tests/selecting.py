"""Synthetic campaigns for tests: applications with the shape of published funnels, as nouns and as people's files.

Nobody here is real, and nobody has a name: `Applicant 00017`, some in Urdu or Chinese letters. The same seed gives the
same applications. The shape: 12,000 applications (NASA 2021), 34 % women and ages 17 to 67 (UAE 2017-18), one in five
not meeting the criteria (ESA 2021-22); each figure can be set. Whoever is to meet the criteria meets all of them;
the others break one, seldom two.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from hamsafar.domain.campaign import Campaign, Stage
from hamsafar.domain.selection import Applicant, Assigned, Mark, Value
from hamsafar.programme.selection import read_campaign_text, template_text
from hamsafar.selection.codes import LENGTH, LETTERS, check_letter
from hamsafar.timeline import Instant

_WORDS = ("Applicant", "Applicant", "Applicant", "درخواست گزار", "申请人")
_REGIONS = ("north", "centre", "south", "abroad")
_FIELDS = ("medicine", "biology", "physics", "chemistry", "materials", "mechanical-engineering", "astronomy")
YOUNGEST, OLDEST = 17, 67
HEADINGS = (
    *("record_id", "Timestamp", "Full name", "Email", "CNIC", "Date of birth", "Sex", "national"),
    *("Height (cm)", "Highest degree", "Discipline", "work-years", "hospital-check", "Region", "Motivation"),
)


@cache
def campaign(name: str = "three-stage") -> Campaign:
    """A campaign of the catalogue."""
    return read_campaign_text(template_text(name), where=f"{name}.yaml")


def campaign_folder(folder: Path, name: str = "three-stage") -> Path:
    """A folder that holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "campaign.yaml").write_text(template_text(name), encoding="utf-8")
    return folder


def code_of(number: int) -> str:
    """A code for a number, the same every time."""
    letters = ""
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    whole = letters + check_letter(letters)
    return f"{whole[:4]}-{whole[4:]}"


def applicants(
    of: Campaign | None = None,
    count: int = 12_000,
    *,
    seed: int = 1,
    women: float = 0.34,
    not_meeting: float = 0.20,
) -> tuple[Applicant, ...]:
    """So many valid applications to the three-stage campaign."""
    made = of or campaign()
    rng = random.Random(seed)
    return tuple(_applicant(made, number, rng, women, not_meeting) for number in range(count))


def _applicant(made: Campaign, number: int, rng: random.Random, women: float, not_meeting: float) -> Applicant:
    fields = _meeting(made, number, rng, women)
    if rng.random() < not_meeting:
        for _ in range(1 if rng.random() < 0.8 else 2):
            _break(fields, made, rng)
    days = rng.randrange((made.closes - made.opens).days)
    day = made.opens + timedelta(days=days)
    return Applicant(
        code=code_of(number),
        source="synthetic",
        source_id=str(number + 1),
        submitted=Instant.utc(day.year, day.month, day.day, rng.randrange(24), rng.randrange(60)),
        fields=fields,
        valid=True,
    )


def _meeting(made: Campaign, number: int, rng: random.Random, women: float) -> dict[str, Value]:
    sex = "female" if rng.random() < women else "male"
    low = 162.0 if sex == "male" else 160.0
    height = min(max(rng.gauss(169 if sex == "male" else 165, 4), low + 1.1), 173.9)
    return {
        "name": f"{rng.choice(_WORDS)} {number:05d}",
        "email": f"applicant-{number:05d}@example.org",
        "national-id": f"{number:013d}",
        "birth-date": _born(made.closes, 31 + rng.randrange(14), rng),
        "sex": sex,
        "national": True,
        "height": round(height, 1),
        "degree": "doctorate",
        "discipline": rng.choice(_FIELDS),
        "work-years": float(4 + rng.randrange(20)),
        "hospital-check": True,
        "region": rng.choice(_REGIONS),
        "motivation": f"Text of applicant {number:05d}.",
    }


def _born(day: date, age: int, rng: random.Random) -> date:
    return day - timedelta(days=round(age * 365.2425) + rng.randrange(10, 350))


def _break(fields: dict[str, Value], made: Campaign, rng: random.Random) -> None:
    """Makes one condition fail for certain: beyond every band."""
    what = rng.choice(("age", "age", "height", "degree", "work", "hospital", "national", "discipline"))
    if what == "age":
        ages = (YOUNGEST, 28) if rng.random() < 0.7 else (47, OLDEST - 1)
        fields["birth-date"] = _born(made.closes, rng.randrange(*ages), rng)
    elif what == "height":
        fields["height"] = round(rng.uniform(145, 158.5) if rng.random() < 0.5 else rng.uniform(176.5, 195), 1)
    elif what == "degree":
        fields["degree"] = rng.choice(("none", "bachelor", "master"))
    elif what == "work":
        fields["work-years"] = float(rng.randrange(3)) * 0.75
    else:
        fields[{"hospital": "hospital-check", "national": "national", "discipline": "discipline"}[what]] = (
            "other" if what == "discipline" else False
        )


def table_rows(made: Sequence[Applicant], *, extra: int = 0) -> list[list[str]]:
    """The applications as a form exports them, headings first; with so many more columns that nothing asks for."""
    rows = [[*HEADINGS, *(f"Free question {index + 1}" for index in range(extra))]]
    rows.extend([*_row(one), *(f"answer {index}" for index in range(extra))] for one in made)
    return rows


def _row(one: Applicant) -> list[str]:
    said = one.fields
    assert one.submitted is not None
    yes = {name: "Yes" if said[name] else "No" for name in ("national", "hospital-check")}
    return [
        one.source_id,
        one.submitted.iso()[:16] + "Z",
        *(str(said[name]) for name in ("name", "email", "national-id", "birth-date")),
        str(said["sex"]).title(),
        yes["national"],
        *(str(said[name]) for name in ("height", "degree", "discipline", "work-years")),
        yes["hospital-check"],
        *(str(said[name]) for name in ("region", "motivation")),
    ]


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[object]], sheet: str = "Answers") -> bytes:
    """Rows as XLSX, values as they are."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return stream.getvalue()


def panels(stage: Stage, codes: Sequence[str], assessors: Sequence[str], *, seed: int = 1) -> tuple[Assigned, ...]:
    """Rotating panels: each candidate in each test by as many assessors as it asks for, all pairs about as often."""
    rng = random.Random(seed)
    found: list[Assigned] = []
    for test in stage.tests:
        for code in codes:
            found += [
                Assigned(stage=stage.id, test=test.id, candidate=code, assessor=assessor)
                for assessor in rng.sample(assessors, test.assessors)
            ]
    return tuple(found)


def marks(
    stage: Stage,
    assigned: Sequence[Assigned],
    *,
    seed: int = 1,
    candidate_sd: float = 10.0,
    severity_sd: float = 5.0,
    item_sd: float = 3.0,
    residual_sd: float = 6.0,
    missing: float = 0.0,
) -> tuple[Mark, ...]:
    """Marks with known truth: 60 + candidate - severity + item + residual, on the test's scale, whole numbers."""
    rng = random.Random(seed)
    tests = {test.id: test for test in stage.tests}
    able = {code: rng.gauss(0, candidate_sd) for code in dict.fromkeys(one.candidate for one in assigned)}
    severe = {who: rng.gauss(0, severity_sd) for who in dict.fromkeys(one.assessor for one in assigned)}
    easy = {(test.id, item.id): rng.gauss(0, item_sd) for test in stage.tests for item in test.items}
    found: list[Mark] = []
    for one in assigned:
        test = tests[one.test]
        for item in test.items:
            if rng.random() < missing:
                continue
            raw = 60 + able[one.candidate] - severe[one.assessor] + easy[test.id, item.id] + rng.gauss(0, residual_sd)
            mark = float(round(min(max(raw, test.lowest), test.highest)))
            found.append(
                Mark(
                    stage=stage.id,
                    test=test.id,
                    item=item.id,
                    candidate=one.candidate,
                    assessor=one.assessor,
                    mark=mark,
                )
            )
    return tuple(found)
