"""A lunar CubeSat's week: windows and rules of operations to a problem, and its answer to a plan."""
