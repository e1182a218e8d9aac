"""Which rows evidence a decision, and how the database says what each of them holds.

Declared once for each table: columns that Handrail changes as a case goes on (``MOVING``), columns
that say nothing of a decision (``WITHOUT``), and the tables that hold no evidence at all
(``NO_EVIDENCE``). All the rest of every table is evidence, and stays as it was written.

The words of a row are made by the database in one expression, alike whichever program asks; a
column that is NULL is left out, so that one added later changes nothing of older rows.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from sqlalchemy import Column, Date, Table

from models.base import Base, Instant

_LITERAL: Final = re.compile(r"(\w+)=( ?E?'[^']*(?:''[^']*)*'|[^,]*),")
SERVICE_SCOPE: Final = 0
"""The scope of what belongs to no single case."""

CHAIN: Final = "audit"
"""The kind under which an earlier version kept the end of the service's chain."""

NO_EVIDENCE: Final = {
    "audit": "its chains hold themselves, and their ledger holds their ends",
    "covered": "it is the ledger of rows",
    "chain": "it is the ledger of chains",
    "counter": "it is compared with the orders that were numbered by it",
    "flow_run": "links to runs in Prefect",
    "clock": "reckoned again from its case and its targets",
    "clock_change": "reckoned with its clock",
    "alert": "raised again from what stands",
    "alert_told": "messages about alerts",
    "watch_mark": "when the watch looked last",
    "sealed_quote": "nobody may know its money before the deadline, and a digest could be guessed",
    "runner": "who carries out runs, and their signs of life",
    "returned_mail": "what did not arrive; its case's chain says so of each",
    "sign_in": "how somebody shows who they are; what they decide then names them",
    "council_account": "whose account of the council's is whose; each is in the service's chain",
    "desk_session": "who was signed in where",
    "invitation": "links that set a password; each is in the service's chain",
    "contractor_key": "what contractors’ systems sign with; each is in the service's chain",
    "sign_in_tries": "how often signing in failed lately",
    "statement": "what a client states before there is a case; each is in the service's chain",
    "case_link": "how a client or a landlord comes to their page; what they decide is on record",
    "aftercare_look": "when a case is looked at again, reckoned from its dates",
    "carried_plan": "what a plan of councils came to; each is in the service's chain",
    "contractor_link": "how a contractor comes to its page; what it decides there names it",
    "case_facts": "what reports count, worked out from the record again",
    "case_facts_before": "what reports counted on earlier days",
    "to_count": "which cases are to be counted again",
}
"""Tables without evidence, each with the reason."""

MOVING: Final = {
    "case": "route status paused_on ended_at ended_stage ended_reason opened_at officer assessor "
    "tenancy tenancy_since covenant",
    "absence": "last_day withdrawn",
    "received_document": "withdrawn",
    "handed_document": "state looked_by looked_at why",
    "claim_document": "refused_at refused_by refused_why",
    "case_step": "current status owner held_since closed_at outcome",
    "award": "contractor price_id reasons placings direction",
    "offer": "status answered_at reason start_on",
    "client_view": "answer answered_by answered_at",
    "confirmation": "withdrawn_at meets missing said_by said_at",
    "contractor_question": "answer answered_by answered_at",
    "competition": "status opened_at",
    "quote": "status net_pence line_net_pence",
    "consent": "basis answered_on valid_to conditions cited matched_id matched_cap_pence sent_on "
    "reply_by undelivered_on",
    "work_order": "status started_on completed_on certified_on defects_until",
    "invoice": "status findings",
    "variation": "status assessed_by assessed_at assess_reason agreed_net_pence agreed_vat_pence "
    "limb ended_by ended_at ended_reason version",
    "variation_line": "taken agreed_quantity agreed_sum_pence agreed_net_pence agreed_vat_pence "
    "why quoted works no_certificates_because",
    "replacement": "withdrawn_at",
    "tenant_authority": "withdrawn_at",
    "grant_certificate": "withdrawn_at",
    "joint_owner": "withdrawn_at",
    "landlord_question": "answer answered_by answered_at",
    "funding_line": "removed_at",
    "payer_share": "ended_at",
    "bank_account": "state looked_by looked_at",
    "applicant_account": "state looked_by looked_at",
    "sent_payment": "state said_by said_on why",
    "withholding": "lifted_at",
    "survey_answer": "score",
    "completion_certificate": "reference",
    "pause": "ended_on review_on withdrawn",
    "appointment": "sequence status starts_at ends_at",
    "retention_proposal": "status decided_by decided_at reason done_at",
    "retention_case": "outcome detail erased erased_at files",
    "legal_hold": "lifted_by lifted_at lifted_reason",
}
"""What changes as a case goes on; whoever changes nothing else cannot hide another change."""

WITHOUT: Final = {
    "case": "revision audit_sequence audit_hash",
    "case_step": "due_on trouble waiting_for",
    "consent": "chase_on chased",
    "budget": "committed_pence",
    "outbox": "status attempts next_attempt_at done_at last_error flow_run_id claimed_by",
}
"""What is no evidence: reckoned again elsewhere, or about the machine."""

_PARENTS: Final = (
    "case_id",
    "order_id",
    "price_id",
    "quote_id",
    "award_id",
    "offer_id",
    "variation_id",
    "inspection_id",
)
_OF_INVOICE: Final = "invoice_id"
_SERVICE_TABLES: Final = frozenset({"batch_award", "repricing", "sent_payment"})
_CORRECTED: Final = frozenset(
    {"works_line", "waiver", "quality_score", "grant_certificate", "order_ending", "valued_line"}
)
_ONLY: Final = {
    "outbox": " WHERE t.kind = 'message' AND t.case_id IS NOT NULL",
    "case_step": " WHERE t.closed_at IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One table's rows as evidence."""

    table: Table
    moving: frozenset[str]
    without: frozenset[str]
    fixed: frozenset[str]
    """The columns that stay as they were written."""

    @property
    def name(self) -> str:
        """What the ledger calls it: the table's name."""
        return self.table.name

    @property
    def of_case(self) -> bool:
        """Whether its rows belong to a case each."""
        return self.name == "case" or _to_case(self.table) is not None

    @property
    def grows(self) -> bool:
        """Whether its rows, once written, never change in the course of a case."""
        return self.of_case and not self.moving and self.name not in _CORRECTED


@cache
def kinds() -> dict[str, Kind]:
    """Return every table that evidences decisions, by its name; whoever only reads needs none."""
    import_module("models.schema")  # fills Base.metadata
    tables = (one for one in Base.metadata.sorted_tables if one.name not in NO_EVIDENCE)
    return {table.name: _kind(table) for table in tables}


def _kind(table: Table) -> Kind:
    moving, without = (frozenset(said.get(table.name, "").split()) for said in (MOVING, WITHOUT))
    return Kind(table, moving, without, frozenset(table.c.keys()) - moving - without)


def _to_case(table: Table) -> tuple[str, str] | None:
    """Return the joins that lead from a table, called t, to the column of its case."""
    joins, alias, here = "", "t", table
    while "case_id" not in here.c:
        names = (*_PARENTS, _OF_INVOICE)
        column = next((here.c[name] for name in names if name in here.c), None)
        if column is None or here.name in _SERVICE_TABLES:
            return None
        named = next(iter(column.foreign_keys)).column
        target = named.table
        joins += f" JOIN {target.name} {alias}t ON {alias}t.{named.name} = {alias}.{column.name}"
        alias, here = f"{alias}t", target
    return joins, f"{alias}.case_id"


@cache
def rows_of(name: str, *, sqlite: bool) -> tuple[str, str]:
    """Return the SELECT of a kind's rows, and the column of its case (empty: the service's).

    It gives ``kind``, ``scope``, ``key``, ``fixed`` and ``moving``: the last two are words.
    """
    kind = kinds()[name]
    path = ("", "t.id") if name == "case" else _to_case(kind.table)
    joins, scope = path or ("", "")
    key = ["reference"] if name == "case" else [c.name for c in kind.table.primary_key]
    keys = " || '/' || ".join(f'CAST(t."{column}" AS TEXT)' for column in key)
    words = [
        _words([c for c in kind.table.c if c.name in part], sqlite=sqlite)
        for part in (kind.fixed, kind.moving)
    ]
    asked = (
        f"SELECT '{name}' AS kind, {scope or SERVICE_SCOPE} AS scope, {keys} AS key, "  # noqa: S608 - our own tables' names
        f'{words[0]} AS fixed, {words[1]} AS moving FROM "{name}" t{joins}{_ONLY.get(name, "")}'
    )
    return asked, scope


def _words(columns: list[Column[object]], *, sqlite: bool) -> str:
    said = [_said(column, sqlite=sqlite) for column in columns]
    return " || ".join(said) or "''"


def _said(column: Column[object], *, sqlite: bool) -> str:
    """Return the SQL that says ``name=value,`` of a column; nothing where it is NULL."""
    held = f't."{column.name}"'
    if sqlite:
        return f"CASE WHEN {held} IS NULL THEN '' ELSE '{column.name}=' || quote({held}) || ',' END"
    if isinstance(column.type, Instant):
        held = f"to_char({held} AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')"
    elif isinstance(column.type, Date):
        held = f"to_char({held}, 'YYYY-MM-DD')"
    return f"coalesce('{column.name}=' || quote_literal({held}::text) || ',', '')"


def literals(words: str) -> Iterator[tuple[str, str]]:
    """Yield the columns that the words of a row say, each with what it holds, as written there."""
    return ((match[1], match[2]) for match in _LITERAL.finditer(words))


def held_in(words: str, names: Collection[str]) -> dict[str, str]:
    """Return what the words of a row say that some of its columns hold; nothing of NULL."""
    held: dict[str, str] = {}
    for name, said in literals(words):
        if len(held) == len(names):
            break
        if name in names:
            held[name] = _read(said)
    return held


def _read(said: str) -> str:
    """Return what a literal of either database stands for."""
    if not said.endswith("'"):
        return said
    start = said.index("'")
    plain = said[start + 1 : -1].replace("''", "'")
    return plain.replace("\\\\", "\\") if said[:start].endswith("E") else plain
