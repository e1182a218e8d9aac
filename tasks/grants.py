"""The tasks of grants: each a name in Prefect and one call."""

from __future__ import annotations

from services.grants import notice
from tasks.unit import step_task

notice_due = step_task("see whether a notice is due")(notice.notice_due)
give_notice = step_task("give the notice")(notice.give_notice)
