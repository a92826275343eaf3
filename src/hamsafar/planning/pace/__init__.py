"""A newcomer's pace: how long things take aboard, planned at a confidence, and what becomes of a plan's days."""
