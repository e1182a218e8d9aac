"""The tasks of cases: each linked to its run."""

from services.cases import advance, ending, run_requests, sweep, unit
from tasks.unit import of_run

_open_due = of_run(advance.open_due)
tell_everyone = of_run(ending.tell_everyone)
ask_to_carry_on = of_run(advance.ask_to_carry_on)
report_trouble = of_run(unit.note_trouble)
left_behind = of_run(sweep.left_behind)
request_left_behind = of_run(sweep.request_left_behind)
stuck_runs = of_run(sweep.stuck_runs)
restart_stuck_runs = of_run(sweep.restart_stuck_runs)
cases_to_advance = of_run(sweep.cases_to_advance)
record_case_carried_on = of_run(run_requests.record_case_carried_on)
put_back = of_run(run_requests.put_back)


def open_steps(case_ref: str) -> advance.Standing:
    """Open every step that is due, if any is, and say how the case stands."""
    return advance.standing_if_open(case_ref) or _open_due(case_ref)


def open_steps_next(case_ref: str) -> advance.Standing:
    """Do as ``open_steps`` where a step was just carried out, on the case as that left it."""
    return advance.standing_if_left_open(case_ref) or _open_due(case_ref)
