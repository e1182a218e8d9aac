"""`handrail verify`: the invariants, with the documents on disk beside the database."""

import hashlib
from typing import Annotated

import typer

from adapters.settings import settings
from desk.output import Json, err, print_json, say, sentences
from services.session import Connection, reading
from services.verification.verify import Finding, findings

app = typer.Typer()


@app.command("verify")
def verify(as_json: Annotated[bool, Json] = False) -> None:
    """Check every invariant and the audit chains; exit 1 with the list if any is broken."""
    with sentences(as_json=as_json), reading() as conn:
        found = verify_all(conn)
    broken = [finding for finding in found if finding.severity == "error"]
    if as_json:
        print_json({"sound": not broken, "findings": found})
    else:
        for finding in found:
            err.print(f"{finding.severity}: {finding.where}: {finding.sentence}", markup=False)
        say("Broken." if broken else "Everything holds.")
    raise typer.Exit(1 if broken else 0)


def verify_all(conn: Connection) -> list[Finding]:
    """Return everything that does not hold, in the database and the documents folder."""
    return list(findings(conn, sha256_of))


def sha256_of(path: str) -> str | None:
    """Return the SHA-256 of a stored document, or None where it is missing.

    Args:
        path: Its path below the documents folder.
    """
    file = settings().documents_folder / path
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
