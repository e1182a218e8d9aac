"""`handrail contractor`: the secrets that contractors' own systems sign with."""

from typing import Annotated

import typer

from adapters import clock
from desk.listing import show_list
from desk.options import By
from desk.output import Json, answer, sentences
from desk.web.sessions import real_now
from rules.clocks.dates import instant
from rules.interchange.signed import OVERLAP
from services.interchange.keys import keys_of, make_key, revoke_keys
from services.session import acting, reading, writing

app = typer.Typer(no_args_is_help=True, help="Contractors’ own systems: keys, key, revoke-keys.")

Code = Annotated[str, typer.Argument(metavar="CODE", help="The contractor's code.")]
_COLUMNS = {"Name": "key", "Made by": "made_by", "Made": "made_at", "Ends": "ends_at"}


@app.command("keys")
def keys(code: Code, as_json: Annotated[bool, Json] = False) -> None:
    """List the secrets of a contractor by name; what they are is shown when they are made."""
    with sentences(as_json=as_json), reading() as conn:
        found = [
            {
                "key": one.key,
                "made_by": one.made_by,
                "made_at": instant(one.made_at),
                "ends_at": instant(one.ends_at) if one.ends_at else None,
            }
            for one in keys_of(conn, code=code)
        ]
    show_list(found, title=f"Secrets of {code}", columns=_COLUMNS, as_json=as_json, empty="None.")


@app.command("key")
def key(code: Code, by: By, as_json: Annotated[bool, Json] = False) -> None:
    """Make a contractor a secret and print it, this once; the one before ends after a day."""
    with sentences(as_json=as_json), writing() as conn:
        actor = acting(conn, identity=by, on=clock.today())
        made = make_key(conn, code=code, by=actor, at=real_now())
    hours = int(OVERLAP.total_seconds() // 3600)
    answer(
        made._asdict(),
        f"The secret of {made.contractor} named {made.key}, shown this once:\n  {made.secret}\n"
        f"Hand it over by a safe way. The one before stays in use for {hours} hours.",
        as_json=as_json,
    )


@app.command("revoke-keys")
def revoke(code: Code, by: By, as_json: Annotated[bool, Json] = False) -> None:
    """End every secret of a contractor at once, as where one was lost."""
    with sentences(as_json=as_json), writing() as conn:
        actor = acting(conn, identity=by, on=clock.today())
        code = revoke_keys(conn, code=code, by=actor, at=real_now())
    answer(
        {"contractor": code}, f"Nothing is taken from {code}’s system any more.", as_json=as_json
    )
