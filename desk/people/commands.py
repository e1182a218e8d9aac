"""`handrail officer`: inviting officers to sign in at the desk."""

from typing import Annotated

import typer

from adapters import clock
from desk.options import By
from desk.output import Json, answer, sentences
from desk.web.sessions import real_now
from rules.sign_in import INVITED_FOR
from services.people.invitations import invite
from services.session import acting, writing

app = typer.Typer(no_args_is_help=True, help="Officers: invite.")


@app.command("invite")
def invite_officer(
    email: Annotated[str, typer.Argument(metavar="ADDRESS", help="Their e-mail address.")],
    by: By,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Send an officer a link to choose a password, and print it; an earlier link ends."""
    with sentences(as_json=as_json), writing() as conn:
        actor = acting(conn, identity=by, on=clock.today())
        link = invite(conn, by=actor, email=email, now=real_now())
    answer(
        {"officer": email, "link": link},
        f"An invitation is on its way to {email}. It works once, for {INVITED_FOR.days} days; "
        f"to hand it over in another way:\n  {link}",
        as_json=as_json,
    )
