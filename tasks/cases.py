"""The tasks of cases: each a name in Prefect and one call."""

from services.cases import advance, ending, sweep, unit
from tasks.unit import service_task, step_task

open_steps = step_task("open the steps that are due")(advance.open_steps)
tell_everyone = step_task("tell everyone the case has ended")(ending.tell_everyone)
ask_to_carry_on = step_task("ask for the case to be carried on")(advance.ask_to_carry_on)
report_trouble = step_task("write down what stood in the way")(unit.note_trouble)
request_left_behind = service_task("ask again for cases left behind")(sweep.request_left_behind)
restart_stuck_runs = service_task("restart runs that were lost")(sweep.restart_stuck_runs)
cases_to_advance = service_task("find the cases to advance")(sweep.cases_to_advance)
