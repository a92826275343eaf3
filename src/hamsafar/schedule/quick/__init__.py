"""A first schedule and a floor for projects, without the solver: what is plain is answered in milliseconds."""
