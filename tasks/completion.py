"""The tasks of completion: each linked to its run."""

from services.completion import sign_off
from tasks.unit import document_task, of_run

review_completion = of_run(sign_off.review_completion)
write_completion = document_task("write the certificate of completion")(sign_off.write_completion)
send_completion = of_run(sign_off.send_completion)
