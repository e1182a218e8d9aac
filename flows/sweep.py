"""The sweep: nothing stays lost for longer than its interval.

Triggered by: the conductor, which looks every two minutes whether there is anything to do; its
schedule, every hour, or every two minutes where there is no conductor; an operator from Prefect's
UI or CLI.
Needs: nothing.
Leaves behind: offers past their day lapsed, quotes opened whose deadline has come, lapsed consents
asked for again, cases left behind asked for again, lost runs given another go, messages that
were due sent; old sessions at the desk gone; and that it had its turn.
"""

from typing import Any, Final

from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.endings import ours
from rules.sentences import several
from tasks.alerts import note_swept
from tasks.assignment import lapse_offer, offers_to_lapse
from tasks.cases import left_behind, lost_runs, request_left_behind, restart_lost_runs
from tasks.competitions import competitions_to_open, open_competition
from tasks.consents import consents_lapsed, renew_consent
from tasks.documents import any_due, deliver_due
from tasks.people import forget_old_sessions

_LOOKS: Final = (offers_to_lapse, competitions_to_open, consents_lapsed, left_behind, any_due)


def anything_to_sweep() -> bool:
    """Look whether a sweep would find anything to do, without doing it."""
    return any(look() for look in _LOOKS) or bool(lost_runs())


@ours("sweep", flow_run_name="sweep · what was left behind")
def sweep() -> State[Any]:
    """Find what was lost or ran out of time, and start it again."""
    lapsed = offers_to_lapse()
    for reference in lapsed:
        lapse_offer(reference)
    due = competitions_to_open()
    for reference in due:
        open_competition(reference)
    renewed = consents_lapsed()
    for reference in renewed:
        renew_consent(reference)
    restarted = restart_lost_runs()
    asked = request_left_behind()
    delivered = deliver_due()
    forget_old_sessions()
    note_swept()
    return Completed(
        name="Swept",
        message=f"{several(len(lapsed), 'offer')} lapsed, "
        f"{several(len(due), 'competition')} at the deadline, "
        f"{len(renewed)} consents to renew, "
        f"{several(restarted, 'run')} restarted, {several(len(asked), 'case')} asked for again, "
        f"{several(delivered.sent, 'message')} sent, {delivered.failed} not sent.",
    )
