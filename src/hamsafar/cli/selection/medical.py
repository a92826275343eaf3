"""What `select medical` does: call `app`, print what came back."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.medical import MedicalRecorded


@select.command()
def medical(
    campaign: CampaignFolder,
    by: By,
    reason: Reason,
    make_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Make the medical officer's keys: the private one to this file, which stays with them. A passphrase "
            "is asked for, or taken from HAMSAFAR_MEDICAL_PASSPHRASE.",
        ),
    ] = None,
    verdicts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Many verdicts at once, without details: CSV or XLSX with candidate, verdict; limits (set apart by "
            "semicolons) and valid_until if any.",
        ),
    ] = None,
    candidate: Annotated[str | None, typer.Option(metavar="CODE", help="Who was examined.")] = None,
    stage: Annotated[str | None, typer.Option(metavar="STAGE", help="The stage that asks for it.")] = None,
    verdict: Annotated[str | None, typer.Option(metavar="fit|fit-with-waiver|not-fit")] = None,
    limits: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="A limit for training or flight, telling no diagnosis. Repeatable."),
    ] = None,
    valid_until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day on which the verdict counts.")
    ] = None,
    details: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The report: sealed, so that only the medical officer opens it.")
    ] = None,
    read: Annotated[bool, typer.Option("--read", help="Read the details instead; the read is recorded.")] = False,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="With --read: the officer's private key.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="With --read: where the details go.")] = None,
    as_json: Json = False,
) -> None:
    """Record a medical verdict with its details sealed, read them as the medical officer, or make the officer's key."""
    if make_key is not None:
        if candidate or verdict or read:
            raise typer.BadParameter("stands alone: first the key, then the verdicts", param_hint="--make-key")
        _make_key(campaign, make_key, by, reason, as_json)
        return
    if verdicts is not None:
        if candidate or verdict or read or stage is None:
            raise typer.BadParameter("takes --stage, and no candidate", param_hint="--verdicts")
        _many(campaign, verdicts, stage, by, reason, as_json)
        return
    if candidate is None or stage is None:
        raise typer.BadParameter("say whose examination, with --candidate and --stage; or --make-key FILE")
    if read:
        if key is None or out is None or verdict is not None:
            raise typer.BadParameter("takes --key FILE and --out FILE, and no verdict", param_hint="--read")
        _read(campaign, candidate, stage, by, reason, key, out, as_json)
        return
    if verdict is None:
        raise typer.BadParameter("say --verdict fit, fit-with-waiver or not-fit; or --read")
    with Teller("Recording the verdict"):
        from hamsafar.app.selection.medical import record_verdict

        done = record_verdict(
            campaign,
            candidate=candidate,
            stage=stage,
            verdict=verdict,
            by=by,
            reason=reason,
            limits=limits or (),
            valid_until=valid_until.date() if valid_until else None,
            details=details,
        )
    if as_json:
        print_json(_document(done))
        return
    sealed = f", {done.details_bytes} bytes of details sealed" if done.details_bytes else ""
    typer.echo(f"Event {done.event}: {candidate} is {done.verdict.verdict} in {stage}{sealed}.")


def _many(campaign: Path, file: Path, stage: str, by: str, reason: str, as_json: bool) -> None:
    with Teller("Recording the verdicts"):
        from hamsafar.app.selection.medical import record_verdicts

        done = record_verdicts(campaign, file, stage=stage, by=by, reason=reason)
    counts = {name: sum(one.verdict == name for one in done.verdicts) for name in ("fit", "fit-with-waiver", "not-fit")}
    if as_json:
        print_json({"event": done.event, "stage": stage, "counts": counts})
        return
    said = ", ".join(f"{name} {count}" for name, count in counts.items())
    typer.echo(f"Event {done.event}: {len(done.verdicts)} verdicts of {stage}: {said}.")


def _document(done: MedicalRecorded) -> dict[str, Any]:
    return {
        "event": done.event,
        "candidate": done.verdict.candidate,
        "stage": done.verdict.stage,
        "verdict": done.verdict.verdict,
        "limits": list(done.verdict.limits),
        "details_bytes": done.details_bytes,
    }


def _make_key(campaign: Path, file: Path, by: str, reason: str, as_json: bool) -> None:
    from hamsafar.app.selection.medical import make_key

    made = make_key(campaign, file, by=by, reason=reason, passphrase=_passphrase())
    if as_json:
        said = {"file": str(made.file), "public_key": made.public_key, "locked": made.locked}
        print_json({"event": made.event} | said)
        return
    typer.echo(f"Event {made.event}: details are sealed to {made.public_key[:16]}… from now on.")
    lock = "locked with the passphrase" if made.locked else "not locked: whoever reads this file reads the details"
    typer.echo(f"The private key: {made.file} ({lock}). Without it the details are lost; it stays with the officer.")


def _read(
    campaign: Path, candidate: str, stage: str, by: str, reason: str, key: Path, out: Path, as_json: bool
) -> None:
    from hamsafar.app.selection.medical import details_to_file

    size = details_to_file(
        campaign,
        out,
        candidate=candidate,
        stage=stage,
        by=by,
        reason=reason,
        key=key,
        passphrase=_passphrase(),
    )
    if as_json:
        print_json({"candidate": candidate, "stage": stage, "file": str(out), "details_bytes": size})
        return
    typer.echo(f"Details of {candidate} in {stage}: {out} ({size} bytes). The read is recorded.")


def _passphrase() -> str | None:
    from hamsafar.app.selection.medical import passphrase_given

    given = passphrase_given()
    if given is None and sys.stdin.isatty():
        asked = "Passphrase of the key (empty for none)"
        given = typer.prompt(asked, "", hide_input=True, show_default=False, err=True)
    return given or None
