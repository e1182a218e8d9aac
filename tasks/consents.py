"""The tasks of consents: each linked to its run."""

from services.consents import arrival, chasing, consent, forms, pack, renewing, request
from tasks.unit import document_task, of_run

match_consent = of_run(consent.match_consent)
renew_consent = of_run(renewing.renew_consent)
consents_lapsed = of_run(renewing.consents_lapsed)
landlords_to_chase = of_run(chasing.landlords_to_chase)
chase_landlord = of_run(chasing.chase_landlord)
write_evidence = document_task("write the evidence of a request")(pack.write_evidence)
file_evidence = of_run(pack.file_evidence)
requests_to_follow = of_run(arrival.requests_to_follow)
follow_request = of_run(arrival.follow_request)
write_consent_request = document_task("write the consent request")(request.write_consent_request)
send_consent_request = of_run(request.send_consent_request)
certificates_to_ask = of_run(forms.certificates_to_ask)
write_forms = document_task("write the forms of the certificates")(forms.write_forms)
ask_for_certificates = of_run(forms.ask_for_certificates)
