"""What the finalists can do beside what the flight needs, all in points of a scale of 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from hamsafar.domain.campaign import SkillNeed
from hamsafar.domain.selection import MedicalVerdict

NOT_SHOWN = -100.0  # points of a skill that nothing showed: no need is met by it
THOUSANDTHS = 1_000  # values are compared in whole thousandths of a point, so that ties are ties


@frozen(kw_only=True)
class Finalist:
    """One who may be chosen: figures on the scales of their tests. `score` is adjusted, and so are the skills."""

    code: str
    score: float  # points of 100
    skills: Mapping[str, float]  # what is missing was not shown
    medical: MedicalVerdict | None = None
    limits: tuple[str, ...] = ()
    barred: str = ""  # why they can't be chosen; empty where they can


@frozen(kw_only=True)
class Scale:
    """The lowest and the highest figure of a skill."""

    lowest: float = 0.0
    highest: float = 1.0

    def points(self, figure: float) -> float:
        """A figure in points of 100."""
        return 100.0 * (figure - self.lowest) / (self.highest - self.lowest)

    def figure(self, points: float) -> float:
        """Points of 100 on this scale."""
        return self.lowest + points * (self.highest - self.lowest) / 100.0


@frozen(kw_only=True)
class Draws:
    """Draws of what was measured with error, one row a draw, one column a finalist in their order; points of 100."""

    score: NDArray[np.float64]  # (draws, finalists)
    skills: Mapping[str, NDArray[np.float64]] = field(factory=dict)  # those missing are taken as they are


def whole(points: float) -> int:
    """Points in thousandths."""
    return round(points * THOUSANDTHS)


def skill_points(finalists: Sequence[Finalist], need: SkillNeed, scales: Mapping[str, Scale]) -> NDArray[np.int64]:
    """What each finalist shows of a need's skill, in thousandths of a point."""
    scale = scales.get(need.skill, Scale())
    shown = [scale.points(one.skills[need.skill]) if need.skill in one.skills else NOT_SHOWN for one in finalists]
    return np.array([whole(points) for points in shown], dtype=np.int64)


def least_points(need: SkillNeed, scales: Mapping[str, Scale]) -> int:
    """What a need asks for at least, in thousandths of a point."""
    return whole(scales.get(need.skill, Scale()).points(need.at_least))


def need_key(need: SkillNeed) -> str:
    """How a need is called in answers: `chinese (each)`."""
    return f"{need.skill} ({need.of})"
