"""What the desk gets ready while it waits for the first page that somebody asks for."""

from contextlib import suppress
from threading import Thread
from typing import Final

from adapters import clock
from desk.web.page import environment
from rules.errors import HandrailError
from rules.people import Actor, Role
from rules.reports.work import Tab
from services.reports.case_page.page import case_page
from services.reports.work_cases import Wanted
from services.reports.work_list import work_page
from services.session import reading

_READER: Final = Actor("", "the desk", Role.AUDITOR)


def warm_up() -> None:
    """Read what the first page needs, and everything else while somebody reads that."""
    for name in ("people/pages/sign_in.html", "layout/pages/fault.html"):
        environment().get_template(name)
    Thread(target=_go_on, name="warm-up", daemon=True).start()


def _go_on() -> None:
    """Look at the work list and the first case on it, as nobody, for what is compiled by that."""
    pages = environment()
    for name in pages.list_templates(filter_func=lambda one: "/pages/" in one):
        pages.get_template(name)
    with suppress(HandrailError), reading() as conn:
        today = clock.today()
        found = work_page(conn, wanted=Wanted(tab=Tab.ALL), viewer=_READER, today=today)
        for row in found.rows[:1]:
            case_page(conn, reference=row.reference, viewer=_READER, now=clock.now(), history=1)
