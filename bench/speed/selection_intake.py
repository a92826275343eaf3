"""How fast applications are taken in and screened on this machine: 25,000 of 45 columns, out of CSV and XLSX.

Use: python bench/speed/selection_intake.py. Prints a table; exits 1 when an answer is wrong or a bound is missed.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from hamsafar.app.selection.importing import import_applications  # noqa: E402
from hamsafar.app.selection.opening import open_campaign  # noqa: E402
from hamsafar.selection.screening import screened  # noqa: E402
from hamsafar.store import Record  # noqa: E402
from hamsafar.timeline import Instant  # noqa: E402
from selecting import applicants, as_csv, as_xlsx, campaign_folder, table_rows  # noqa: E402

COUNT, FREE_COLUMNS = 25_000, 30
INTAKE_S, SCREENING_S, MEMORY_MIB = 20, 2, 2_048
WHO = {"by": "office-1", "reason": "bench"}


def main() -> int:
    """Measures, prints, and returns the exit code."""
    made = applicants(count=COUNT)
    rows = table_rows(made, extra=FREE_COLUMNS)
    missed = False
    for form, content in (("csv", as_csv(rows)), ("xlsx", as_xlsx(rows))):
        with tempfile.TemporaryDirectory() as place:
            folder = campaign_folder(Path(place) / "campaign")
            file = Path(place) / f"export.{form}"
            file.write_bytes(content)
            open_campaign(folder, **WHO, accept_exclusions=True)
            begun = time.perf_counter()
            answer = import_applications(folder, [file], **WHO, at=Instant.utc(2027, 1, 20))
            intake_s = time.perf_counter() - begun
            missed |= intake_s > INTAKE_S or answer.counts.valid != COUNT
            print(f"intake {form}  {len(content) / 1e6:5.1f} MB  {intake_s:5.1f} s (bound {INTAKE_S} s)")
            campaign = Record.open(folder).campaign
    begun = time.perf_counter()
    found = screened(campaign, campaign.stages[0], made)
    screening_s = time.perf_counter() - begun
    missed |= screening_s > SCREENING_S or len(found.overall) != COUNT
    print(f"screening {len(found.rows):,} verdicts  {screening_s:.2f} s (bound {SCREENING_S} s)")
    memory_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    missed |= memory_mib > MEMORY_MIB
    print(f"memory, files made in it too  {memory_mib:,.0f} MiB (bound {MEMORY_MIB:,} MiB)")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
