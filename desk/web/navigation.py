"""What stands at the top of every page: only what leads somewhere for this role."""

from rules.people import Actor


def navigation(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return the address and the name of each page that this person may go to."""
    del viewer
    return (("/", "My work"),)
