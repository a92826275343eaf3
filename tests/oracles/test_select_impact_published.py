"""The adverse-impact cases of published funnels (facts/selection.md, A3), and published exact tests."""

from __future__ import annotations

import pytest

from hamsafar.selection.exact import exact_test
from hamsafar.selection.impact import Count, StageImpact, impact_of, stage_impact

JAXA_PAPERS = {"20s": (811, 483), "30s": (1850, 1084), "40s": (973, 513), "50s": (424, 163), "60+": (69, 23)}
JAXA_0TH = {"20s": (483, 61), "30s": (1084, 107), "40s": (513, 31), "50s": (163, 6), "60+": (23, 0)}

# rates, lowest ratio, groups flagged, small numbers: rounded as the facts print them
CASES = [
    (JAXA_PAPERS, (0.596, 0.586, 0.527, 0.384, 0.333), 0.56, {"50s", "60+"}, False),
    (JAXA_0TH, (0.126, 0.099, 0.060, 0.037, 0), 0.0, {"30s", "40s", "50s", "60+"}, False),
    ({"F": (1400, 20), "M": (2905, 41)}, (0.0143, 0.0141), 0.99, set(), False),
    ({"F": (20, 5), "M": (41, 9)}, (0.25, 0.22), 0.88, set(), False),
    ({"F": (905, 23), "M": (2603, 47)}, (0.0254, 0.0181), 0.71, {"M"}, True),
    ({"F": (146, 2), "M": (708, 25)}, (0.0137, 0.0353), 0.39, {"F"}, True),
]


def stage(groups: dict[str, tuple[int, int]], name: str = "stage") -> StageImpact:
    return stage_impact([Count(stage=name, group=who, entered=n, passed=x) for who, (n, x) in groups.items()])


@pytest.mark.parametrize(("groups", "rates", "ratio", "flags", "small"), CASES)
def test_published_funnels(
    groups: dict[str, tuple[int, int]], rates: tuple[float, ...], ratio: float, flags: set[str], small: bool
) -> None:
    found = stage(groups)
    for one, rate in zip(found.groups, rates, strict=True):
        digits = 3 if rate >= 0.03 or rate == 0 else 4  # as printed
        digits = 2 if rate in (0.25, 0.22) else digits
        assert one.rate is not None
        assert abs(one.rate - rate) <= 0.5 * 10**-digits
    assert round(min(one.ratio for one in found.groups if one.ratio is not None), 2) == ratio
    assert set(found.flagged) == flags
    assert found.small_numbers is small


def test_the_whole_of_jaxa_is_flagged_and_its_parts_named() -> None:
    counts = [
        Count(stage=name, group=who, entered=n, passed=x)
        for name, groups in (("papers", JAXA_PAPERS), ("0th exam", JAXA_0TH))
        for who, (n, x) in groups.items()
    ]
    found = impact_of(counts)
    assert [(one.stage, one.flagged) for one in found.overall] == [("overall", ("30s", "40s", "50s", "60+"))]
    assert found.overall[0].groups[0].rate == 61 / 811
    assert "it arises at papers, 0th exam" in found.notes[0]


def test_the_lady_tasting_tea() -> None:
    """Fisher (1935): four cups of eight, three guessed right: (16 + 1) / 70 one way, twice that both ways."""
    found = exact_test([4, 4], [3, 1])
    assert found is not None
    assert found.p == pytest.approx(34 / 70, rel=1e-12)


def test_a_tea_tasted_by_three() -> None:
    """Groups of two, three passes: splits (2,1,0) and their orders 2 of 20 each, (1,1,1) 8 of 20; all no likelier."""
    found = exact_test([2, 2, 2], [2, 1, 0])
    assert found is not None
    assert found.p == pytest.approx(12 / 20, rel=1e-12)
    even = exact_test([2, 2, 2], [1, 1, 1])
    assert even is not None
    assert even.p == 1.0
