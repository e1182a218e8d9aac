"""What documents show of works: photographs before and after, certificates, how to service them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models.asked import rows
from models.base import AnyRow
from models.case_queries import inspected
from models.findings import HANDED, handed_on
from models.tables.completion import ClaimDocument, CompletionTerms
from rules.cases import COMPLETION_CERTIFICATES
from rules.completion_claim import SAMPLED_PENCE, Brought, ClaimTerms, Photographs
from rules.decisions import Facts
from rules.documents.pointed import pointed_at
from rules.errors import InvalidDecisionError
from services.cases import Context

_KEEP: Final = insert(ClaimDocument)
_REFUSE: Final = update(ClaimDocument).where(ClaimDocument.id == bindparam("row_id"))
_TERMS: Final = (
    select(*CompletionTerms.__table__.c)
    .where(
        CompletionTerms.authority.in_((bindparam("authority"), "")),
        CompletionTerms.valid_from <= bindparam("on"),
    )
    .order_by(CompletionTerms.authority.desc(), CompletionTerms.valid_from.desc())
    .limit(1)
)


def claim_terms(conn: Connection, *, authority: str, on: date) -> ClaimTerms:
    """Return what an authority asks before works are complete, on a day: its own, or all's."""
    row = conn.execute(_TERMS, {"authority": authority, "on": on}).one_or_none()
    if row is None:
        return ClaimTerms()
    return ClaimTerms(
        line_by_line=row.line_by_line,
        before=Photographs(row.photographs_before),
        after=Photographs(row.photographs_after),
        papers=row.papers,
        sample_up_to_pence=SAMPLED_PENCE
        if row.sample_up_to_pence is None
        else row.sample_up_to_pence,
    )


def brought(conn: Connection, *, order: AnyRow, done: frozenset[int]) -> Brought:
    """Return what is handed in of an order, with the certificates that were received otherwise."""
    held = handed_on(conn, order_id=order.id)
    shown = {
        shows: frozenset(row.line or 0 for row in held if row.shows == shows)
        for shows in ("before", "after")
    }
    files = {row.certificate for row in held if row.shows == "certificate"}
    return Brought(
        done=done,
        **shown,
        certificates=frozenset(files) | inspected(conn, order=order).certificates_held,
        servicing=any(row.shows == "servicing" for row in held),
    )


def problems_of(
    before: Mapping[int, str],
    after: Mapping[int, str],
    certificates: Mapping[str, str],
    servicing: str,
) -> tuple[str, ...]:
    """Return entries that point at no document, and certificates that nobody knows."""
    given: Mapping[str, str] = {
        **{f"Line {line}, before": words for line, words in before.items()},
        **{f"Line {line}, after": words for line, words in after.items()},
        **{f"The {kind} certificate": words for kind, words in certificates.items()},
        **({"The instructions for servicing": servicing} if servicing else {}),
    }
    found = [
        f"{what}: say which document, such as doc:4."
        for what, words in given.items()
        if not pointed_at(words)
    ]
    unknown = sorted(certificates.keys() - set(COMPLETION_CERTIFICATES))
    return (*found, *(f"“{kind[:40]}” is not a certificate." for kind in unknown))


def handed_words(facts: Facts) -> str:
    """Say what a record of it says was handed in."""
    parts = []
    for name, what in (("before", "before"), ("after", "after")):
        if facts[name]:
            lines = sorted(int(line) for line in facts[name])
            named = ", ".join(str(line) if line else "the works" for line in lines)
            parts.append(f"photographs {what} of line {named}")
    parts += [
        f"the {kind.replace('_', ' ')} certificate" for kind in sorted(facts["certificates"] or ())
    ]
    parts += ["instructions for servicing"] if facts["servicing"] else []
    return "; ".join(parts)


def keep_handed(
    context: Context,
    order: AnyRow,
    *,
    before: Mapping[int, str],
    after: Mapping[int, str],
    certificates: Mapping[str, str],
    servicing: str,
) -> int:
    """Keep what documents show of an order, and return how many are new.

    Raises:
        InvalidDecisionError: It names lines or certificates that the order has not.
    """
    _check(context, order, lines={*before, *after}, certificates=set(certificates))
    asked = [
        *(("before", line, None, words) for line, words in before.items()),
        *(("after", line, None, words) for line, words in after.items()),
        *(("certificate", None, kind, words) for kind, words in certificates.items()),
        *([("servicing", None, None, servicing)] if servicing else []),
    ]
    held = {
        (row.shows, row.line, row.certificate, row.document)
        for row in rows(context.conn, HANDED, order_id=order.id)
    }
    fresh = [
        (shows, line or None, kind, number)
        for shows, line, kind, words in asked
        for number in pointed_at(words)
    ]
    new = [one for one in dict.fromkeys(fresh) if one not in held]
    for shows, line, kind, number in new:
        context.conn.execute(
            _KEEP,
            {
                "order_id": order.id,
                "shows": shows,
                "line": line,
                "certificate": kind,
                "document": number,
                "handed_in_at": context.now,
            },
        )
    return len(new)


def _check(
    context: Context, order: AnyRow, *, lines: Iterable[int], certificates: Iterable[str]
) -> None:
    known_ = inspected(context.conn, order=order)
    problems = []
    if wrong := sorted(set(lines) - known_.lines - {0}):
        problems.append(f"{order.number} has no line {', '.join(map(str, wrong))}.")
    if odd := sorted(set(certificates) - known_.certificates_needed):
        named = ", ".join(kind.replace("_", " ") for kind in odd)
        problems.append(f"{order.number} calls for no {named} certificate.")
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")


def keep_refused(context: Context, found: Iterable[AnyRow]) -> None:
    """Keep that what was handed in does not count, who found so, and why."""
    for row in found:
        context.conn.execute(
            _REFUSE,
            {
                "row_id": row.id,
                "refused_at": context.now,
                "refused_by": context.actor.identity,
                "refused_why": context.reason,
            },
        )
