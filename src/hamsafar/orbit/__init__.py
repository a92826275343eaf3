"""Frames, propagators, the Sun: numbers in, numbers out. Times are arrays of TAI nanoseconds (`Instant.tai_ns`)."""
