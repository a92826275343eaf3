"""Mass, areas, coefficients and burns in the comments of an agency's ephemeris."""

from __future__ import annotations

from hamsafar.formats.ccsds.station_comments import stated_burns, stated_spacecraft
from hamsafar.timeline import Instant

FIRST = Instant.utc(2024, 12, 30, 12)
TABLE = """\
TRAJECTORY EVENT SUMMARY:

|       EVENT        |       TIG        | ORB |   DV    |   HA    |   HP    |
|                    |       GMT        |     |   M/S   |   KM    |   KM    |
|                    |                  |     |  (F/S)  |  (NM)   |  (NM)   |
=============================================================================
 90P Launch            365:21:24:27.000             0.0     422.7     412.9
                                                   (0.0)   (228.2)   (223.0)
 91P Reboost           001:17:30:00.500             1.5     425.0     414.1
                                                   (4.9)   (229.5)   (223.6)
 PDAM                  003:03:03:50.000  1803       0.6     425.9     415.1
 Odd time              004:25:03:50.000             0.6     425.9     415.1
""".splitlines()


def test_figures_are_read_as_agencies_write_them() -> None:
    block = stated_spacecraft(
        ["Units are in kg and m^2", "MASS=454339.00", "DRAG_AREA = 1791.9 [m**2]", "DRAG_COEFF=2"]
    )
    assert block is not None
    assert (block.mass_kg, block.drag_area_m2, block.drag_coefficient) == (454_339.0, 1_791.9, 2.0)
    assert block.solar_radiation_area_m2 is None


def test_comments_without_figures_state_nothing() -> None:
    assert stated_spacecraft(["MASS=unknown", "THE MASS=4", "COST=3"]) is None


def test_burns_are_the_events_that_change_the_speed() -> None:
    burns = list(stated_burns(TABLE, FIRST))
    assert [(one.name, one.start, one.delta_v_m_s) for one in burns] == [
        ("91P Reboost", Instant.utc(2025, 1, 1, 17, 30, 0.5), 1.5),  # the year turns
        ("PDAM", Instant.utc(2025, 1, 3, 3, 3, 50), 0.6),
    ]


def test_a_table_that_names_no_unit_is_not_read() -> None:
    assert not list(stated_burns([row.replace("M/S", "KM/S") for row in TABLE], FIRST))
