"""What stands at the top of every page: only what leads somewhere for this role."""

from rules.people import MAY_ENTER, MAY_IMPORT, Actor
from rules.reports.work import SEE_BOARD


def navigation(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return the address and the name of each page that this person may go to."""
    enters = (("/cases/new", "Open a case"),) if viewer.role in MAY_ENTER else ()
    board = (("/board", "Board"),) if viewer.role in SEE_BOARD else ()
    files = (("/imports", "Imports"),) if viewer.role in MAY_IMPORT else ()
    return (("/", "My work"), *enters, ("/alerts", "Alerts"), *board, ("/runs", "Runs"), *files)
