"""One module per format: each exporter takes nouns, returns bytes, and never sees a path.

`page` (the report), `calendars` (ICS), `sheets` (XLSX, CSV), `oem` (CCSDS ephemeris), `pdf` (day sheets, by typst).
"""
