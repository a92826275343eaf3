"""Exact schedules of whole ticks and ids. The only room that imports OR-Tools, and only once something is solved."""
