"""`handrail`: the command line of the desk, and what starts the service."""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import typer

from adapters.settings import settings
from desk import decide
from desk.alerts import commands as alert_commands
from desk.batches import commands as batch_commands
from desk.cases import commands as case_commands
from desk.clocks import targets as target_commands
from desk.clocks import waits as wait_commands
from desk.clocks import workdays as workday_commands
from desk.competitions import commands as competition_commands
from desk.grants import commands as grant_commands
from desk.imports.commands import bring_in, import_sample
from desk.options import DAY, parse_quantity
from desk.output import Json, err, print_json, say, sentences, table
from desk.pricing import prices as price_commands
from desk.pricing import repricing as reprice_commands
from desk.rates import packages as package_commands
from desk.rates import schedules as schedule_commands
from desk.reports import forecast as forecast_commands
from desk.reports import sla as sla_commands
from desk.service import outbox as outbox_commands
from desk.service.ready import prepare
from desk.service.state_folder import open_folder
from desk.tenders import lots as lot_commands
from rules.errors import InvalidDecisionError
from rules.imports import KINDS
from services.imports import ImportReport, ScheduleOptions
from services.session import database_url, reading

NO_INDEX: Final = "0"

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Contractor works for home adaptations: price, tender, consent, approve, order, pay.",
)
app.add_typer(alert_commands.app, name="alerts")
app.add_typer(batch_commands.app, name="batch")
app.add_typer(case_commands.app, name="case")
case_commands.app.add_typer(grant_commands.app)
case_commands.app.add_typer(competition_commands.app)
case_commands.app.add_typer(package_commands.app)
case_commands.app.add_typer(price_commands.app)
case_commands.app.add_typer(wait_commands.app)
app.add_typer(grant_commands.budget_app, name="budget")
app.add_typer(decide.app, name="decide")
app.add_typer(forecast_commands.app, name="forecast")
app.add_typer(lot_commands.app, name="lot")
app.add_typer(outbox_commands.app, name="outbox")
app.add_typer(reprice_commands.app, name="reprice")
app.add_typer(schedule_commands.app, name="schedule")
app.add_typer(sla_commands.app, name="sla")
app.add_typer(target_commands.app, name="targets")
app.add_typer(workday_commands.app, name="workdays")


@app.command("init")
def init(
    sample: Annotated[
        bool, typer.Option("--sample", help="Import the sample service as well.")
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Make the database and its folder; running it again changes nothing."""
    with sentences(as_json=as_json):
        url = settings().resolved_database_url
        open_folder(home=settings().resolved_home)
        prepare(url)
        reports = (
            import_sample(url, folder=Path(str(files("deployments") / "sample"))) if sample else []
        )
    if as_json:
        print_json({"home": str(settings().resolved_home), "imported": reports})
        return
    say(f"Handrail's state is in {settings().resolved_home}.")
    if sample:
        _print_reports(reports)
        say("Next: `handrail up` starts the service; `handrail case list` shows the cases.")
    else:
        say("Next: `handrail import authorities FILE`, and so on; or `handrail init --sample`.")


@app.command("up")
def up() -> None:
    """Start the service: Prefect's server, the deployments and schedules, and the conductor."""
    from desk.service.up import up as start

    with sentences():
        start()


@app.command("demo")
def demo(
    again: Annotated[
        bool, typer.Option("--again", help="Start over where an earlier demo lived.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another number lives through other delays.")] = 1,
    until: Annotated[
        date | None, DAY("Stop after this day, with the cases as they stand then.")
    ] = None,
) -> None:
    """Live through eight months of the sample service's 40 cases, in a few minutes."""
    from desk.demonstration.run import demo as live

    with sentences():
        live(seed=seed, again=again, until=until)


@app.command("import")
def import_file(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    schedule: Annotated[str, typer.Option(help="schedule: the schedule's name.")] = "",
    valid_from: Annotated[date | None, DAY("schedule: the version’s first day.", "--from")] = None,
    index: Annotated[str, typer.Option(help="schedule: indexation in per cent.")] = NO_INDEX,
    by: Annotated[str, typer.Option(help="Who imports it.")] = "operator",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Import a file, all or nothing; every problem is listed at once."""
    with sentences(as_json=as_json):
        options = _schedule_options(kind, schedule, valid_from, index)
        report = bring_in(
            database_url(), kind=kind, file=file, by=by, schedule=options, dry_run=dry_run
        )
    if as_json:
        print_json({"dry_run": dry_run, "report": report})
        return
    if dry_run:
        say("Nothing was changed; this is what the import would do.")
    _print_reports([report])


def _schedule_options(
    kind: str, schedule: str, valid_from: date | None, index: str
) -> ScheduleOptions | None:
    if kind != "schedule":
        if schedule or valid_from or index != NO_INDEX:
            raise InvalidDecisionError(
                f"--schedule, --from and --index do not belong to {kind}.",
                next_step="Leave them out; they say which version `import schedule` brings in.",
            )
        return None
    if not schedule or valid_from is None:
        raise InvalidDecisionError(
            "A schedule is imported as a version: it needs its name and its first day.",
            next_step="Add --schedule NAME --from DATE.",
        )
    percent: Decimal = parse_quantity(index)
    return ScheduleOptions(schedule=schedule, valid_from=valid_from, index_percent=percent)


def _print_reports(reports: list[ImportReport]) -> None:
    table(
        title="Imported",
        columns=("Kind", "Added", "Changed", "Unchanged", "Removed", "Notes"),
        rows=[
            (
                report.kind,
                report.added,
                report.changed,
                report.unchanged,
                report.removed,
                " ".join((*report.notes, *_ignored(report))),
            )
            for report in reports
        ],
    )


def _ignored(report: ImportReport) -> list[str]:
    if not report.ignored_columns:
        return []
    return [f"Unknown columns were ignored: {', '.join(report.ignored_columns)}."]


@app.command("verify")
def verify(as_json: Annotated[bool, Json] = False) -> None:
    """Check every invariant and the audit chains; exit 1 with the list if any is broken."""
    from desk.verification.commands import verify_all

    with sentences(as_json=as_json), reading() as conn:
        found = verify_all(conn)
    broken = [finding for finding in found if finding.severity == "error"]
    if as_json:
        print_json({"sound": not broken, "findings": found})
    else:
        for finding in found:
            err.print(f"{finding.severity}: {finding.where}: {finding.sentence}", markup=False)
        say("Broken." if broken else "Everything holds.")
    raise typer.Exit(1 if broken else 0)


if __name__ == "__main__":
    app()
