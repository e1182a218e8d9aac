"""The tasks of consents: each a name in Prefect and one call."""

from services.consents import consent, request
from tasks.unit import document_task, service_task, step_task

match_consent = step_task("match or ask for consent")(consent.match_consent)
renew_consent = step_task("open a lapsed consent again")(consent.renew_consent)
consents_lapsed = service_task("find consents that lapsed")(consent.consents_lapsed)
write_consent_request = document_task("write the consent request")(request.write_consent_request)
send_consent_request = step_task("send the consent request")(request.send_consent_request)
ask_for_certificates = step_task("ask for certificates")(request.ask_for_certificates)
