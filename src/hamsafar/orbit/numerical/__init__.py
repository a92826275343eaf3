"""Numerical orbits about the Moon and the Earth: one interface, `propagate`, over one compiled kernel."""

from hamsafar.orbit.numerical.many import ENDED_BY, ManyEnds, propagate_many
from hamsafar.orbit.numerical.model import AirTable, ForceModel, GravityField, Tables, Thrust
from hamsafar.orbit.numerical.run import propagate
from hamsafar.orbit.numerical.surface import Surface
from hamsafar.orbit.numerical.trajectory import NumericalTrajectory, join

__all__ = [
    "ENDED_BY",
    "AirTable",
    "ForceModel",
    "GravityField",
    "ManyEnds",
    "NumericalTrajectory",
    "Surface",
    "Tables",
    "Thrust",
    "join",
    "propagate",
    "propagate_many",
]
