"""What stands at the top of every page: only what leads somewhere for this role."""

from rules.people import Actor
from rules.reports.work import SEE_BOARD


def navigation(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return the address and the name of each page that this person may go to."""
    board = (("/board", "Board"),) if viewer.role in SEE_BOARD else ()
    return (("/", "My work"), ("/alerts", "Alerts"), *board)
