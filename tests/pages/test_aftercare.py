"""The pages of aftercare for a client, a contractor and an officer: nothing in anybody's way."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser

from adapters import clock
from rules.aftercare.outcomes import Outcome
from rules.cases import LinkOf
from services.aftercare.defects import JudgeDefect, ReportDefect
from services.aftercare.inspected import InspectRecall
from services.aftercare.outcomes import RecordOutcomes
from services.aftercare.recalls import PutRight
from services.links.decide import SendLink
from tests.browser import NARROW, WIDE, Windows, barriers, served_desk, too_wide
from tests.desk.links.contractor import client_path, path_of
from tests.factories import act, bring, case_at, decide
from tests.small_service import AVON, TERMS, TESS

_KEEP = os.environ.get("HANDRAIL_TEST_PICTURES", "")


def test_what_is_asked_after_sign_off_is_in_nobodys_way(
    sqlite_service: str, browser: Browser
) -> None:
    url = sqlite_service
    bring(url, "servicing", TERMS["servicing"].replace("LIGHT", "level_access_shower"))
    reference = case_at(url, "aftercare")
    decide(url, reference, SendLink(LinkOf.CLIENT), by=TESS)
    client = client_path(url)
    act(url, reference, ReportDefect("Water stands by the door after a shower", line=1))
    act(url, reference, ReportDefect("The rail is loose", urgent=True))
    act(url, reference, RecordOutcomes({"control": Outcome.ACHIEVED, "dignity": Outcome.PARTLY}))
    for number in (1, 2):
        act(url, reference, JudgeDefect(number, of_works=True))
    firm = path_of(url)
    act(url, reference, PutRight(2, clock.today(), "photograph on file"), by=AVON)
    act(url, reference, InspectRecall(2, right=True))
    pages = [
        *((client, "client", ""), (f"{client}/do/survey", "survey", "")),
        *((f"{client}/do/report-defect", "report", ""), (firm, "contractor", "")),
        *((f"{client}/do/confirm-recall", "confirm", ""),),
        *((f"{client}/do/record-outcomes", "outcomes", ""),),
        *((f"{firm}/do/answer-recall", "answer", ""), (f"{firm}/do/put-right", "right", "")),
        (f"/cases/{reference}", "case", TESS),
        (f"/cases/{reference}/decide/judge-defect", "judge", TESS),
        (f"/cases/{reference}/decide/record-outcomes", "record", TESS),
    ]
    with served_desk() as base, Windows(browser, base) as windows:
        for path, name, who in pages:
            page = windows.of(who)
            page.set_viewport_size(WIDE)
            answer = page.goto(path)
            assert answer is not None
            assert answer.status in (200, 409), (path, answer.status)
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)
                assert barriers(page) == [], path
                assert too_wide(page) == 0, (path, size)
                if _KEEP:
                    file = Path(_KEEP, f"{name}-{size['width']}.png")
                    page.screenshot(full_page=True, path=file)
