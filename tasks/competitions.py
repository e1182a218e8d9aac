"""The tasks of competitions: each a name in Prefect and one call."""

from services.competitions import award, invitations
from tasks.unit import document_task, service_task, step_task

invitation_due = step_task("see whether contractors are to be invited")(invitations.invitation_due)
write_specification = document_task("write the specification")(invitations.write_specification)
send_invitations = step_task("invite contractors to quote")(invitations.send_invitations)
open_competition = step_task("open the quotes of a competition")(award.open_competition)
competitions_to_open = service_task("find competitions whose deadline has come")(
    award.competitions_to_open
)
