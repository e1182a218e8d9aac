"""The tasks of consents: each a name in Prefect and one call."""

from __future__ import annotations

from services.consents import certificates, consent, request
from tasks.unit import step_task

ask_for_certificates = step_task("ask for certificates")(certificates.ask_for_certificates)
match_consent = step_task("match or ask for consent")(consent.match_consent)
renew_consent = step_task("open a lapsed consent again")(consent.renew_consent)
send_consent_request = step_task("send the consent request")(request.send_consent_request)
