"""`handrail verify` and `handrail seal`: the invariants, held against a seal where one is named."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters import clock
from adapters.settings import settings
from adapters.signing import known_key
from desk.output import Json, err, print_json, say, sentences
from rules.errors import HandrailError
from services.session import Connection, reading, writing
from services.verification.against_seal import against_seal
from services.verification.seal import read_seal, seal
from services.verification.since import (
    Cases,
    Seen,
    last_seen,
    moved_since,
    note_seen,
    read_since,
    seen_now,
)
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
    since: Annotated[
        bool,
        typer.Option(
            "--since",
            help="Read in full only the cases that moved after the last sound verification. The "
            "invariants are asked of everything; audit rows, evidence, decisions, awards, grants "
            "and files of the other cases are not read again. Run it without, say, each week.",
        ),
    ] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Check every invariant and the audit chains; exit 1 with the list if any is broken."""
    after: list[str] = []
    with sentences(as_json=as_json), reading() as conn:
        before, why = last_seen(conn) if since else (None, "")
        found = verify_all(conn, cases=moved_since(before) if before else None)
        if against is not None:
            sealed = read_seal(against)
            told, after = against_seal(conn, sealed, known_key=key or known_key())
            found += told
        covered = covered_since(conn)
        seen = seen_now(conn, now=clock.now(), after=before)
    broken = [finding for finding in found if finding.severity == "error"]
    unnoted = "" if broken else note(seen)
    if as_json:
        beside: dict[str, Any] = {"after": after} if against else {}
        if since:
            beside |= {"since": before.at if before else None, "whole_at": seen.whole_at}
        print_json({"sound": not broken, "findings": found, **beside})
    else:
        for finding in found:
            err.print(f"{finding.severity}: {finding.where}: {finding.sentence}", markup=False)
        if after:
            say("After the seal:")
        for words in after:
            say(f"  {words}")
        beside_it = (covered, why, read_since(before) if before else "", unnoted)
        for words in filter(None, beside_it):
            say(words)
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


def verify_all(conn: Connection, *, cases: Cases | None = None) -> list[Finding]:
    """Return everything that does not hold, in the database and the documents folder.

    Args:
        cases: The cases that are read in full; None for all.
    """
    held = partial(sha256_of, folder=settings().documents_folder)
    return list(findings(conn, held, now=clock.now(), cases=cases))


def note(seen: Seen) -> str:
    """Keep what a sound verification saw for the next; return what stood in the way, if anything.

    What was verified holds all the same, as on a copy that cannot be written.
    """
    try:
        with writing() as conn:
            note_seen(conn, seen, now=clock.now())
    except HandrailError as error:
        return f"This verification could not be noted, so --since goes by an earlier one: {error}"
    return ""


def sha256_of(path: str, *, folder: Path | None = None) -> str | None:
    """Return the SHA-256 of a stored document, or None where it is missing.

    Args:
        path: Its path below the documents folder.
        folder: That folder, where many are asked for; looking it up takes longer than the hash.
    """
    try:
        with open(f"{folder or settings().documents_folder}/{path}", "rb") as file:  # noqa: PTH123 - a Path takes as long as the hash
            return hashlib.sha256(file.read()).hexdigest()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
