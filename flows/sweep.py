"""The sweep: nothing stays lost for longer than its interval.

Triggered by: the conductor, which looks every two minutes whether there is anything to do; its
schedule, every hour, or every two minutes where there is no conductor; an operator from Prefect's
UI or CLI.
Needs: nothing.
Leaves behind: offers past their day lapsed, quotes opened whose deadline has come, lapsed consents
asked for again, landlords reminded, or found silent with the evidence on file, cases in aftercare
looked at whose day has come, cases left behind asked for again, lost runs given another go,
remittance advice that was not told put up, files of invoices that nobody recorded withdrawn,
messages that were due sent; old sessions at the desk gone; and that it had its turn.
"""

from typing import Any, Final

from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.endings import ours
from rules.sentences import several
from tasks.aftercare import cases_to_look_at, look_at
from tasks.alerts import note_swept
from tasks.assignment import lapse_offer, offers_to_lapse
from tasks.cases import left_behind, lost_runs, request_left_behind, restart_lost_runs
from tasks.competitions import competitions_to_open, open_competition
from tasks.consents import (
    chase_landlord,
    consents_lapsed,
    file_evidence,
    follow_request,
    landlords_to_chase,
    renew_consent,
    requests_to_follow,
    write_evidence,
)
from tasks.documents import any_due, deliver_due, withdraw_left_files
from tasks.payments import remit_left
from tasks.people import forget_old_sessions

_LOOKS: Final = (
    *(offers_to_lapse, competitions_to_open, consents_lapsed, requests_to_follow),
    *(landlords_to_chase, cases_to_look_at, left_behind, any_due),
)


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
    chased = _ask_landlords_again()
    looked = cases_to_look_at()
    for reference in looked:
        look_at(reference)
    restarted = restart_lost_runs()
    asked = request_left_behind()
    remit_left()
    withdraw_left_files()
    delivered = deliver_due()
    forget_old_sessions()
    note_swept()
    return Completed(
        name="Swept",
        message=f"{several(len(lapsed), 'offer')} lapsed, "
        f"{several(len(due), 'competition')} at the deadline, "
        f"{len(renewed)} consents to renew, {several(chased, 'landlord')} chased, "
        f"{several(len(looked), 'case')} in aftercare, "
        f"{several(restarted, 'run')} restarted, {several(len(asked), 'case')} asked for again, "
        f"{several(delivered.sent, 'message')} sent, {delivered.failed} not sent.",
    )


def _ask_landlords_again() -> int:
    """Remind the landlords that are due; put the evidence on file of those that were silent."""
    for reference in requests_to_follow():
        follow_request(reference)
    due = landlords_to_chase()
    for reference in due:
        if chase_landlord(reference):
            file_evidence(reference, write_evidence(reference))
    return len(due)
