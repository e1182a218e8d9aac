"""The tasks of alerts: each a name in Prefect and one call."""

from services.alerts import machine_watch, watch
from tasks.unit import service_task

look_at_machine = service_task("look whether the machine has stalled")(
    machine_watch.look_at_machine
)
tell_prefect_of_machine = service_task("tell Prefect of the machine")(
    machine_watch.tell_prefect_of_machine
)
note_swept = service_task("say that the sweep had its turn")(machine_watch.note_swept)
raise_alerts = service_task("raise the alerts that are due")(watch.raise_alerts)
raise_lapses = service_task("raise what lapses")(watch.raise_lapses)
tell_of_alerts = service_task("tell people who are at work")(watch.tell_of_alerts)
emit_alerts = service_task("tell Prefect of alerts")(watch.emit_alerts)
