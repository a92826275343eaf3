"""What we write, another reader of the standard reads the same: ccsds-ndm, whose classes come from the schemas."""

from __future__ import annotations

from typing import Any

import pytest
from ccsds_ndm.ndm_io import NdmIo
from ccsds_texts import KVN, OEM, OPM

from hamsafar.formats.ccsds import read_oem, read_omm, read_opm, write_oem, write_omm, write_opm


def values(node: Any) -> list[Any]:
    """Every number and text of a tree of ccsds-ndm, in the schemas' order."""
    if node is None or (isinstance(node, list) and not node):
        return []
    if isinstance(node, list):
        return [value for each in node for value in values(each)]
    if hasattr(node, "value") and hasattr(node, "units"):
        return [node.value]
    if hasattr(node, "__dataclass_fields__"):
        return [value for name in node.__dataclass_fields__ for value in values(getattr(node, name))]
    return [node]


@pytest.mark.parametrize("form", ["kvn", "xml"])
def test_omm(form: Any) -> None:
    (ours,) = read_omm(KVN, where="f")
    theirs: Any = NdmIo().from_string(write_omm([ours], form=form).decode())
    header, data = theirs.header, theirs.body.segment.data
    assert (header.comment, header.originator) == (["made by hand"], "HAND")
    assert values(theirs.body.segment.metadata)[:4] == ["the core module", "CSS (TIANHE)", "2021-035A", "EARTH"]
    epoch = "2026-09-18T07:08:44.680704"
    wanted = [" from its element lines", epoch, 15.6006867, 0.0002625, 41.4677, 116.6699, 287.9042, 72.151]
    assert [str(value).strip() for value in values(data.mean_elements)] == [str(value).strip() for value in wanted]
    assert values(data.tle_parameters) == ["for the lines", 0, "U", 48274, 999, 30770, 0.00020659, 0.00016929, 0.0]
    (parameter,) = data.user_defined_parameters.user_defined
    assert (parameter.parameter, parameter.value) == ("MODEL", "WGS-72")


@pytest.mark.parametrize("form", ["kvn", "xml"])
def test_opm(form: Any) -> None:
    ours = read_opm(OPM, where="f")
    theirs: Any = NdmIo().from_string(write_opm(ours, form=form).decode())
    data = theirs.body.segment.data
    state = ["at the release", "2026-11-03T00:00:00.25", 1838.25, -3.5, 0.1, 0.0, 1.633, -0.25]
    assert values(data.state_vector) == state
    assert values(data.keplerian_elements) == [1840.0, 0.001, 90.5, 1.5, 2.5, 3.5, 4902.800066]
    assert values(data.spacecraft_parameters) == [9.25, 0.2, 1.3, 0.2, 0.0]
    burns = [["lower the pericentre", "2026-11-04T09:00:34.1", 132.6, -0.018, "RTN", -0.0005, 0.001, 0.0]]
    burns += [["2026-11-05T09:00:34.1", 0.0, -0.001, "TNW", 0.0001, 0.0, 0.0]]
    assert [values(each) for each in data.maneuver_parameters] == burns


@pytest.mark.parametrize("form", ["kvn", "xml"])
def test_oem(form: Any) -> None:
    ours = read_oem(OEM, where="f")
    theirs: Any = NdmIo().from_string(write_oem(ours, form=form).decode())
    first, second = theirs.body.segment
    assert values(first.data.state_vector[1]) == ["2026-09-18T12:01:00", 7001.5, -2.25, 0.004, 0.2, 7.5, -0.25]
    assert values(second.data.state_vector[1])[-3:] == [-0.008, 0.0, 1e-9]
    assert first.data.comment == ["three states", "a word between"]
    lower = [float(i) for i in range(1, 22)]
    # Of KVN it drops the comments of a covariance.
    assert values(first.data.covariance_matrix[0])[-23:] == ["2026-09-18T12:00:00", "RTN", *lower]
    assert first.metadata.interpolation_degree == 3
