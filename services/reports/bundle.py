"""All that is on record of one case in one PDF, for an ombudsman or whoever looks from outside.

What was decided with its reason, PLAN and law, the arithmetic, whose each day was, messages as
sent, the documents themselves with their hashes, and whether anything of the record was changed.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import pikepdf
from sqlalchemy import Connection, select

from adapters import files
from adapters.documents import render_html, render_pdf
from adapters.settings import settings
from models.asked import rows
from models.audit import broken_links
from models.base import AnyRow
from models.case_queries import approval_of, newest_price, price_lines
from models.contacts import authority_of, works_title
from models.tables.cases import Case
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.errors import HandrailError, StorageError
from rules.money import pounds
from rules.pathway import PATHWAY, StepName
from rules.people import Actor
from rules.reports.bundle import Annex, BundlePaper, Entry, Line, Told
from rules.reports.work import SEE_BOARD, check_may_see
from services.cases.visible import visible_case
from services.decisions.history import case_history
from services.documents.filed import DOCUMENTS, documents_on
from services.documents.sent import message, messages_on
from services.reports.waits import wait_of

_PLAN: Final = ("proportionate", "legal", "auditable", "necessary")
_FACTS: Final = (
    *("status", "contact_on", "recommended_on", "applied_on", "work_type", "tenure", "tenancy"),
    *("urgent", "complexity", "date_of_birth", "officer", "assessor", "contracting_party"),
    *("contribution_pence", "ended_stage", "ended_reason"),
)


def case_bundle(conn: Connection, *, reference: str, by: Actor, now: datetime) -> bytes:
    """Return the PDF.

    Raises:
        NotPermittedError: It is not for their role.
        UnknownReferenceError: There is no such case, or it is not theirs to see.
        StorageError: Pango is not installed on this machine.
    """
    check_may_see(actor=by, roles=SEE_BOARD, what="the whole record of a case")
    case = visible_case(conn, reference=reference, viewer=by)
    paper = bundle_paper(conn, case=case, by=by, now=now)
    appended = list(_appended(conn, case))
    first = _pages(paper) + 1
    annexes = []
    for annex, found in zip(paper.annexes, appended, strict=True):
        annexes.append(replace(annex, page=first if found else None))
        first += len(found.pages) if found else 0
    whole = pikepdf.open(io.BytesIO(_drawn(replace(paper, annexes=tuple(annexes)))))
    _append(whole, zip(annexes, appended, strict=True))
    made = io.BytesIO()
    whole.save(made)
    return made.getvalue()


def _append(whole: pikepdf.Pdf, found: Iterator[tuple[Annex, pikepdf.Pdf | None]]) -> None:
    """Put the documents behind the record, each with a bookmark of its own."""
    with whole.open_outline() as outline:
        for annex, document in found:
            if document is not None:
                at = len(whole.pages)
                whole.pages.extend(document.pages)
                outline.root.append(pikepdf.OutlineItem(annex.title, at))


def _pages(paper: BundlePaper) -> int:
    """Return how many pages the record itself has."""
    guessed = tuple(replace(one, page=1) for one in paper.annexes)  # as many lines in the index
    return len(pikepdf.open(io.BytesIO(_drawn(replace(paper, annexes=guessed)))).pages)


def _drawn(paper: BundlePaper) -> bytes:
    made = render_pdf(render_html(template="bundle.html", paper=paper))
    if made is None:
        raise StorageError(
            "A PDF cannot be made here.",
            why="Pango is not installed.",
            next_step="Install it, as the operator’s how-to says, and ask again.",
        )
    return made


def _appended(conn: Connection, case: AnyRow) -> Iterator[pikepdf.Pdf | None]:
    """Yield each document's PDF; None where it was erased, is HTML only, or cannot be read."""
    for row in rows(conn, DOCUMENTS, case_id=case.id):
        if not row.path.endswith(".pdf"):
            yield None
            continue
        try:
            data = files.read(folder=settings().documents_folder, path=row.path, sha256=row.sha256)
            yield pikepdf.open(io.BytesIO(data))
        except (HandrailError, pikepdf.PdfError):
            yield None


def bundle_paper(conn: Connection, *, case: AnyRow, by: Actor, now: datetime) -> BundlePaper:
    """Return what is printed of a case, its documents without their pages."""
    history = case_history(conn, reference=case.reference)
    approval = approval_of(conn, case_id=case.id)
    filed = documents_on(conn, case_id=case.id, reference=case.reference)
    hashes = {row.id: row.sha256 for row in rows(conn, DOCUMENTS, case_id=case.id)}
    wait = wait_of(conn, reference=case.reference, today=london_date(now))
    chain = select(Case.id).where(Case.id == case.id)
    return BundlePaper(
        case_reference=case.reference,
        authority_name=authority_of(conn, case=case).name,
        client_name=case.client_name,
        site_address=case.address,
        works_title=works_title(case),
        made_at=now,
        made_by=by.identity,
        facts=tuple(_facts(case)),
        entries=tuple(_entry(row) for row in history),
        reckoned=tuple(_reckoned(approval.waterfall if approval else [])),
        lines=tuple(_lines(conn, case)),
        waits=tuple((one.first, one.last, one.party.value, one.what) for one in wait.stretches),
        messages=tuple(_told(conn, case, by)),
        annexes=tuple(
            Annex(one.title, london_date(one.created_at), hashes[one.id], None) for one in filed
        ),
        broken=tuple(broken_links(conn, of_cases=chain)),
        end=history[-1]["hash"] if history else "",
    )


def _facts(case: AnyRow) -> Iterator[tuple[str, str]]:
    for name in _FACTS:
        value = getattr(case, name)
        shown = pounds(value) if name.endswith("_pence") else _plain(value)
        yield _called(name), shown


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "isoformat"):
        return in_words(value)
    return str(value).replace("_", " ")


def _called(name: str) -> str:
    plain = name.removesuffix("_pence").removesuffix("_on").replace("_", " ")
    return plain.capitalize()


def _entry(row: Mapping[str, Any]) -> Entry:
    step, _, _ = row["action"].partition(": ")
    law = ", ".join(PATHWAY[StepName(step)].sections) if step in set(StepName) else ""
    detail = row["detail"]
    plan = detail.get("plan")
    plan = plan if isinstance(plan, Mapping) else {}  # 0.13.0 noted a plan of delivery there too
    role = f", {detail['role'].replace('_', ' ')}" if detail.get("role") else ""
    facts = detail.get("facts", detail)
    return Entry(
        at=row["at"],
        by=f"{row['actor']}{role}",
        what=row["said"],
        why=row["reason"],
        law=law,
        plan=tuple((one.capitalize(), plan[one]) for one in _PLAN if one in plan),
        facts=tuple((_called(name), _fact(name, value)) for name, value in facts.items()),
        mark=row["hash"],
    )


def _fact(name: str, value: Any) -> str:
    if isinstance(value, str):
        with suppress(ValueError):
            return in_words(date.fromisoformat(value))
    if name.endswith("_pence") and isinstance(value, int):
        return pounds(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return _plain(value)


def _reckoned(waterfall: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for line in waterfall:
        total = line["kind"] == "total"
        basis = f" ({line['basis']})" if line["basis"] else ""
        sum_ = line["running_pence"] if total else line["amount_pence"]
        yield f"{line['label']}{basis}", pounds(sum_)


def _lines(conn: Connection, case: AnyRow) -> Iterator[Line]:
    price = newest_price(conn, case_id=case.id)
    for line in price_lines(conn, price_id=price.id) if price else ():
        yield Line(line.line, line.description, line.calculation, line.net_pence, line.vat_pence)


def _told(conn: Connection, case: AnyRow, by: Actor) -> Iterator[Told]:
    for sent in messages_on(conn, case_id=case.id):
        try:
            whole = message(conn, message_id=sent.id, viewer=by)
            subject, body = whole.subject, whole.body
        except HandrailError as error:
            subject, body = sent.what, error.text()
        to = sent.post_to.replace("\n", ", ") or sent.to
        yield Told(sent.at, sent.what, to, sent.state, subject, body)
