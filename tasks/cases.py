"""The tasks of cases: each linked to its run."""

from services.cases import advance, ending, run_requests, sweep, unit
from tasks.unit import of_run

carry = of_run(unit.carry)
open_steps = of_run(advance.open_steps)
tell_everyone = of_run(ending.tell_everyone)
ask_to_carry_on = of_run(advance.ask_to_carry_on)
report_trouble = of_run(unit.note_trouble)
left_behind = of_run(sweep.left_behind)
request_left_behind = of_run(sweep.request_left_behind)
lost_runs = of_run(sweep.lost_runs)
restart_lost_runs = of_run(sweep.restart_lost_runs)
cases_to_advance = of_run(sweep.cases_to_advance)
record_case_carried_on = of_run(run_requests.record_case_carried_on)
put_back = of_run(run_requests.put_back)
