"""An invitation, or a link for a forgotten password, opened; and a demo's way in."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from desk.web.forms import Sent
from desk.web.page import page
from desk.web.sessions import address_of, end_present, keep_form_seed, keep_token, real_now
from rules.errors import HandrailError, InvalidPasswordError
from rules.sign_in import SHORTEST_PASSWORD
from services.people import sessions
from services.people.invitations import DEMO, FORGOTTEN, INVITED, Link, find_link, use_link
from services.people.passwords import set_password, usable_hash
from services.people.sign_in import asks_code_of, check_by_password
from services.session import reading, writing

router = APIRouter()


@router.get("/invitations/{token}")
def show(request: Request, token: str) -> Response:
    """Show the form; opening a link, as mail scanners do, changes nothing."""
    return _form(request, _link(token))


@router.post("/invitations/{token}")
def accept(request: Request, form: Sent, token: str) -> Response:
    """Set the password that was chosen and sign in; at a demo, just sign in.

    Whoever signs in with a code of an app has yet to give one: a mailbox is one factor.
    """
    link = _link(token)
    chosen = ""
    if link.purpose != DEMO:
        first, again = str(form.get("password", "")), str(form.get("again", ""))
        try:
            chosen = usable_hash(first, again=again, email=link.officer.identity)
        except InvalidPasswordError as error:
            return _form(request, link, error=error)
    return _let_in(request, link, chosen)


def _let_in(request: Request, link: Link, password_hash: str) -> Response:
    officer, now = link.officer, real_now()
    end_present(request, why="signed in anew")
    with writing() as conn:
        use_link(conn, link=link, now=now)
        if password_hash:
            anew = link.purpose == INVITED  # an administrator's word also for a lost telephone
            set_password(
                conn, email=officer.identity, password_hash=password_hash, now=now, forget_app=anew
            )
        if link.purpose == FORGOTTEN and asks_code_of(conn, actor=officer):
            return RedirectResponse("/sign-in", status_code=303)
        token, _ = sessions.begin(
            conn,
            actor=officer,
            now=now,
            address=address_of(request),
            agent=request.headers.get("user-agent", ""),
            came_by=sessions.PASSWORD if password_hash else sessions.DEMO,
        )
    answer = RedirectResponse("/", status_code=303)
    keep_token(answer, token)
    return answer


def _link(token: str) -> Link:
    with reading() as conn:
        link = find_link(conn, token=token, now=real_now())
    if link.purpose != DEMO:
        check_by_password()
    return link


def _form(request: Request, link: Link, error: HandrailError | None = None) -> Response:
    values = {
        "officer": link.officer,
        "demo": link.purpose == DEMO,
        "error": error,
        "shortest": SHORTEST_PASSWORD,
    }
    template = "people/pages/invitation.html"
    answer = page(request, template, values, viewer=None, status=422 if error else 200)
    keep_form_seed(request, answer)
    return answer
