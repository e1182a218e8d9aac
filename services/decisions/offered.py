"""What the form of a decision offers to choose from, of what is on the case.

A declaration names one of these by ``offers=``. What is typed is the code or number; beside it
stands what a person knows it by.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, select

from adapters.wording import unit_words
from models.base import AnyRow
from models.case_queries import (
    inspected,
    lines_to_do,
    live_order,
    orders_on,
    price_lines,
    works_lines,
)
from models.consent_queries import certificates_of, certificates_wanted, joint_owners
from models.findings import snags_on
from models.order_versions import open_variation, variation_lines
from models.people import staff
from models.replaced import left_on, replaced_orders
from models.site_queries import appointments_on
from models.tables.clocks import Clock
from models.tables.schedules import Package
from rules.appointments import Purpose, when_words
from rules.cases import SURVEY_QUESTIONS
from rules.clocks.clock_names import CLOCKS
from rules.clocks.dates import london_date
from rules.clocks.pause_words import paused_words
from rules.consents.tenure import certificate_name
from rules.decisions import BaseDecision
from rules.decisions.fields import fields_of
from rules.documents.items import item_of, item_words
from rules.money import pounds
from rules.numbers import written
from rules.officers import serves_on
from rules.people import Role, may_see
from rules.snags import WITH_CONTRACTOR, Snag, open_snags
from services.aftercare.offered import AFTER_SIGN_OFF
from services.cases.notes import notes_on
from services.clocks.pauses import pauses_on
from services.competitions.competitions import answers, competition_of, invited
from services.decisions.offered_documents import Choice, documents_received, handed_in
from services.grants.fundings import waiver_rules
from services.grants.means import terms_of
from services.grants.offered import OF_GRANTS
from services.links.questions import questions_on
from services.orders.claimed_lines import line_said
from services.orders.hazards import hazards_offered
from services.rates.items import in_force
from services.tenders.award_facts import contractor_names

_PACKAGES: Final = (
    select(Package.code, Package.title)
    .where(Package.work_type == bindparam("work_type"))
    .order_by(Package.code)
)
_TARGETED: Final = (
    select(Clock.name)
    .where(
        Clock.case_id == bindparam("case_id"),
        Clock.stopped_on.is_(None),
        Clock.target_days.is_not(None),
    )
    .distinct()
    .order_by(Clock.name)
)


def offered(
    conn: Connection, *, case: AnyRow, kind: type[BaseDecision], today: date
) -> dict[str, tuple[Choice, ...]]:
    """Return what is offered for each field of a kind of decision that offers something."""
    names = {field.offers for field in fields_of(kind) if field.offers}
    return {name: tuple(OFFERS[name](conn, case, today)) for name in sorted(names)}


def _lines(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
    return _works(conn, lines_to_do(conn, case_id=case.id), today)


def _lines_and_all(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
    return [("0", "The works as a whole"), *_lines(conn, case, today)]


def _bespoke(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
    rows = [row for row in works_lines(conn, case_id=case.id) if row.code is None]
    return _works(conn, rows, today)


def _works(conn: Connection, rows: Iterable[AnyRow], today: date) -> list[Choice]:
    held = list(rows)
    left = (left_on(conn, case_id=held[0].case_id) if held else None) or {}
    items = in_force(conn, codes={row.code for row in held if row.code}, on=today).items
    shown = []
    for row in held:
        item = items.get(row.code)
        what = row.description or (item.short_description if item else row.code or "")
        unit = row.unit or (item.unit if item else "")
        quantity = left.get(row.line, row.quantity)
        much = f"{written(quantity)} {unit_words(unit)}".strip()
        where = f", {row.location}" if row.location else ""
        shown.append((str(row.line), f"Line {row.line}: {what} ({much}{where})"))
    return shown


def _ordered(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    order = live_order(conn, case_id=case.id)
    lines = price_lines(conn, price_id=order.price_id) if order is not None else []
    named = [(item_of(line=line.line, covers=line.covers), line.description) for line in lines]
    return [(str(item), f"{item_words(item)}: {what}") for item, what in named]


def _claimed(which: Callable[[AnyRow], bool]) -> Callable[[Connection, AnyRow, date], list[Choice]]:
    """Return what offers the lines of the variation that is open, of some kind."""

    def lines(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
        order = live_order(conn, case_id=case.id)
        found = open_variation(conn, order_id=order.id) if order is not None else None
        if order is None or found is None:
            return []
        said = filter(which, variation_lines(conn, order_id=order.id)[found.id])
        return [(str(row.line), _capital(line_said(row._asdict()))) for row in said]

    return lines


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _quoted_lines(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
    order = live_order(conn, case_id=case.id)
    lines = price_lines(conn, price_id=order.price_id) if order is not None else []
    quoted = {row.line for row in lines if row.rate_source.startswith("quote")}
    return [one for one in _lines(conn, case, today) if int(one[0]) in quoted]


def _orders(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    held = orders_on(conn, case_id=case.id)
    names = contractor_names(conn, codes={row.contractor for row in held}) if held else {}
    return [(row.number, f"{row.number}, {names[row.contractor]}") for row in held]


def _replaced_orders(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    held = [row for row in replaced_orders(conn, case_id=case.id) if row.total_pence]
    names = contractor_names(conn, codes={row.contractor for row in held}) if held else {}
    return [
        (row.number, f"{row.number}, {names[row.contractor]}: {pounds(row.total_pence)} with VAT")
        for row in held
    ]


def _ordered_lines(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
    return [one for one in _ordered(conn, case, today) if one[0].isdigit()]


def _ordered_items(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
    return [one for one in _ordered(conn, case, today) if not one[0].isdigit()]


def _invited(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    competition = competition_of(conn, case_id=case.id)
    return _firms(conn, invited(competition) if competition else [])


def _quoted(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    competition = competition_of(conn, case_id=case.id)
    said = answers(conn, award_id=competition.award_id) if competition else []
    return _firms(conn, [row.contractor for row in said if row.status in {"sealed", "opened"}])


def _firms(conn: Connection, codes: Iterable[str]) -> list[Choice]:
    held = sorted(set(codes))
    names = contractor_names(conn, codes=set(held)) if held else {}
    return [(code, f"{names.get(code, code)} ({code})") for code in held]


def _criteria(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    competition = competition_of(conn, case_id=case.id)
    weights = competition.quality_weights if competition else {}
    return [(name, f"{_said(name)}, weight {weights[name]}") for name in sorted(weights)]


def _packages(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    found = conn.execute(_PACKAGES, {"work_type": case.work_type})
    return [(row.code, f"{row.title} ({row.code})") for row in found]


def _grant_certificates(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    held = certificates_of(conn, case_id=case.id)
    names = {
        certificate_name(o.kind, o.number): o.name for o in joint_owners(conn, case_id=case.id)
    }
    wanted = (name for name in certificates_wanted(conn, case=case) if name not in held)
    return [(name, f"{names[name]}’s" if name in names else f"The {name}’s") for name in wanted]


def _joint_owners(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    found = joint_owners(conn, case_id=case.id)
    return [(certificate_name(o.kind, o.number), o.name) for o in found]


def _certificates_wanted(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    order = live_order(conn, case_id=case.id)
    known = inspected(conn, order=order) if order is not None else None
    return _named(known.certificates_missing if known else ())


def _certificates_held(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    order = live_order(conn, case_id=case.id)
    known = inspected(conn, order=order) if order is not None else None
    return _named(sorted(known.certificates_held) if known else ())


def _snags(which: Callable[[Snag], bool]) -> Callable[[Connection, AnyRow, date], list[Choice]]:
    """Return what offers the open snags of the order, of some kind."""

    def snags(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
        order = live_order(conn, case_id=case.id)
        held = open_snags(snags_on(conn, order_id=order.id)) if order is not None else ()
        return [
            (str(one.number), f"Snag {one.number}, line {one.line}: {one.words}")
            for one in held
            if which(one)
        ]

    return snags


def _pauses(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    return [
        (str(one.number), f"Pause {one.number}: {one.cause.words}, {paused_words(one.time)}")
        for one in pauses_on(conn, case_id=case.id)
        if not one.withdrawn
    ]


def _appointments(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
    return [
        (
            str(row.number),
            f"{Purpose(row.purpose).words.capitalize()}, {when_words(row.starts_at, row.ends_at)}",
        )
        for row in appointments_on(conn, case_id=case.id)
        if row.status == "booked" and london_date(row.ends_at) >= today
    ]


def _clocks(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    names = conn.execute(_TARGETED, {"case_id": case.id}).scalars()
    return [(name, CLOCKS[name].title) for name in names if name in CLOCKS]


def _waiver_rules(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    rules = waiver_rules(conn, authority=case.authority)
    return [(rule, f"{terms.title} ({rule})") for rule, terms in rules.items()]


def _passporting(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
    terms = terms_of(conn, authority=case.authority, on=case.applied_on or today)
    return [(name, name) for name in terms.passporting]


def _questions(_: Connection, __: AnyRow, ___: date) -> list[Choice]:
    return _named(SURVEY_QUESTIONS)


def _named(names: Iterable[str]) -> list[Choice]:
    return [(name, _said(name)) for name in names]


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _notes(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    held = [note for note in notes_on(conn, case_id=case.id) if not note.withdrawn]
    return [(str(note.number), f"{note.kind.capitalize()}: {note.words[:80]}") for note in held]


def _open_questions(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    held = questions_on(conn, case_id=case.id)
    return [(str(one.number), one.question) for one in held if one.answered_at is None]


def _people(role: Role) -> Callable[[Connection, AnyRow, date], list[Choice]]:
    def serving(conn: Connection, case: AnyRow, today: date) -> list[Choice]:
        return [
            (one.identity, one.name)
            for one in staff(conn).values()
            if one.role is role and serves_on(one, today) and may_see(one, authority=case.authority)
        ]

    return serving


OFFERS: Final[Mapping[str, Callable[[Connection, AnyRow, date], list[Choice]]]] = {
    "lines": _lines,
    "lines_and_all": _lines_and_all,
    "bespoke_lines": _bespoke,
    "ordered": _ordered,
    **OF_GRANTS,
    "orders": _orders,
    "replaced_orders": _replaced_orders,
    "ordered_lines": _ordered_lines,
    "claimed_lines": _claimed(lambda _: True),
    "claimed_quoted": _claimed(lambda row: row.claimed_sum_pence is not None),
    "claimed_bespoke": _claimed(lambda row: row.change == "bespoke"),
    "claimed_added": _claimed(lambda row: row.change in {"add", "bespoke"}),
    "quoted_lines": _quoted_lines,
    "ordered_items": _ordered_items,
    "invited": _invited,
    "quoted": _quoted,
    "criteria": _criteria,
    "packages": _packages,
    "grant_certificates": _grant_certificates,
    "certificates_wanted": _certificates_wanted,
    "joint_owners": _joint_owners,
    "handed_in": handed_in,
    "certificates_held": _certificates_held,
    "snags_to_answer": _snags(lambda one: one.state in WITH_CONTRACTOR),
    "snags_open": _snags(lambda _: True),
    "pauses": _pauses,
    "appointments": _appointments,
    "clocks": _clocks,
    "waiver_rules": _waiver_rules,
    "passporting": _passporting,
    "questions": _questions,
    "ordered_works": lambda conn, case, today: _works(
        conn, works_lines(conn, case_id=case.id), today
    ),
    **AFTER_SIGN_OFF,
    "hazards": hazards_offered,
    "notes": _notes,
    "documents_received": documents_received,
    "open_questions": _open_questions,
    "officers": _people(Role.TECHNICAL_OFFICER),
    "assessors": _people(Role.ASSESSOR),
}
"""What may be offered, by the name that a declaration gives it."""
