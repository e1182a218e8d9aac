"""`handrail`: the command line of the desk. What a command needs is imported when it is asked for.

A command that lists or shows is over in less time than importing everything would take.
"""

import gc
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from adapters.os_user import os_user
from services.signed_in import at_the_command_line

HELP: Final = "Contractor works for home adaptations: price, tender, consent, approve, order, pay."


def app_at(place: str) -> typer.Typer:
    """Import the commands at ``module``, or those of another name than ``app`` at ``module:name``.

    Args:
        place: A module below ``desk``.
    """
    module, _, name = place.partition(":")
    gc.disable()  # nothing imported is garbage; looking through it takes a tenth of the time
    try:
        found: typer.Typer = getattr(import_module(f"desk.{module}"), name or "app")
        for command in found.registered_commands:
            command.cls = import_module("desk.once").Once
    finally:
        gc.enable()
    return found


class Later(TyperCommand):
    """The name and the help of a command, or of a group of them, that is not imported yet.

    A module whose commands include one of the entry's own name gives that one; any other, a group.
    """

    def __init__(self, name: str, words: str, *places: str) -> None:
        super().__init__(name, help=words)
        self.places: Final = places

    def imported(self) -> Any:
        """Return the command or the group itself."""
        if len(self.places) > 1:
            return Joined(name=self.name, help=self.help, no_args_is_help=True, places=self.places)
        group = get_group(app_at(self.places[0]))
        return group.commands.get(str(self.name), group)


class Joined(TyperGroup):
    """One group of the commands of several modules, imported in turn until the wanted one is there.

    Args:
        places: The modules, that of the plainest commands first.
    """

    def __init__(self, *, places: tuple[str, ...], **how: Any) -> None:
        super().__init__(**how)
        self._left = iter(places)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command of the group, or None."""
        while cmd_name not in self.commands and self._import_next():
            pass
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all its commands."""
        while self._import_next():
            pass
        return super().list_commands(ctx)

    def _import_next(self) -> bool:
        place = next(self._left, None)
        if place is not None:
            self.commands.update(get_group(app_at(place)).commands)
        return place is not None


LATER: Final = (
    Later(
        "init",
        "Make the database and its folder; running it again changes nothing.",
        "service.begin",
    ),
    Later(
        "up",
        "Start the service: the desk, Prefect's server, its schedules, and the conductor.",
        "service.begin",
    ),
    Later(
        "demo",
        "Live through eight months of the sample service's 40 cases, in a few minutes.",
        "demonstration.commands",
    ),
    Later(
        "import",
        "Import a file, all or nothing; every problem is listed at once.",
        "imports.import_file",
    ),
    Later(
        "export",
        "Take out what is on record, to change it in a spreadsheet and import it again.",
        "imports.export_file",
    ),
    Later(
        "check",
        "Say what is missing or odd in the data as a whole, before a service opens.",
        "imports.check_data",
    ),
    Later(
        "verify",
        "Check every invariant and the audit chains; exit 1 with the list if any is broken.",
        "verification.commands",
    ),
    Later(
        "backup",
        "Copy the whole service to a folder while it runs, and verify the copy.",
        "backups.commands",
    ),
    Later(
        "restore",
        "Bring a back-up into the state folder in force, which holds no service, and verify it.",
        "backups.commands",
    ),
    Later(
        "status",
        "Say which state folder and database are used from here, and in whose name you may record.",
        "service.status",
    ),
    Later(
        "seal",
        "Write a signed seal of everything as it stands; keep it outside this machine.",
        "verification.commands",
    ),
    Later("alerts", "What is late, nearly due or lapsing, and answering it.", "alerts.commands"),
    Later(
        "payments",
        "Payments: what waits, runs and their files, bank details, CIS.",
        "payments.commands",
        "payments.terms_commands",
    ),
    Later("batch", "Batch awards: propose, list, show, accept, reject.", "batches.commands"),
    Later(
        "case",
        "Cases: list, show, account, history, file, attach, statement, open, line, advance.",
        "cases.list_commands",
        "cases.commands",
        "payments.account_commands",
        "cases.file",
        "cases.history",
        "cases.enter",
        "grants.commands",
        "competitions.commands",
        "rates.packages",
        "pricing.prices",
        "orders.commands",
        "clocks.waits",
    ),
    Later(
        "delivery",
        "Councils that follow others, teams that work their cases: plans, previews, carrying out.",
        "delivery.commands",
    ),
    Later("budget", "Budgets for grants, and what is left of them.", "grants.commands:budget_app"),
    Later(
        "contractor",
        "Contractors’ documents: hand-in, documents, check, refuse.",
        "tenders.documents",
    ),
    Later(
        "contractor-system", "Contractors’ own systems: keys, key, revoke-keys.", "interchange.keys"
    ),
    Later("data", "Data for analysts: list, copy, grant.", "reports.data_commands"),
    Later("decide", "Record a decision on a case, at one of its steps.", "decisions.commands"),
    Later(
        "forecast",
        "Forecast: which clocks will likely be late, and when each ends.",
        "reports.forecast",
    ),
    Later(
        "people",
        "Who serves, who is away and who stands in; handing over a leaver's cases.",
        "cases.people",
        "personal.export",
    ),
    Later(
        "partnership",
        "A partnership's year: who contributes what, printed tables that do not add up, what-if.",
        "partnership.commands",
    ),
    Later("letters", "An authority's own letters: show, set, sample.", "documents.letters"),
    Later("lot", "Lots: list, show, turns.", "tenders.lots"),
    Later("officer", "Officers: invite.", "people.commands"),
    Later("order", "Orders: export.", "interchange.orders"),
    Later("outbox", "Runs to start and messages to send.", "service.outbox"),
    Later(
        "report",
        "Reports: list, show, cases, record; contractors.",
        "reports.performance",
        "reports.report_commands",
        "reports.bundle",
    ),
    Later(
        "reprice",
        "Price open cases again: after a new schedule, other terms, or a wrong code.",
        "pricing.repricing",
    ),
    Later(
        "retention",
        "Retention: propose, list, show, accept, reject, hold, lift, holds.",
        "personal.commands",
    ),
    Later("schedule", "Schedules of rates: find, versions, show, compare.", "rates.schedules"),
    Later(
        "sla",
        "What is late and what will be, on any date; one case's clocks; the statutory board.",
        "reports.sla",
    ),
    Later("targets", "Targets of the clocks: list, show, check.", "clocks.targets"),
    Later(
        "workdays",
        "Working days: add to a date, count between two; bank holidays and closures.",
        "clocks.workdays",
    ),
)
"""Every command in the order of the help, with the modules below ``desk`` that it is made of."""


class Handrail(TyperGroup):
    """All commands: known by name and help, imported when one is asked for."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.commands.update({str(one.name): one for one in LATER})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the name, the command or group itself, and the words that are left for it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.imported() if isinstance(command, Later) else command, rest


app = typer.Typer(cls=Handrail, no_args_is_help=True, pretty_exceptions_enable=False, help=HELP)


@app.callback()
def handrail(ctx: typer.Context) -> None:
    """Have what a command puts on record say who sat at the machine."""
    ctx.with_resource(at_the_command_line(os_user()))


def whole() -> typer.Typer:
    """Return all commands imported, for what describes or checks them."""
    tree = typer.Typer(help=HELP)
    for one in LATER:
        first, *more = [app_at(place) for place in one.places]
        alone = [command for command in first.registered_commands if command.name == one.name]
        tree.registered_commands += alone
        if more:
            joined = typer.Typer(help=one.help)
            for part in (first, *more):
                joined.add_typer(part)
            first = joined
        if not alone:
            tree.add_typer(first, name=one.name)
    return tree


if __name__ == "__main__":
    app()
