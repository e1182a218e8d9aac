"""What stands now, held against a seal: what was changed or is missing, and what came after it."""

from collections.abc import Generator, Iterator
from typing import Any, Final

from sqlalchemy import Connection, Text, bindparam, cast, select

from models.audit import SERVICE
from models.evidence import SERVICE_SCOPE, kinds
from models.recorded import COLUMNS
from models.tables.cases import Case
from models.tables.ledger import Covered
from models.tables.record import Audit
from services.verification.checks import Finding, broken
from services.verification.erasures import erased_after
from services.verification.seal import Sealed, digest_of, references, rows_by_scope

_HASH: Final = select(Audit.hash).where(
    Audit.chain == bindparam("chain"), Audit.sequence == bindparam("sequence")
)
_LAST: Final = (
    select(Audit.sequence, Audit.action)
    .where(Audit.chain == bindparam("chain"))
    .order_by(Audit.sequence.desc())
    .limit(1)
)
_ON_UPGRADE: Final = f'{{"%": ["{COLUMNS}", %'
"""What an entry is like that holds rows as they were, column by column; it changed nothing."""
_RECORDED: Final = (
    select(Covered.scope, Case.reference)
    .outerjoin(Case, Case.id == Covered.scope)
    .where(Covered.id > bindparam("ledger"), cast(Covered.covers, Text).not_like(_ON_UPGRADE))
)


def against_seal(
    conn: Connection, sealed: Sealed, *, known_key: str | None
) -> tuple[list[Finding], list[str]]:
    """Return what does not hold against a seal, and a sentence for all that lawfully came after.

    Args:
        known_key: The public key that it must be signed with, as hex; None where none is known.
    """
    if not sealed.is_genuine:
        return [broken("seal", "The seal is not as it was signed; use another copy of it.")], []
    if known_key is not None and known_key != sealed.key:
        words = f"The seal was signed with the key {sealed.key}, and {known_key} is ours."
        return [broken("seal", words)], []
    found: list[Finding] = []
    after: list[str] = []
    for finding, words in _compared(conn, sealed.body):
        found += [finding] if finding else []
        after += [words] if words else []
    return found, after


def _compared(conn: Connection, body: dict[str, Any]) -> Iterator[tuple[Finding | None, str]]:
    there = dict(rows_by_scope(conn))
    recorded = {
        SERVICE if row.scope == SERVICE_SCOPE else row.reference
        for row in conn.execute(_RECORDED, {"ledger": body["ledger"]})
    }
    for name in references([body, {"chains": {}, "rows": there}]):
        if name not in body["rows"]:
            yield None, f"{name}: the case came after the seal."
            continue
        if name not in there:
            count = body["chains"].get(name, [0])[0]
            yield broken(name, f"The case is missing; {count} audit rows of it were sealed."), ""
            continue
        grown = yield from _chain(conn, name, body["chains"].get(name))
        erased = erased_after(conn, chain=name, sequence=body["chains"].get(name, [0])[0])
        for kind in sorted(body["rows"][name].keys() | there[name].keys()):
            known = body["rows"][name].get(kind, [0, ""])
            lawful = grown or name in recorded
            now = there[name].get(kind, {})
            if kind in erased and len(now) >= known[0]:
                yield None, f"{name}: {kind.replace('_', ' ')} was erased, as was decided."
                continue
            yield from _rows(name, kind, known, now, lawful=lawful)


def _chain(
    conn: Connection, name: str, sealed: list[Any] | None
) -> Generator[tuple[Finding | None, str], None, bool]:
    """Yield what is so of a chain; return whether it lawfully goes on beyond the seal."""
    count, head = sealed or (0, "")
    last = conn.execute(_LAST, {"chain": name}).one_or_none()
    there = conn.execute(_HASH, {"chain": name, "sequence": count}).scalar_one_or_none()
    if count and there != head:
        yield broken(name, f"The audit chain is not the one of {count} rows that was sealed."), ""
        return False
    if last is None or last.sequence == count:
        return False
    yield None, f"{name}: audit rows {count + 1} to {last.sequence}, the last “{last.action}”."
    return True


def _rows(
    name: str, kind: str, sealed: list[Any], there: dict[str, str], *, lawful: bool
) -> Iterator[tuple[Finding | None, str]]:
    """Yield what is so of one table's rows."""
    count, digest = sealed
    table = kind.replace("_", " ")
    if len(there) < count:
        missing = f"{count} rows of {table} were sealed, and {len(there)} are there."
        yield (
            broken(name, missing) if kinds()[kind].grows or not lawful else None,
            (f"{name}: {missing}" if lawful and not kinds()[kind].grows else ""),
        )
        return
    same = (not count and kinds()[kind].grows) or digest_of(kind, there, first=count) == digest
    added = len(there) - count
    if same and not added:
        return
    if not same and (kinds()[kind].grows or not lawful):
        what = f"rows of {table} were changed since they were sealed."
        yield (
            broken(name, f"{count} {what}" if count else f"{added} rows of {table} were added."),
            "",
        )
    elif added and not lawful:
        yield broken(name, f"{added} rows of {table} were added, and nothing on record did it."), ""
    else:
        words = f"{added} rows of {table} were added" if added else f"{table} was changed"
        yield None, f"{name}: {words} after the seal."
