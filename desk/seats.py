"""What is shown at the command line to whom: as the pages do, where it is known who sits there."""

from adapters import clock
from adapters.os_user import os_user
from adapters.settings import settings
from rules.errors import NotPermittedError, UnknownReferenceError
from rules.people import Role
from rules.reports.work import check_may_see
from services.session import acting, reading


def check_may_read(*, roles: frozenset[Role], what: str) -> None:
    """Refuse what is for some roles to a user of the machine who stands for nobody of them.

    Where the settings say nothing of users (``HANDRAIL_CLI_OFFICERS``), whoever may run the command
    may read the database by itself, and is refused nothing.

    Args:
        what: What it is, such as ``reports``.

    Raises:
        NotPermittedError: They stand for nobody, or for nobody of these roles.
    """
    user = os_user()
    people = settings().officers_of(user)
    if people is None:
        return None
    refusal: Exception = NotPermittedError(
        f"{user} stands for nobody who may see {what}.", next_step="Ask whoever operates Handrail."
    )
    with reading() as conn:
        for one in people:
            try:
                actor = acting(conn, identity=one, on=clock.today())
                return check_may_see(actor=actor, roles=roles, what=what)
            except (NotPermittedError, UnknownReferenceError) as error:
                refusal = error
    raise refusal
