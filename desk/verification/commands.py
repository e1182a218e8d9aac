"""`handrail verify` and `handrail seal`: the invariants, held against a seal where one is named."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from adapters import clock
from adapters.settings import settings
from adapters.signing import known_key
from desk.output import Json, err, print_json, say, sentences
from services.session import Connection, reading
from services.verification.against_seal import against_seal
from services.verification.seal import read_seal, seal
from services.verification.verify import Finding, covered_since, findings

app = typer.Typer()


@app.command("verify")
def verify(
    against: Annotated[
        Path | None, typer.Option("--seal", help="Hold the database against this seal too.")
    ] = None,
    key: Annotated[
        str, typer.Option("--key", help="The seal's public key, as `handrail seal` printed it.")
    ] = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Check every invariant and the audit chains; exit 1 with the list if any is broken."""
    after: list[str] = []
    with sentences(as_json=as_json), reading() as conn:
        found = verify_all(conn)
        if against is not None:
            sealed = read_seal(against)
            told, after = against_seal(conn, sealed, known_key=key or known_key())
            found += told
        since = covered_since(conn)
    broken = [finding for finding in found if finding.severity == "error"]
    if as_json:
        beside = {"after": after} if against else {}
        print_json({"sound": not broken, "findings": found, **beside})
    else:
        for finding in found:
            err.print(f"{finding.severity}: {finding.where}: {finding.sentence}", markup=False)
        if after:
            say("After the seal:")
        for words in after:
            say(f"  {words}")
        if since:
            say(since)
        say("Broken." if broken else "Everything holds.")
    raise typer.Exit(1 if broken else 0)


@app.command("seal")
def seal_now(
    to: Annotated[Path, typer.Option("--to", help="The file to write.")],
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Write a signed seal of everything as it stands; keep it outside this machine."""
    with sentences(as_json=as_json):
        made = seal(to)
    if as_json:
        print_json({"file": str(to), "made_at": made.body["made_at"], "key": made.key})
    else:
        say(f"Sealed to {to}. Its public key: {made.key}")


def verify_all(conn: Connection) -> list[Finding]:
    """Return everything that does not hold, in the database and the documents folder."""
    return list(findings(conn, sha256_of, now=clock.now()))


def sha256_of(path: str) -> str | None:
    """Return the SHA-256 of a stored document, or None where it is missing.

    Args:
        path: Its path below the documents folder.
    """
    file = settings().documents_folder / path
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
