"""What is held on one client, put together to be given to them (UK GDPR, article 15).

Of others it gives no address: an officer is named, or called by their role; the addresses and
numbers of everybody else are left out. Documents leave as they are, so somebody has to read them
first. That it was given out, by whom and why, is on record in each case.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from adapters import files
from adapters.settings import settings
from models.asked import rows
from models.audit import AUTOMATIC
from models.base import AnyRow, rows_by
from models.case_queries import orders_on, works_lines
from models.consent_queries import joint_owners
from models.findings import snags_on
from models.people import staff
from models.tables.cases import Case
from models.tables.files import ReceivedDocument
from models.tables.works import Approval
from rules.decisions.particulars import check_reason
from rules.errors import HandrailError, InvalidDecisionError, UnknownReferenceError
from rules.identifiers import folded
from rules.people import Actor, check_may_erase
from services.aftercare.given_out import told_after
from services.cases.contacts import contact_history, contacts_on
from services.cases.looked import looks_at
from services.cases.notes import notes_on
from services.cases.take import take
from services.cases.visible import visible_case
from services.completion.views import views_on
from services.consents.answers import answers_on
from services.consents.landlord import questions_of
from services.decisions.history import case_history
from services.documents.filed import DOCUMENTS, documents_on
from services.documents.sent import message, messages_on
from services.grants.means import ASSESSED
from services.links.questions import questions_on

GIVEN: Final = "personal data: given out"
"""The action in a case's chain that stands for it."""

_WHAT: Final = "what is held on somebody"
_EMAIL: Final = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9-]")
_LEFT_OUT: Final = "[an address of somebody else]"
_OTHERS: Final = "left out: it is somebody else’s"
_FOUND: Final = select(*Case.__table__.c).order_by(Case.reference)
_BY_NAME: Final = _FOUND.where(
    func.lower(Case.client_name) == bindparam("name"), Case.date_of_birth == bindparam("born")
)
_BY_EMAIL: Final = _FOUND.where(Case.email != "", func.lower(Case.email) == bindparam("email"))
_GRANTS: Final = rows_by(Approval, "case_id").order_by(Approval.id)
_RECEIVED: Final = rows_by(ReceivedDocument, "case_id").order_by(ReceivedDocument.number)
_OURS: Final = frozenset({"id", "revision", "audit_sequence", "audit_hash"})


@dataclass(frozen=True, slots=True)
class GivenOut:
    """What is held on somebody.

    Args:
        held: By section, as plain values; nothing of others' cases.
        files: Name to bytes: documents sent and received.
        missing: Documents whose bytes could not be read, each in a sentence.
    """

    held: dict[str, Any]
    files: dict[str, bytes]
    missing: tuple[str, ...]


def cases_of(
    conn: Connection,
    *,
    viewer: Actor,
    reference: str = "",
    name: str = "",
    born: date | None = None,
    email: str = "",
) -> list[AnyRow]:
    """Return a client's cases, by a case's reference, by name and date of birth, or by e-mail.

    Raises:
        HandrailError: Their role may not ask, too little was given, or nobody is found.
    """
    mine = min(viewer.authorities, default="")
    check_may_erase(actor=viewer, what=_WHAT, authority=mine)
    found: list[AnyRow] = []
    if reference:
        found.append(visible_case(conn, reference=reference, viewer=viewer))
    if name and born:
        found += conn.execute(_BY_NAME, {"name": name.lower(), "born": born})
    if email:
        found += conn.execute(_BY_EMAIL, {"email": email.strip().lower()})
    if not (reference or email or (name and born)):
        raise InvalidDecisionError(
            "Say whose: a case’s reference, a name with the date of birth, or an e-mail address.",
            why="A name alone may be that of several people.",
        )
    theirs = {row.id: row for row in found if _theirs(viewer, row)}
    if not theirs:
        raise UnknownReferenceError(
            "Nobody is found by that among the cases you may see.",
            next_step="Try the case’s reference.",
        )
    return sorted(theirs.values(), key=lambda row: str(row.reference))


def _theirs(viewer: Actor, row: AnyRow) -> bool:
    return not viewer.authorities or row.authority in viewer.authorities


def give_out(
    conn: Connection,
    *,
    references: Sequence[str],
    by: Actor,
    reason: str,
    roles: bool,
    now: datetime,
) -> GivenOut:
    """Return what is held on the client of some cases, and put on record that it was given out.

    Args:
        references: Cases of one client.
        roles: Whether officers are called by their role and not by their name.

    Raises:
        HandrailError: The person, the cases or the reason does not allow it.
    """
    cases = [visible_case(conn, reference=one, viewer=by) for one in dict.fromkeys(references)]
    for case in cases:
        check_may_erase(actor=by, what=_WHAT, authority=case.authority)
    check_reason(reason, what="Giving out what is held on somebody")
    _check_one_person(cases)
    files_: dict[str, bytes] = {}
    missing: list[str] = []
    told = [_case(conn, case, by, files_, missing) for case in cases]
    for case in cases:
        taken = take(conn, reference=case.reference, now=now)
        detail = {"officers": "roles" if roles else "names", "cases": len(cases)}
        taken.note(actor=by.identity, action=GIVEN, reason=reason, detail=detail)
        taken.put_back()
    hide = _Hiding(conn, {case.email.lower() for case in cases if case.email}, roles=roles)
    held = hide.in_all({"made_at": now, "reason": reason, "cases": told})
    return GivenOut(held, files_, tuple(missing))


def _check_one_person(cases: Sequence[AnyRow]) -> None:
    if not cases:
        raise InvalidDecisionError("Say which cases.")
    first = cases[0]
    for case in cases[1:]:
        if folded(case.client_name) != folded(first.client_name):
            raise InvalidDecisionError(
                f"{first.reference} and {case.reference} have different clients.",
                why="What is held on one person is given to that person alone.",
                next_step="Give out what is held on each by itself.",
            )


def _case(
    conn: Connection, case: AnyRow, by: Actor, files_: dict[str, bytes], missing: list[str]
) -> dict[str, Any]:
    """Return one case in sections, and put its documents among the files."""
    notes = [asdict(note) for note in notes_on(conn, case_id=case.id)]
    looks = looks_at(conn, reference=case.reference)
    grants = rows(conn, _GRANTS, case_id=case.id)
    return {
        "reference": case.reference,
        "particulars": _plain(case),
        "contacts": _contacts(conn, case),
        "notes": notes,
        "contractors_questions": [
            asdict(one) | {"answered_by": _who(one.answered_by or "")}
            for one in questions_on(conn, case_id=case.id)
        ],
        "snags": [
            {"line": one.line, "found_on": one.found_on, "state": one.state.words}
            | {"said": [{"at": said.at, "words": said.words} for said in one.entries]}
            for order in orders_on(conn, case_id=case.id)
            for one in snags_on(conn, order_id=order.id)
        ],
        "landlords_answers": [
            _plain(row) | {"answered_by": _OTHERS} for row in answers_on(conn, case_id=case.id)
        ],
        "joint_owners": [
            _plain(row) | {"name": _OTHERS} for row in joint_owners(conn, case_id=case.id)
        ],
        "landlords_questions": [_plain(row) for row in questions_of(conn, case_id=case.id)],
        **told_after(conn, case_id=case.id),
        "what_the_client_said_of_the_works": [
            asdict(one) | {"answered_by": _who(one.answered_by or "")}
            for one in views_on(conn, case_id=case.id)
        ],
        "works": [_plain(line) for line in works_lines(conn, case_id=case.id)],
        "grant": [_plain(row) for row in grants],
        "means_tests": [_plain(row) for row in rows(conn, ASSESSED, case_id=case.id)],
        "what_was_decided_and_done": [
            {"at": row["at"], "what": row["said"], "by": _who(row["actor"]), "why": row["reason"]}
            for row in case_history(conn, reference=case.reference)
        ],
        "messages": [_message(conn, one.id, by) for one in messages_on(conn, case_id=case.id)],
        "documents_sent": _sent(conn, case, files_, missing),
        "documents_received": _received(conn, case, files_, missing),
        "who_looked": [{"day": one.day, "who": one.officer} for one in looks],
    }


def _plain(row: AnyRow) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in _OURS}


def _who(actor: str) -> str:
    return "Handrail" if actor == AUTOMATIC else actor


def _contacts(conn: Connection, case: AnyRow) -> dict[str, Any]:
    held = contacts_on(conn, case=case)
    others = {
        whose: {"relation": held[whose]["relation"], "details": _OTHERS}
        for whose in ("alternative", "landlord")
        if any(held[whose].values())
    }
    changes = []
    for one in contact_history(conn, case_id=case.id):
        values = {} if one.whose == "client" else {"before": _OTHERS, "after": _OTHERS}
        changes.append(asdict(one) | values)
    return {"client": held["client"], **others, "changes": changes}


def _message(conn: Connection, number: int, by: Actor) -> dict[str, Any]:
    whole = message(conn, message_id=number, viewer=by)
    said = asdict(whole.sent)
    return {
        **{name: said[name] for name in ("what", "to", "post_to", "state", "why", "at")},
        "subject": whole.subject,
        "words": whole.body,
    }


def _sent(
    conn: Connection, case: AnyRow, files_: dict[str, bytes], missing: list[str]
) -> list[dict[str, Any]]:
    held = {row.id: row for row in rows(conn, DOCUMENTS, case_id=case.id)}
    told = []
    for one in documents_on(conn, case_id=case.id, reference=case.reference):
        row = held[one.id]
        ending = "pdf" if one.has_pdf else "html"
        name = f"{_folder(case)}/sent/{_UNSAFE.sub('_', one.name)}-{one.id}.{ending}"
        _file(name, row.path, row.sha256, files_, missing)
        said = {"title": one.title, "version": one.version, "made_at": one.created_at}
        told.append({**said, "file": name if name in files_ else "", "sha256": row.sha256})
    return told


def _received(
    conn: Connection, case: AnyRow, files_: dict[str, bytes], missing: list[str]
) -> list[dict[str, Any]]:
    told = []
    for row in rows(conn, _RECEIVED, case_id=case.id):
        ending = row.path.rpartition(".")[2] or "gone"
        name = f"{_folder(case)}/received/{row.number}-{row.kind}.{ending}"
        _file(name, row.path, row.sha256, files_, missing)
        said = {
            name: getattr(row, name)
            for name in ("number", "kind", "name", "received_by", "received_at", "withdrawn")
        }
        told.append({**said, "file": name if name in files_ else "", "sha256": row.sha256})
    return told


def _folder(case: AnyRow) -> str:
    return _UNSAFE.sub("_", case.reference)


def _file(name: str, path: str, sha256: str, files_: dict[str, bytes], missing: list[str]) -> None:
    if not path:
        missing.append(f"{name} was erased under the retention decision.")
        return
    try:
        files_[name] = files.read(folder=settings().documents_folder, path=path, sha256=sha256)
    except HandrailError as error:
        missing.append(f"{name}: {error.what}")


class _Hiding:
    """Leaves out the addresses of everybody but the client; officers are named, or their role is.

    Args:
        client: The client's own addresses, in small letters.
        roles: Whether officers are called by their role.
    """

    def __init__(self, conn: Connection, client: set[str], *, roles: bool) -> None:
        people = staff(conn).values()
        self._client = client
        self._called = {
            one.identity.lower(): one.role.replace("_", " ") if roles else one.name
            for one in people
        }
        self._names = (
            {one.name: one.role.replace("_", " ") for one in people if one.name} if roles else {}
        )

    def in_all(self, held: Any) -> Any:
        """Return plain values with it done in each text."""
        if isinstance(held, dict):
            return {str(name): self.in_all(one) for name, one in held.items()}
        if isinstance(held, list | tuple):
            return [self.in_all(one) for one in held]
        return self._in_text(held) if isinstance(held, str) else held

    def _in_text(self, text: str) -> str:
        text = _EMAIL.sub(self._address, text)
        for name, role in self._names.items():
            text = text.replace(name, f"the {role}")
        return text

    def _address(self, found: re.Match[str]) -> str:
        address = found.group()
        if address.lower() in self._client:
            return address
        return self._called.get(address.lower(), _LEFT_OUT)
