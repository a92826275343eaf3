"""From a smooth function of time to its extrema and crossings, and from those to Windows."""
