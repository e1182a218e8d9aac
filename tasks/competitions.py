"""The tasks of competitions: each linked to its run."""

from services.competitions import award, invitations
from tasks.unit import document_task, of_run

invitation_due = of_run(invitations.invitation_due)
write_specification = document_task("write the specification")(invitations.write_specification)
send_invitations = of_run(invitations.send_invitations)
open_competition = of_run(award.open_competition)
competitions_to_open = of_run(award.competitions_to_open)
