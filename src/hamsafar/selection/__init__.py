"""Campaign arithmetic: marks, reliability, ranks, fairness, assignment, cohort. Codes in, numbers out; no names."""
