"""`/cases/new`: a case is opened; what cannot stand is told beside its field, all of it at once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from adapters import clock
from desk.web.forms import Sent, text
from desk.web.numbers import Counted
from desk.web.page import Viewer, page
from desk.web.words import capital
from rules.cases import PURPOSES, Complexity, Tenure
from rules.clocks.dates import london_date
from rules.contracting import ContractingParty
from rules.errors import HandrailError, ImportProblemsError, NotPermittedError
from rules.people import Actor, check_may_enter
from rules.sentences import without_commands
from rules.typed import in_digits
from services.cases.choices import choices_for
from services.cases.statements import statement_of
from services.decisions.statements import accept_statement
from services.imports.entering import open_case
from services.session import reading, writing

router = APIRouter()

_FIELDS: Final = (
    *("reference", "authority", "contact_on", "recommended_on", "applied_on", "urgent"),
    *("complexity", "client_name", "date_of_birth", "email", "phone", "address", "postcode"),
    *("uprn", "tenure", "landlord", "work_type", "vat_declaration", "contribution"),
    "contracting_party",
)
_DAYS: Final = frozenset({"contact_on", "recommended_on", "applied_on", "date_of_birth"})
_TENURES: Final = {
    Tenure.OWNER: "Owner",
    Tenure.PRIVATE_TENANT: "Tenant of a private landlord",
    Tenure.RP_TENANT: "Tenant of a registered provider",
    Tenure.COUNCIL_TENANT: "Tenant of the council",
    Tenure.LICENSEE: "Licensee",
}
_PARTIES: Final = [(party.value, capital(party.words)) for party in ContractingParty]
_LABELS: Final = {
    "contact_on": "First contact",
    "recommended_on": "Assessor’s recommendation",
    "applied_on": "Application",
    "client_name": "Name of the disabled person",
    "email": "E-mail",
    "phone": "Telephone",
    "uprn": "UPRN",
    "tenure": "How the client holds the home",
    "work_type": "Kind of works",
    "purpose": "Purposes of s.23(1)",
    "vat_declaration": "VAT declaration",
    "contribution": "Contribution from the means test",
}
"""What the page calls a column; others are called by their own name."""

_CHOSEN: Final = frozenset({"authority", "urgent", "complexity", "tenure", "vat_declaration"})
_BLANK: Final[Mapping[str, str]] = dict.fromkeys((*_FIELDS, "statement"), "") | {
    "contribution": "0"
}


@router.get("/cases/new")
def new(request: Request, viewer: Viewer, statement: Counted = 0) -> Response:
    """Show the form of a new case to whoever may open one; others learn who may."""
    check_may_enter(actor=viewer, authority=min(viewer.authorities, default=""))
    typed = {**_BLANK, "purpose": []}
    if statement:
        with reading() as conn:
            row = statement_of(conn, number=statement, viewer=viewer)
        typed |= {name: value for name, value in row._mapping.items() if name in _FIELDS}
        typed |= {"statement": row.id, "contact_on": f"{london_date(row.received_at):%d/%m/%Y}"}
    return _form(request, viewer, typed=typed)


@router.post("/cases/new")
def opened(request: Request, viewer: Viewer, form: Sent) -> Response:
    """Open a case and go there, or show the form again with everything that was typed."""
    typed = _typed(form)
    given = {**typed, "purpose": ";".join(typed["purpose"])}
    stated = given.pop("statement")[:9]
    try:
        with writing() as conn:
            open_case(conn, given=given, actor=viewer, now=clock.now())
            if stated.isdecimal():
                of = {"number": int(stated), "reference": typed["reference"]}
                accept_statement(conn, **of, by=viewer, now=clock.now())
    except NotPermittedError:
        raise
    except HandrailError as error:
        problems = [
            (field, f"{_LABELS.get(field, capital(field))}: choose one.")
            if field in _CHOSEN and not typed[field]
            else (field, words)
            for field, words in problems_of(error, labels=_LABELS)
        ]
        return _form(request, viewer, typed=typed, problems=problems, status=422)
    return RedirectResponse(f"/cases/{quote(typed['reference'], safe='')}", status_code=303)


def problems_of(
    error: HandrailError, *, labels: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """Return what is wrong as (field, sentence); the field is empty where it is of no one field.

    Args:
        labels: What the page calls a column, where it has another word for it than its name.
    """
    if not isinstance(error, ImportProblemsError):
        words = " ".join(filter(None, (error.what, error.why, error.next_step)))
        return [("", without_commands(words))]
    return [
        (
            one.column or "",
            without_commands(f"{_name(one.column, labels or {})}{one.wrong}. {one.right}"),
        )
        for one in error.problems
    ]


def _name(column: str | None, labels: Mapping[str, str]) -> str:
    return f"{labels.get(column) or capital(column.replace('_', ' '))}: " if column else ""


def _typed(form: FormData) -> dict[str, Any]:
    chosen = [one for one in form.getlist("purpose") if isinstance(one, str)]
    typed = {name: text(form, name) for name in _FIELDS}
    days = {name: in_digits(typed[name]) for name in _DAYS}
    return {**typed, **days, "purpose": chosen, "statement": text(form, "statement")}


def _form(
    request: Request,
    viewer: Actor,
    *,
    typed: Mapping[str, Any],
    problems: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    with reading() as conn:
        choices = choices_for(conn, actor=viewer)
    values = {
        "typed": typed,
        "problems": problems,
        "wrong": {field: sentence for field, sentence in reversed(problems) if field},
        "choices": choices,
        "kinds": [(words := one.replace("_", " "), words) for one in choices.work_types],
        "tenures": [(one.value, _TENURES[one]) for one in Tenure],
        "complexities": [(one.value, capital(one)) for one in Complexity],
        "purposes": [(letter, f"({letter}) {words}") for letter, words in PURPOSES.items()],
        "parties": [("", "As the lot’s terms say, or else the client"), *_PARTIES],
        "yes_no": [("yes", "Yes"), ("no", "No")],
    }
    return page(request, "cases/pages/new.html", values, viewer=viewer, status=status)
