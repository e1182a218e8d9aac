"""`handrail payments`: bank details, CIS and how runs are written."""

from datetime import datetime
from typing import Annotated

import typer

from adapters import clock
from desk.csv_output import Csv, print_csv
from desk.listing import show_list
from desk.options import By, Reason
from desk.output import Json, say, sentences
from rules.cis import PERCENT
from rules.errors import InvalidDecisionError
from rules.paying import check_may_see_payments
from rules.payment_runs import account_of
from services.payments.accounts import change_account, look_at_account
from services.payments.cis import month_figures, record_status
from services.payments.terms import set_terms
from services.session import acting, reading, writing

app = typer.Typer()

Number = Annotated[int, typer.Argument(metavar="RUN", help="The run's number.")]
Firm = Annotated[str, typer.Argument(metavar="CONTRACTOR", help="The contractor's code.")]
Name = Annotated[str, typer.Option(help="Whose account it is, as the bank knows it.")]
SortCode = Annotated[str, typer.Option(help="Its sort code, such as 20-00-00.")]
Digits = Annotated[str, typer.Option("--number", help="Its number: eight digits.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="A day, such as 2026-06-01.")]
_CIS: tuple[str, ...] = (
    *("tax_month", "contractor", "name", "authority", "reference", "order_number"),
    *("invoice_number", "released_on", "total_pence", "amount_pence", "labour_pence"),
    *("cis_percent", "deducted_pence", "utr", "gross_pence", "materials_pence"),
)


@app.command("account")
def account(
    contractor: Firm, name: Name, sort_code: SortCode, number: Digits, by: By, reason: Reason
) -> None:
    """Record a contractor's new bank details; a second person confirms them."""
    with sentences(), writing() as conn:
        known = change_account(
            conn,
            contractor=contractor,
            name=name,
            sort_code=sort_code,
            number=number,
            by=by,
            reason=reason,
            now=clock.now(),
        )
    say(f"Bank details {known.number}, ending {known.ending}, wait for a second person.")


@app.command("look-at-account")
def look_at(
    number: Annotated[int, typer.Argument(metavar="ID", help="Which bank details.")],
    by: By,
    reason: Reason,
    confirm: Annotated[bool, typer.Option("--confirm/--refuse", help="What you found.")],
) -> None:
    """Confirm or refuse new bank details, after a call on a number that was on file before."""
    with sentences(), writing() as conn:
        known = look_at_account(
            conn, number=number, confirm=confirm, by=by, reason=reason, now=clock.now()
        )
    say(f"Bank details {number}, ending {known.ending}, are {known.state}.")


@app.command("cis-status")
def cis_status(
    contractor: Firm,
    status: Annotated[str, typer.Option(help=f"One of {', '.join(PERCENT)}.")],
    verification: Annotated[str, typer.Option(help="HMRC's number, such as V1234567890.")],
    valid_from: Day,
    by: By,
    reason: Reason,
    utr: Annotated[
        str, typer.Option(help="Its unique taxpayer reference: ten digits. Kept sealed.")
    ] = "",
) -> None:
    """Record what HMRC answered when a contractor was verified."""
    with sentences(), writing() as conn:
        record_status(
            conn,
            contractor=contractor,
            status=status,
            verification=verification,
            utr=utr,
            valid_from=valid_from.date(),
            by=by,
            reason=reason,
            now=clock.now(),
        )
    say(f"{contractor} is {status} from {valid_from:%-d %B %Y}.")


@app.command("cis")
def cis(
    by: By, day: Day, as_json: Annotated[bool, Json] = False, as_csv: Annotated[bool, Csv] = False
) -> None:
    """Show the payments under CIS of the tax month of a day, from the 6th to the 5th."""
    with sentences(as_json=as_json), reading() as conn:
        if as_json and as_csv:
            raise InvalidDecisionError("Give --json or --csv, not both.")
        viewer = acting(conn, identity=by, on=clock.today())
        check_may_see_payments(viewer)
        found = month_figures(conn, day=day.date(), viewer=viewer)
    if as_csv:
        print_csv(_CIS, [[one[name] for name in _CIS] for one in found])
        return
    show_list(
        found,
        title="Construction Industry Scheme",
        columns={
            "Contractor": "name",
            "Case": "reference",
            "Invoice": "invoice_number",
            "UTR": "utr",
            "Gross £": "gross_pence",
            "Materials £": "materials_pence",
            "Labour £": "labour_pence",
            "%": "cis_percent",
            "Deducted £": "deducted_pence",
        },
        as_json=as_json,
        empty="No payment of that month is under the scheme.",
    )


@app.command("terms")
def terms(
    authority: Annotated[str, typer.Argument(metavar="AUTHORITY", help="Whose runs.")],
    valid_from: Day,
    by: By,
    reason: Reason,
    columns: Annotated[str, typer.Option(help="Heading=field;… of the ledger's file.")] = "",
    payers: Annotated[
        str, typer.Option(help="Whose money is used first: received; grant; top_up.")
    ] = "",
    name: Annotated[str, typer.Option(help="Name of the account that the money leaves.")] = "",
    sort_code: Annotated[str, typer.Option(help="Its sort code.")] = "",
    number: Annotated[str, typer.Option(help="Its number.")] = "",
    employer: Annotated[
        str, typer.Option(help="The employer's PAYE reference, such as 120/AB456.")
    ] = "",
) -> None:
    """Set from a day on how an authority's runs are written, and which account pays."""
    with sentences():
        typed = (name, sort_code, number)
        own = account_of(name=name, sort_code=sort_code, number=number) if any(typed) else None
        with writing() as conn:
            set_terms(
                conn,
                authority=authority,
                valid_from=valid_from.date(),
                columns=columns,
                payers=payers,
                account=own,
                employer=employer,
                by=by,
                reason=reason,
                now=clock.now(),
            )
    say(f"Runs of {authority} are written so from {valid_from:%-d %B %Y}.")
