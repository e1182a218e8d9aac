"""`handrail case account`: the final account of a case."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from adapters import clock
from desk.cases.commands import Reference
from desk.cases.file import file_bytes
from desk.csv_output import Csv, print_csv
from desk.output import Json, print_json, say, sentences, table
from rules.money import pounds
from rules.payments.final import FinalAccount
from services.decisions.receive import keep_invoice_file
from services.payments.filed import filed_of
from services.payments.final_account import COLUMNS, account_of, account_view
from services.session import reading

app = typer.Typer()


@app.command("account")
def account(
    reference: Reference,
    as_json: Annotated[bool, Json] = False,
    as_csv: Annotated[bool, Csv] = False,
) -> None:
    """Show what was approved, ordered, invoiced, held, paid and saved on a case, and who pays."""
    with sentences(as_json=as_json), reading() as conn:
        found = account_of(conn, reference=reference, today=clock.today())
    if as_json:
        print_json(account_view(found))
    elif as_csv:
        print_csv(COLUMNS, ([getattr(one, name) for name in COLUMNS] for one in found.lines))
    else:
        _show(found)


@app.command("read-invoice")
def read_invoice(
    reference: Reference,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="XML (UBL 2.1, CII), or a PDF with Factur-X.")
    ],
    keep: Annotated[
        str, typer.Option("--keep-by", help="Keep it on the case, in this officer’s name.")
    ] = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show what an invoice says that came as a structured file, and how it is recorded.

    Kept on the case, it is the document that the invoice points to.
    """
    with sentences(as_json=as_json):
        data = file_bytes(file)
        with reading() as conn:
            found = filed_of(conn, reference=reference, data=data)
        if keep and found.may_be_recorded:
            number = keep_invoice_file(reference=reference, data=data, name=file.name, by=keep)
            found = found.shown_by(number)
    if as_json:
        print_json(asdict(found))
        return
    one = found.invoice
    table(
        title=f"{'Credit note' if one.credit else 'Invoice'} {one.number} of {one.supplier}",
        columns=("In the file", "For", "Net"),
        rows=[
            (f"{line.number}: {line.words}", whose or "cannot be told", pounds(line.net_pence))
            for line, whose in zip(one.lines, found.of_lines, strict=True)
        ],
    )
    say(f"{one.form}, dated {one.dated:%-d %B %Y}, for {found.order}")
    say(f"{pounds(one.net_pence)} and {pounds(one.vat_pence)} VAT: {pounds(one.total_pence)}")
    for remark in found.remarks:
        say(remark)
    if found.fields:
        say(f"Recorded by: handrail decide {reference} {found.typed}")


def _show(found: FinalAccount) -> None:
    table(
        title=f"Account of {found.case_reference}, with VAT",
        columns=("Line", "Ordered", "Varied", "Invoiced", "Held", "Paid", "To pay"),
        rows=[
            (
                f"{one.order} {one.item[0].lower()}{one.item[1:]}: {one.what}",
                pounds(one.first_pence),
                pounds(one.varied_pence),
                pounds(one.invoiced_pence),
                pounds(one.held_pence),
                pounds(one.paid_pence),
                pounds(one.to_pay_pence),
            )
            for one in found.lines
        ],
    )
    say(
        f"Approved {pounds(found.approved_pence)} = paid {pounds(found.paid_pence)} + held "
        f"{pounds(found.held_pence)} + still to pay {pounds(found.to_pay_pence)} + saved "
        f"{pounds(found.saved_pence)}"
    )
    if found.owed_back_pence:
        say(f"Owed back by contractors: {pounds(found.owed_back_pence)}")
    if found.cheaper_words:
        say(found.cheaper_words)
    for one in found.payers:
        say(f"{one.who} ({one.how}): {pounds(one.pence)}")
    say(f"Fees and charges: {pounds(found.fees_pence)}")
    for charge in found.charges_paid:
        say(f"Paid after the end: {pounds(charge.pence)} of {charge.what}, because {charge.why}")
