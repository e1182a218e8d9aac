"""The tasks of alerts: each linked to its run."""

from services.alerts import machine_watch, watch
from tasks.unit import of_run

look_at_machine = of_run(machine_watch.look_at_machine)
tell_prefect_of_machine = of_run(machine_watch.tell_prefect_of_machine)
note_swept = of_run(machine_watch.note_swept)
say_put_back = of_run(machine_watch.say_put_back)
raise_alerts = of_run(watch.raise_alerts)
raise_lapses = of_run(watch.raise_lapses)
tell_of_alerts = of_run(watch.tell_of_alerts)
emit_alerts = of_run(watch.emit_alerts)
