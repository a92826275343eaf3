"""The text of elements that came as an OMM is held against their numbers."""

from __future__ import annotations

import pytest
from attrs import evolve

from hamsafar.formats.ccsds import elements_of, omm_of, read_omm, write_omm
from hamsafar.formats.tle import read_tles
from hamsafar.verify.physics import lines_against_numbers

TLE = read_tles(
    "1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990\n"
    "2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703\n",
    where="tiangong.tle",
)[0]
(MESSAGE,) = read_omm(write_omm([omm_of(TLE)], form="kvn").decode(), where="tiangong.omm")
OMM = elements_of(MESSAGE)


def test_an_omm_agrees_with_its_own_text() -> None:
    assert "MEAN_MOTION" in "".join(OMM.text)
    assert lines_against_numbers(OMM) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"mean_motion_rev_d": OMM.mean_motion_rev_d + 1e-8}, "MEAN_MOTION"),
        ({"mean_anomaly_deg": OMM.mean_anomaly_deg + 1e-4}, "MEAN_ANOMALY"),
        ({"bstar_per_er": 0.0}, "BSTAR"),
        ({"epoch": OMM.epoch.plus(seconds=0.001)}, "EPOCH"),
        ({"norad": 48275}, "NORAD_CAT_ID"),
        ({"text": OMM.text[:-12]}, "neither element lines nor an OMM"),
        ({"text": ("somebody's word",)}, "neither element lines nor an OMM"),
    ],
)
def test_a_number_that_its_text_does_not_say_is_seen(changed: dict, told: str) -> None:
    assert told in " ".join(lines_against_numbers(evolve(OMM, **changed)))
