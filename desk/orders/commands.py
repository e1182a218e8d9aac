"""`handrail case release` and `case notice`: the council's own contract as it is published."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from desk.output import Json, print_json, say, sentences
from desk.web.words import capital
from rules.money import pounds
from services.orders.publication import notice_of, release_of
from services.session import case_row, reading

app = typer.Typer()

Reference = Annotated[str, typer.Argument(metavar="REF", help="The case reference.")]


@app.command("release")
def release(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show the OCDS release of the council's own contract; nothing of anybody else's."""
    with sentences(as_json=as_json), reading() as conn:
        found = release_of(conn, case=case_row(conn, reference=reference))
    if as_json:
        print_json(found)
        return
    (contract,) = found["contracts"]
    worth = contract["value"]
    say(f"{found['ocid']} · release {found['id']} · {found['date']}")
    say(f"{contract['title']}: {found['buyer']['name']} with {found['parties'][1]['name']}")
    say(f"£{worth['amount']:,.2f} without VAT, £{worth['amountGross']:,.2f} with VAT")
    say(f"The file to publish: `handrail case release {reference} --json`.")


@app.command("notice")
def notice(reference: Reference, as_json: Annotated[bool, Json] = False) -> None:
    """Show the fields of the contract details notice (Procurement Act 2023 s.87)."""
    with sentences(as_json=as_json), reading() as conn:
        found = notice_of(conn, case=case_row(conn, reference=reference))
    if as_json:
        print_json(found)
        return
    say(f"{'To be published' if found['required'] else 'Not asked for'}: {found['why']}")
    for name, words in _fields(found).items():
        say(f"{name}: {words}")


def _title(name: str) -> str:
    words = capital(name.removesuffix("_pence").replace("_", " "))
    for short in ("vat", "sme", "vcse"):
        words = words.replace(f" {short}", f" {short.upper()}")
    return words


def _fields(found: Mapping[str, Any]) -> dict[str, str]:
    """Return each field by its name in words; what is not on record says so."""
    return {
        _title(name): "not recorded"
        if value is None
        else pounds(value)
        if name.endswith("_pence")
        else str(value)
        for name, value in found.items()
        if name not in ("required", "why")
    }
