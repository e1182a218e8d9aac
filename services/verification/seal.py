"""A seal: a signed digest of every chain and of the rows behind it, kept outside the database.

Whoever can write to the database can work all its hashes out again; what was sealed before, and is
kept where they cannot write, tells. It holds no name and no address, only references and digests.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, select

from adapters import clock, mail, signing
from adapters.files import write_whole
from adapters.settings import settings
from models.audit import SERVICE
from models.covering import said
from models.evidence import SERVICE_SCOPE, kinds
from models.recorded import parts
from models.tables.cases import Case
from models.tables.ledger import Covered
from models.tables.record import Audit
from rules.clocks.dates import instant, london_date
from rules.errors import HandrailError, StorageError
from services.alerts.watch_marks import mark_at, note_mark
from services.session import reading, writing
from services.verification.ledger import AT_ONCE, Rows, rows_now

_SERVICE_KINDS: Final = tuple(sorted(name for name, kind in kinds().items() if not kind.of_case))
_CASES: Final = select(Case.id, Case.reference).order_by(Case.id)
_ENDS: Final = select(Audit.chain, func.max(Audit.sequence).label("last")).group_by(Audit.chain)
Digests = dict[str, dict[str, str]]
_LEDGER_END: Final = select(func.coalesce(func.max(Covered.id), 0))


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a seal says.

    Args:
        body: When it was made, the chains' lengths and heads, and the rows' counts and digests.
        key: The public key it was signed with, as hex.
        signature: The signature over the body, as hex.
    """

    body: dict[str, Any]
    key: str
    signature: str

    @property
    def is_genuine(self) -> bool:
        """Whether it is as it was signed."""
        return signing.is_signed(_plain(self.body), key=self.key, signature=self.signature)


def seal(path: Path) -> Sealed:
    """Write a seal of everything as it stands to a file, and return it.

    Raises:
        StorageError: The file or the key cannot be written or read.
    """
    made = sealed_now()
    try:
        write_whole(target=path, data=written(made))
    except OSError as error:
        raise StorageError(
            f"The seal {path} cannot be written.",
            why=f"{error}.",
            next_step="Name a file in a folder that Handrail may write to.",
        ) from error
    return made


def sealed_now() -> Sealed:
    """Return a seal of everything as it stands, signed."""
    with reading() as conn:
        return sealed(conn, now=clock.now())


def sealed(conn: Connection, *, now: datetime) -> Sealed:
    """Return a signed seal of what a connection sees."""
    body = sealed_body(conn, now=now)
    key, signature = signing.sign(_plain(body))
    return Sealed(body, key, signature)


def written(made: Sealed) -> bytes:
    """Return a seal as it is kept in a file."""
    held = {"body": made.body, "key": made.key, "signature": made.signature}
    return json.dumps(held, sort_keys=True, separators=(",", ":")).encode()


def read_seal(path: Path) -> Sealed:
    """Return the seal in a file.

    Raises:
        StorageError: It cannot be read, or is no seal.
    """
    try:
        held = json.loads(path.read_bytes())
        return Sealed(held["body"], str(held["key"]), str(held["signature"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{path} is no seal that can be read.",
            next_step="Name a file that `handrail seal --to FILE` wrote.",
        ) from error


def sealed_body(conn: Connection, *, now: datetime) -> dict[str, Any]:
    """Return what is sealed: for the service and each case, its chain and its rows by table."""
    rows = {where: _digests(held) for where, held in rows_by_scope(conn)}
    chains = {}
    ends = _ENDS.subquery()
    heads = select(Audit.chain, Audit.sequence, Audit.hash).join(
        ends, (ends.c.chain == Audit.chain) & (ends.c.last == Audit.sequence)
    )
    for chain, sequence, head in conn.execute(heads):
        chains[chain] = [sequence, head]
    ledger = conn.execute(_LEDGER_END).scalar_one()
    return {"made_at": instant(now), "ledger": ledger, "chains": chains, "rows": rows}


def rows_by_scope(conn: Connection) -> Iterator[tuple[str, Digests]]:
    """Yield the rows of the service and of each case, as digests by table."""
    service: Digests = {}
    for kind, scope, key, fixed, moving in said(conn, _SERVICE_KINDS, None):
        if kind in kinds() and scope == SERVICE_SCOPE:
            service.setdefault(kind, {})[key] = parts(fixed, moving)
    yield SERVICE, service
    names = {row.id: row.reference for row in conn.execute(_CASES)}
    ids = list(names)
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        held = rows_now(conn, batch)
        yield from ((names[one], _as_digests(held[one])) for one in batch)


def _as_digests(held: Rows) -> Digests:
    return {
        kind: {key: parts(*words) for key, words in rows.items()} for kind, rows in held.items()
    }


def _digests(held: Digests) -> dict[str, list[Any]]:
    return {kind: [len(rows), digest_of(kind, rows)] for kind, rows in sorted(held.items())}


def digest_of(kind: str, rows: dict[str, str], *, first: int | None = None) -> str:
    """Return the digest of a table's rows, or of the first of them where it only grows."""
    keys = sorted(rows, key=_in_order)
    if kinds()[kind].grows:
        keys = keys[:first]
    return sha256(_plain([[key, rows[key]] for key in keys])).hexdigest()[:32]


def _in_order(key: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in key.split("/")]


def _plain(held: Any) -> bytes:
    return json.dumps(held, sort_keys=True, separators=(",", ":")).encode()


def references(bodies: Iterable[dict[str, Any]]) -> list[str]:
    """Return every chain that a seal's bodies name, in order."""
    return sorted({name for body in bodies for part in ("chains", "rows") for name in body[part]})


SEALED: Final = "sealed"
"""The name under which it is kept when the last daily seal left."""

_TO_MAIL: Final = "mailto:"


def seal_daily() -> str:
    """Seal once a London day, where the settings say whereto; return what became of it in words.

    What stood in the way is said and not raised: the next watch tries again.
    """
    whereto, now = settings().seal_to, clock.now()
    if not whereto:
        return ""
    with reading() as conn:
        last = mark_at(conn, name=SEALED)
    if last is not None and london_date(last) >= london_date(now):
        return ""
    try:
        return f"Sealed: {_seal(whereto, now)}."
    except HandrailError as error:
        return error.text()


def _seal(whereto: str, now: datetime) -> str:
    name = f"handrail-{london_date(now).isoformat()}.seal"
    if whereto.startswith(_TO_MAIL):
        _send(whereto.removeprefix(_TO_MAIL), name, now)
    else:
        seal(Path(whereto).expanduser() / name)
    with writing() as conn:
        note_mark(conn, name=SEALED, now=now, detail=name)
    return name


def _send(to: str, name: str, now: datetime) -> None:
    file = mail.Attachment(name=name, mime="application/json", data=written(sealed_now()))
    mail.send(
        mail.Outgoing(
            key=name,
            to=to,
            subject=f"Handrail: the seal of {london_date(now):%-d %B %Y}",
            body="Keep this seal where nobody who can write to Handrail's database can.\n"
            "`handrail verify --seal FILE` holds the database against it.\n",
            now=now,
            attachments=(file,),
        )
    )
