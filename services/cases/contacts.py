"""Contact details that change: the client's, an alternative's, the landlord's, with their history.

The values are kept in their own rows, which can be erased; the record's chain says which changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert

from models.asked import rows
from models.base import AnyRow, rows_by
from models.contacts import contacts_of
from models.people import name_of
from models.tables.files import ContactChange
from rules.cases import Reached
from rules.decisions import BaseDecision, Facts, decided, particular
from rules.decisions.particulars import unwritable
from rules.errors import InvalidDecisionError
from rules.imports.cells import CellError
from rules.imports.columns import FEWEST_DIGITS
from rules.imports.words import email as email_of
from rules.people import MAY_KEEP_FILE
from rules.sentences import spoken
from services.cases.effect import Context, Effect, applies

FIELDS: Final = ("name", "relation", "phone", "email", "address")
LONGEST: Final = 500
_KEEP: Final = insert(ContactChange)
HISTORY: Final = rows_by(ContactChange, "case_id").order_by(ContactChange.id)
_ON_CASE: Final = {
    "name": "client_name",
    "phone": "phone",
    "email": "email",
    "address": "correspondence_address",
}
"""Where the case itself holds the client's."""


@decided(
    "change-contact",
    at=None,
    by=MAY_KEEP_FILE,
    any_time=True,
    of_file=True,
    sealed=frozenset(FIELDS),
)
class ChangeContact(BaseDecision):
    """How the client, somebody else to reach, or the landlord is reached has changed.

    Letters, offers and orders use it from then on; what has left stays as it was.
    """

    whose: Reached = particular(
        "The client's, an alternative contact's, or the landlord's.", "--of", label="Whose details"
    )
    name: str | None = particular("The client's name, or whom to ask for.", default=None)
    relation: str | None = particular(
        "What an alternative contact is to the client, such as daughter.", default=None
    )
    phone: str | None = particular("Telephone number.", default=None, label="Telephone")
    email: str | None = particular("E-mail address.", default=None, label="E-mail")
    address: str | None = particular(
        "Where letters go, if not to the home.", default=None, label="Correspondence address"
    )
    clears: tuple[str, ...] = particular(
        f"What holds no longer: {', '.join(FIELDS[1:])}.",
        "--clear",
        default=(),
        choices={name: name for name in FIELDS},
        label="What holds no longer",
    )

    @property
    def new(self) -> dict[str, str]:
        """What is given, field by field; what holds no longer is empty."""
        given = {name: getattr(self, name) for name in FIELDS}
        said = {name: " ".join(value.split()) for name, value in given.items() if value is not None}
        if self.address is not None:
            said["address"] = self.address.strip()
        return said | dict.fromkeys(self.clears, "")

    def problems(self) -> tuple[str, ...]:
        """Return what cannot be reached so, all of it."""
        found = list(unwritable("".join(self.new.values())))
        if not self.new:
            found.append("Say what has changed.")
        if both := [name for name in self.clears if getattr(self, name) is not None]:
            found.append(f"{spoken(both).capitalize()}: give a new one or clear it, not both.")
        if self.whose is Reached.CLIENT and self.new.get("name") == "":
            found.append("The client has a name.")
        if self.whose is Reached.CLIENT and "relation" in self.new:
            found.append("A relation is that of somebody else to the client.")
        if any(len(value) > LONGEST for value in self.new.values()):
            found.append(f"Each has at most {LONGEST} characters.")
        return (*found, *_unreachable(self.new))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say whose details changed and which; the values are on the file."""
        which = spoken(facts["changed"] or []) or "details"
        whose = {"alternative": "alternative contact"}.get(facts["whose"], facts["whose"])
        return f"How the {whose} is reached has changed: {which}."


def _unreachable(new: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    if new.get("phone") and sum(map(str.isdigit, new["phone"])) < FEWEST_DIGITS:
        found.append(f"“{new['phone'][:60]}” is no telephone number.")
    try:
        if new.get("email"):
            email_of(new["email"])
    except CellError as error:
        found.append(f"“{new['email'][:60]}”: {error.wrong}.")
    return tuple(found)


@applies(ChangeContact)
def change_contact(context: Context, decision: ChangeContact) -> Effect:
    """Keep each detail that differs, as it was and as it is."""
    case, whose = context.case, decision.whose.value
    held = _held(context, whose)
    changed = [name for name in FIELDS if name in decision.new and decision.new[name] != held[name]]
    if not changed:
        raise InvalidDecisionError(
            f"{case.reference} has that of the {whose} already.", next_step="Nothing was changed."
        )
    if whose == Reached.CLIENT:
        case.set(**{_ON_CASE[name]: decision.new[name] for name in changed})
    note_changes(
        context.conn,
        [
            {
                "case_id": case.id,
                "whose": whose,
                "field": name,
                "before": held[name],
                "after": decision.new[name],
                "changed_by": context.actor.identity,
                "changed_at": context.now,
                "reason": context.reason,
            }
            for name in changed
        ],
    )
    return Effect(to=None, facts={"changed": changed})


def _held(context: Context, whose: str) -> dict[str, str]:
    if whose == Reached.CLIENT:
        return _of_client(context.case.row)
    return dict.fromkeys(FIELDS, "") | contacts_of(context.conn, case_id=context.case.id).get(
        whose, {}
    )


def _of_client(case: AnyRow) -> dict[str, str]:
    return {"relation": ""} | {name: getattr(case, at) or "" for name, at in _ON_CASE.items()}


def reached_now(conn: Connection, case: AnyRow) -> list[tuple[str, str]]:
    """Return how everybody on a case is reached, as whose and the details in words."""
    held = {Reached.CLIENT.value: _of_client(case)} | contacts_of(conn, case_id=case.id)
    said = {who: ", ".join(filter(None, map(one.get, FIELDS))) for who, one in held.items()}
    return [(f"{who.capitalize()} is reached by", words) for who, words in said.items() if words]


def note_changes(conn: Connection, changes: Iterable[Mapping[str, Any]]) -> None:
    """Keep contact details as they were and as they are, one row each."""
    if rows := list(changes):
        conn.execute(_KEEP, rows)


def imported_changes(
    *, case_id: int, before: Mapping[str, Any], after: Mapping[str, Any], **said: Any
) -> list[dict[str, Any]]:
    """Return the changes of a client's details that a file of cases brings, for ``note_changes``.

    Args:
        before: Columns of the case that differ, as they were.
        after: The same as they are.
        said: Who, when and why.
    """
    return [
        {
            "case_id": case_id,
            "whose": "client",
            "field": name,
            "before": before[at] or "",
            "after": after[at] or "",
            **said,
        }
        for name, at in _ON_CASE.items()
        if at in before and before[at] != after.get(at, before[at])
    ]


# ---- read


@dataclass(frozen=True, slots=True)
class Changed:
    """One contact detail as it changed: whose, what, from what to what, who, when and why."""

    whose: str
    field: str
    before: str
    after: str
    changed_by: str
    changed_by_name: str
    changed_at: datetime
    reason: str


def contacts_on(conn: Connection, *, case: AnyRow) -> dict[str, dict[str, str]]:
    """Return how the client, an alternative contact and the landlord are reached now.

    Returns:
        ``client``, ``alternative`` and ``landlord``; each with every one of ``FIELDS``.
    """
    held = contacts_of(conn, case_id=case.id)
    others = {
        whose: dict.fromkeys(FIELDS, "") | held.get(whose, {})
        for whose in ("alternative", "landlord")
    }
    return {"client": _of_client(case)} | others


def contact_history(conn: Connection, *, case_id: int) -> list[Changed]:
    """Return every change of a case's contact details, oldest first."""
    return [
        Changed(
            *(row.whose, row.field, row.before, row.after, row.changed_by),
            name_of(conn, row.changed_by),
            row.changed_at,
            row.reason,
        )
        for row in rows(conn, HISTORY, case_id=case_id)
    ]
