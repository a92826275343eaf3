"""The selection of candidates, one module a door: from intake to the decision and its audit."""
