"""A ranking in plain words: what it tells, what it can't, and what to be wary of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hamsafar.selection.connected import Parts

if TYPE_CHECKING:
    from hamsafar.selection.ranking import Ranking

_MOST_NAMED = 5
_MOST_RUNS = 6
_WEAK = 0.5  # mean squared error of scores over the variance of candidates: a reliability below a half
_FEW = 5  # assessors or candidates: fewer tell their spread only roughly


def warnings_of(ranking: Ranking, parts: Parts) -> tuple[str, ...]:
    """What a board must know before it uses the ranking."""
    out = []
    if not ranking.connected:
        sizes = ", ".join(str(len(part)) for part in ranking.parts[:_MOST_NAMED])
        more = ", …" if len(ranking.parts) > _MOST_NAMED else ""
        kind = "severity" if parts.through == "assessors" else "difficulty"
        mend = "; let an assessor of each part mark candidates of another" if parts.through == "assessors" else ""
        out.append(
            f"the marks fall into {len(ranking.parts)} parts that share no {parts.through} ({sizes}{more} candidates): "
            f"between parts {kind} can't be told from ability, so scores of different parts are not comparable and "
            f"nobody has a rank among all{mend}"
        )
    silent = [one.candidate for one in ranking.candidates if one.marks == 0]
    if silent:
        out.append(f"no marks, so no score: {_listed(silent)}")
    if not ranking.settled:
        out.append("the search for the variances did not settle; scores and intervals are near, not exact")
    if "candidate" in ranking.left_out:
        out.append(
            f"how far candidates truly differ can't be told: {ranking.left_out['candidate']}; scores are plain "
            f"averages, and nothing tells how sure they are"
        )
    elif ranking.variance.get("candidate") == 0.0:
        out.append("the likeliest spread of candidates is zero: the marks hardly tell them apart")
    elif _is_weak(ranking):
        out.append(
            "more of the scores is chance than difference between candidates: intervals may hold the true rank less "
            "often than 95 % (92 % in the weakest campaigns simulated), and chances of a place are too bold"
        )
    if "assessor" in ranking.left_out:
        out.append(f"severity can't be told: {ranking.left_out['assessor']}; scores are not adjusted for it")
    elif len(ranking.assessors) < _FEW:
        out.append(f"{len(ranking.assessors)} assessors tell only roughly how far severities spread")
    return tuple(out)


def _is_weak(ranking: Ranking) -> bool:
    """Whether errors of scores are as large as half the variance of candidates, at its likeliest."""
    errors = [one.score_se**2 for one in ranking.candidates if one.score_se is not None]
    return bool(errors) and sum(errors) / len(errors) > _WEAK * ranking.variance["candidate"]


def sentences_of(ranking: Ranking) -> tuple[str, ...]:
    """What the evidence tells and what it can't."""
    return (*_of_groups(ranking), *_of_top(ranking))


def _of_groups(ranking: Ranking) -> list[str]:
    number = sum(one.rank is not None for one in ranking.candidates)
    if "candidate" in ranking.left_out:
        return []
    if number < 2 or not ranking.groups:
        return [] if number < 2 or number > 1_000 else ["every two neighbours can be told apart at 95 %"]
    if ranking.groups == ((1, number),):
        return ["no two candidates can be told apart at 95 %"]
    runs = [f"{first} to {last}" for first, last in ranking.groups[:_MOST_RUNS]]
    more = f", and {len(ranking.groups) - _MOST_RUNS} more runs" if len(ranking.groups) > _MOST_RUNS else ""
    return [f"within ranks {'; '.join(runs)}{more} the evidence can't tell anybody apart at 95 %"]


def _of_top(ranking: Ranking) -> list[str]:
    if ranking.top is None or not ranking.connected:
        return []
    places = "place" if ranking.top == 1 else f"{ranking.top} places"
    many = len(ranking.undecided)
    out = [f"of the first {places}, {len(ranking.certain)} are clear at 95 %"]
    if many:
        open_places = ranking.top - len(ranking.certain)
        out.append(f"{many} candidates contend for the other {open_places}: {_listed(ranking.undecided)}")
    return out


def _listed(ids: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more
