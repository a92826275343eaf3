"""Numerical orbits about the Moon and the Earth: one interface, `propagate`, over one compiled kernel."""
