"""The tasks of consents: each linked to its run."""

from services.consents import consent, request
from tasks.unit import document_task, of_run

match_consent = of_run(consent.match_consent)
renew_consent = of_run(consent.renew_consent)
consents_lapsed = of_run(consent.consents_lapsed)
write_consent_request = document_task("write the consent request")(request.write_consent_request)
send_consent_request = of_run(request.send_consent_request)
ask_for_certificates = of_run(request.ask_for_certificates)
