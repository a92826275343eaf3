"""A CubeSat's week at every door: planned, verified, asked about, repaired, compared."""
