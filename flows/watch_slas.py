"""The watch over the clocks: nobody has to remember to chase.

Triggered by: its schedule, every five minutes; an operator from Prefect's UI or CLI.
Needs: nothing.
Leaves behind: an alert for every rung of a clock whose day has come, once; for whatever lapses
soon; for automatic work that cannot finish; for a machine that stalls. People who are at work are
told, once a day each, and Prefect, so that automations can tell others. What no longer stands is
cleared. What reports count is brought up to date. Once a day a seal goes where the settings say.
"""

from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.endings import ours
from rules.sentences import several
from tasks.alerts import emit_alerts, look_at_machine, raise_alerts, raise_lapses, tell_of_alerts
from tasks.documents import deliver_due
from tasks.reports import count_what_grew
from tasks.verification import seal_daily


@ours("watch-slas", flow_run_name="watch · clocks and alerts")
def watch_slas() -> State[Any]:
    """Raise the alerts that are due, and tell people and Prefect of them."""
    found = raise_alerts()
    look_at_machine()
    told = tell_of_alerts()
    if told.messages:
        deliver_due()
    emitted = emit_alerts()
    count_what_grew(at_most=20)
    sealed = seal_daily()
    # Last, as it looks weeks ahead: where no bank holidays are held for then, it refuses to guess.
    found += raise_lapses()
    words = (
        f"{several(found.raised, 'alert')} raised, {found.cleared} cleared, "
        f"{told.messages} digests and reminders, {emitted.alerts} events."
    )
    words = " ".join(part for part in (words, emitted.trouble, sealed) if part)
    return Completed(name="Watched", message=words)
