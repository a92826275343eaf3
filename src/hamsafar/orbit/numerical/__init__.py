"""Numerical orbits about the Moon and the Earth: one interface, `propagate`, over one compiled kernel."""

from hamsafar.orbit.numerical.model import AirTable, ForceModel, GravityField, Tables, Thrust
from hamsafar.orbit.numerical.run import propagate
from hamsafar.orbit.numerical.surface import Surface
from hamsafar.orbit.numerical.trajectory import NumericalTrajectory, join

__all__ = [
    "AirTable",
    "ForceModel",
    "GravityField",
    "NumericalTrajectory",
    "Surface",
    "Tables",
    "Thrust",
    "join",
    "propagate",
]
