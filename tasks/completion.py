"""The tasks of completion: each a name in Prefect and one call."""

from services.completion import sign_off
from tasks.unit import document_task, step_task

review_completion = step_task("see what sign-off waits for")(sign_off.review_completion)
write_completion = document_task("write the certificate of completion")(sign_off.write_completion)
send_completion = step_task("send the certificate of completion")(sign_off.send_completion)
