"""What stands at the top of every page: only what leads somewhere for this role."""

from typing import Final

from rules.paying import SEE_PAYMENTS
from rules.people import MAY_ENTER, STAFF, Actor
from rules.reports.work import SEE_BOARD

_ALL: Final = STAFF
_PAGES: Final = (
    ("/", "My work", _ALL),
    ("/cases/new", "Open a case", MAY_ENTER),
    ("/alerts", "Alerts", _ALL),
    ("/board", "Board", SEE_BOARD),
    ("/payments", "Payments", SEE_PAYMENTS),
    ("/runs", "Runs", _ALL),
    ("/people", "People", _ALL),
    ("/registers", "Registers", _ALL),
)


def navigation(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return the address and the name of each page that this person may go to."""
    return tuple((address, name) for address, name, roles in _PAGES if viewer.role in roles)
