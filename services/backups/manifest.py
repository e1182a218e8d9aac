"""What a back-up says of itself: what is in it, as of when, and the hash of every file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from adapters.copies import differing, hashes
from adapters.files import write_whole
from adapters.settings import settings
from models.tables.cases import Case
from models.tables.record import Audit, Decision, Document
from rules.errors import BrokenStateError

NAME: Final = "manifest.json"
SQLITE: Final = "handrail.db"
POSTGRESQL: Final = "handrail.dump"
DOCUMENTS: Final = "documents"
MAIL: Final = "mail"
SEAL: Final = "handrail.seal"
_NAMED: Final = 5
_COUNTED: Final = {"cases": Case, "decisions": Decision, "audit": Audit, "documents": Document}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a back-up holds.

    Args:
        taken_at: As of when, at the earliest.
        database: The name of the database's file in it, which says of which kind it is.
        counts: How many records of each sort.
        findings: What did not hold when it was taken, as ``verify`` says it; empty where all did.
        files: The SHA-256 of every other file, by its path.
    """

    taken_at: datetime
    database: str
    counts: Mapping[str, int]
    findings: tuple[str, ...]
    files: Mapping[str, str]


def documents_in(home: Path) -> Path:
    """Return where documents are: in a folder that machines share, or in the state folder."""
    return settings().documents or home / DOCUMENTS


def counts(conn: Connection) -> dict[str, int]:
    """Return how many records of each sort there are."""
    return {
        name: conn.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in _COUNTED.items()
    }


def add_evidence(
    folder: Path, *, now: datetime, database: str, held: Mapping[str, int], found: tuple[str, ...]
) -> Manifest:
    """Put beside a copy what shows later that it is the one that was taken, and return that."""
    manifest = Manifest(now, database, held, found, hashes(folder))
    plain = {**asdict(manifest), "taken_at": now.isoformat()}
    write_whole(target=folder / NAME, data=json.dumps(plain, indent=1, sort_keys=True).encode())
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return what a back-up says of itself, after looking that every file is as it says.

    Raises:
        BrokenStateError: It is no back-up, or not as it was taken.
    """
    try:
        manifest = _read(folder)
        wrong = [name for name in differing(folder, manifest.files) if name != NAME]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BrokenStateError(
            f"{folder} is no back-up that can be restored.",
            why=f"Its {NAME} cannot be used: {error}.",
            next_step="Name the folder that `handrail backup` made.",
        ) from error
    if wrong:
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise BrokenStateError(
            f"The back-up {folder} is not as it was taken.",
            why=f"Missing, changed or added: {', '.join(wrong[:_NAMED])}{more}.",
            next_step="Use another back-up, or another copy of this one. Nothing was changed.",
        )
    return manifest


def _read(folder: Path) -> Manifest:
    told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return Manifest(
        taken_at=datetime.fromisoformat(told["taken_at"]),
        database=told["database"],
        counts=told["counts"],
        findings=tuple(told["findings"]),
        files=told["files"],
    )
