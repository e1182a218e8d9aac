"""Which page is for which roles, and what of a person's authorities it asks: one line a page.

The reference is made from it, and the tests hold every page to it. The pages themselves ask the
rules; what a rule says of a role is not said again here.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from rules.partnership.agreed import SEE_PARTNERSHIP
from rules.paying import SEE_PAYMENTS
from rules.people import (
    MAY_CHANGE_MANY,
    MAY_CLOSE_DAYS,
    MAY_ENTER,
    MAY_ERASE,
    MAY_IMPORT,
    MAY_KEEP_FILE,
    MAY_SEND_AWAY,
    OFFICERS,
    Role,
)
from rules.powers import SEE_DELIVERY
from rules.reports.work import SEE_BOARD, SEE_LISTS


class Asks(StrEnum):
    """What a page asks of the authorities that somebody serves."""

    NOTHING = "Nothing: it is the same for all, or their own."
    SHOWS_THEIRS = "It shows what is of authorities they serve, and no more."
    FINDS_THEIRS = "What is of an authority they do not serve is not found."
    REFUSES = "Of an authority they do not serve it is refused, and says so."


class Access(NamedTuple):
    """Who gets a page.

    Args:
        roles: The roles; None where what is looked at decides.
        more: What else is asked, or who else gets it, as a sentence.
    """

    what: str
    roles: frozenset[Role] | None
    asks: Asks
    more: str = ""


_ADMIN: Final = frozenset({Role.ADMINISTRATOR})
_CASE: Final = (SEE_LISTS, Asks.FINDS_THEIRS)
_OPEN: Final = (SEE_LISTS, Asks.NOTHING)
_THEIRS: Final = (SEE_LISTS, Asks.SHOWS_THEIRS)
_PARTNERS: Final = (SEE_PARTNERSHIP, Asks.NOTHING)
_BY_KIND: Final = "Which registers a role corrects stands on each."

PAGES: Final[Mapping[str, Access]] = MappingProxyType(
    {
        "/": Access("My work", *_THEIRS),
        "/cases.csv": Access("The same as a file", *_THEIRS),
        "/cases/new": Access("Open a case", MAY_ENTER, Asks.SHOWS_THEIRS),
        "/cases/{reference:path}": Access("A case", *_CASE),
        "/cases/{reference:path}/works": Access("The works of a case", *_CASE),
        "/cases/{reference:path}/order.json": Access(
            "The order, for a contractor’s own system", *_CASE
        ),
        "/cases/{reference:path}/release.json": Access("The OCDS release of a contract", *_CASE),
        "/cases/{reference:path}/notice.json": Access("The s.87 notice of a contract", *_CASE),
        "/cases/{reference:path}/account": Access("The account of a case", *_CASE),
        "/cases/{reference:path}/account.pdf": Access("The same as a document", *_CASE),
        "/cases/{reference:path}/record.pdf": Access(
            "The whole record of a case", SEE_BOARD, Asks.FINDS_THEIRS
        ),
        "/cases/{reference:path}/invoice-file": Access(
            "An invoice as a file", OFFICERS | {Role.FINANCE}, Asks.FINDS_THEIRS
        ),
        "/cases/{reference:path}/looked": Access("Who looked at a case", *_CASE),
        "/cases/{reference:path}/attach": Access(
            "Attach a document", MAY_KEEP_FILE, Asks.FINDS_THEIRS
        ),
        "/cases/{reference:path}/inspect": Access(
            "The list of a visit to inspect works", *_CASE, "An officer records what was found."
        ),
        "/cases/{reference:path}/received/{number}": Access("A document received", *_CASE),
        "/cases/{reference}/decide/{name}": Access(
            *("A decision as a form", None, Asks.FINDS_THEIRS),
            "Whoever may record the decision: see [Decisions](decisions.md).",
        ),
        "/cases/{reference}/decided/{number}": Access("What came of a decision", *_CASE),
        "/cases/{reference}/advance": Access("Carry a case on", MAY_KEEP_FILE, Asks.FINDS_THEIRS),
        "/cases/{reference}/advanced/{revision}": Access(
            "What came of carrying on", MAY_KEEP_FILE, Asks.FINDS_THEIRS
        ),
        "/cases/{reference}/do/price-again": Access(
            "Price a case again", MAY_CHANGE_MANY, Asks.FINDS_THEIRS
        ),
        "/hand-over": Access("Hand cases over", MAY_ENTER, Asks.FINDS_THEIRS),
        "/messages/{number}": Access("A message as sent", *_CASE),
        "/documents/{number}/{file}": Access("A document", *_CASE),
        "/alerts": Access("Alerts", *_THEIRS),
        "/alerts/{number}": Access("An alert", *_CASE),
        "/runs": Access("Runs", *_THEIRS),
        "/runs/{flow_run_id}": Access("A run", *_CASE),
        "/board": Access("The board", SEE_BOARD, Asks.SHOWS_THEIRS),
        "/board/statutory": Access("Statutory limits", SEE_BOARD, Asks.SHOWS_THEIRS),
        "/board/forecast": Access("The forecast", SEE_BOARD, Asks.SHOWS_THEIRS),
        "/reports": Access("The reports there are", SEE_BOARD, Asks.NOTHING),
        "/reports/{name}": Access("A report", SEE_BOARD, Asks.SHOWS_THEIRS),
        "/reports/{name}.{form}": Access("The same as a file", SEE_BOARD, Asks.SHOWS_THEIRS),
        "/reports/{name}/cases": Access("The cases behind a figure", SEE_BOARD, Asks.SHOWS_THEIRS),
        "/repricing": Access("Repricing", MAY_CHANGE_MANY, Asks.SHOWS_THEIRS),
        "/repricing/{number}": Access("A repricing", MAY_CHANGE_MANY, Asks.SHOWS_THEIRS),
        "/batches": Access("Batch awards", MAY_CHANGE_MANY, Asks.SHOWS_THEIRS),
        "/batches/{number}": Access("A batch award", MAY_CHANGE_MANY, Asks.SHOWS_THEIRS),
        "/imports": Access("Imports", MAY_IMPORT, Asks.NOTHING),
        "/imports/{number}": Access(
            "A file sent, looked at", MAY_IMPORT, Asks.NOTHING, "Found by its sender alone."
        ),
        "/imports/out/{kind}": Access("What is on record as a file", MAY_IMPORT, Asks.SHOWS_THEIRS),
        "/imports/{number}/lines.csv": Access(
            "All of it as a file", MAY_IMPORT, Asks.NOTHING, "Found by its sender alone."
        ),
        "/registers": Access("The registers", *_OPEN),
        "/registers/{kind}/new": Access("Add a record", None, Asks.REFUSES, _BY_KIND),
        "/registers/{kind}/change": Access("Correct a record", None, Asks.REFUSES, _BY_KIND),
        "/authorities": Access("Authorities", *_OPEN),
        "/contractors": Access("Contractors", *_OPEN),
        "/contractors/performance": Access("How contractors do", *_THEIRS),
        "/contractors/performance.csv": Access("The same as a file", *_THEIRS),
        "/contractors/performance/cases": Access("The cases behind a figure", *_THEIRS),
        "/contractors/{code:path}/key": Access(
            "The secret of a contractor’s own system", _ADMIN, Asks.NOTHING
        ),
        "/contractors/{code:path}": Access("A contractor", *_OPEN),
        "/contractors/{code:path}/hand-in": Access(
            "Hand in a contractor's document", MAY_IMPORT, Asks.FINDS_THEIRS
        ),
        "/contractors/{code:path}/bank": Access(
            "Where a contractor is paid", SEE_PAYMENTS, Asks.NOTHING, "Finance alone changes it."
        ),
        "/payments": Access("Payments", SEE_PAYMENTS, Asks.SHOWS_THEIRS),
        "/payments/runs/{number}": Access("A payment run", SEE_PAYMENTS, Asks.FINDS_THEIRS),
        "/payments/runs/{number}/{name}": Access(
            *("A file of one", SEE_PAYMENTS, Asks.FINDS_THEIRS),
            "The bank's file is for finance alone.",
        ),
        "/contractors/{code:path}/handed/{number}": Access("The file of one", *_OPEN),
        "/contractors/{code:path}/handed/{number}/look": Access(
            "Check or refuse one",
            MAY_IMPORT,
            Asks.FINDS_THEIRS,
            "Whoever serves every authority of the contractor.",
        ),
        "/required_documents": Access("Documents asked of contractors", *_OPEN),
        "/lots": Access("Lots", *_OPEN),
        "/lots/{code:path}": Access("A lot", *_OPEN),
        "/packages": Access("Packages", *_OPEN),
        "/providers": Access("Registered providers", *_OPEN),
        "/providers/{code:path}": Access("A registered provider", *_OPEN),
        "/schedule": Access("The schedule of rates", *_OPEN),
        "/schedule/{code:path}": Access("A code of the schedule", *_OPEN),
        "/escalations": Access("Who else is told of what is late", *_OPEN),
        "/consent_terms": Access("Reminders to landlords", *_OPEN),
        "/waiver_rules": Access("Waiver rules", *_OPEN),
        "/servicing": Access("Servicing", *_OPEN),
        "/simple_works": Access("Works that clients may state for themselves", *_OPEN),
        "/statements": Access("Clients’ own statements", MAY_ENTER, Asks.SHOWS_THEIRS),
        "/statements/{number}": Access("A client’s own statement", MAY_ENTER, Asks.FINDS_THEIRS),
        "/means_test_terms": Access("Terms of the means test", *_OPEN),
        "/grant_terms": Access("Terms of the grant", *_OPEN),
        "/completion_terms": Access("Terms of completion", *_OPEN),
        "/letters": Access("Letters of authorities", *_THEIRS),
        "/letters/{code}": Access("An authority's letters", *_CASE),
        "/letters/{code}/sample/{letter}": Access("A sample of a letter", *_CASE),
        "/calendar": Access("The calendar", *_THEIRS),
        "/calendar/open": Access("Open a closed day again", MAY_CLOSE_DAYS, Asks.SHOWS_THEIRS),
        "/targets": Access("Targets", *_THEIRS),
        "/targets/{name}": Access("Change a target", MAY_IMPORT, Asks.SHOWS_THEIRS),
        "/budgets": Access("Budgets", *_THEIRS),
        "/budgets/change": Access("Change a budget", MAY_IMPORT, Asks.REFUSES),
        "/delivery": Access("Who delivers", SEE_DELIVERY, Asks.SHOWS_THEIRS),
        "/delivery/{name}": Access(
            "A plan of them",
            SEE_DELIVERY,
            Asks.FINDS_THEIRS,
            "An administrator rehearses it and carries it out.",
        ),
        "/partnership_budget": Access("A partnership’s budget", *_PARTNERS),
        "/partnership_capital": Access("A partnership’s capital", *_PARTNERS),
        "/partnership_terms": Access("A partnership’s terms", *_PARTNERS),
        "/printed_tables": Access("Tables as printed", *_PARTNERS),
        "/partnership": Access("What partners contribute to a year", *_PARTNERS),
        "/partnership.csv": Access("The same as a file", *_PARTNERS),
        "/partnership/what-if": Access("What they would contribute if", *_PARTNERS),
        "/partnership/printed": Access("Printed tables that do not add up", *_PARTNERS),
        "/partnership/printed.csv": Access("The same as a file", *_PARTNERS),
        "/retention": Access("What is erased, proposed", MAY_ERASE, Asks.SHOWS_THEIRS),
        "/retention/{number}": Access("A proposal to erase", MAY_ERASE, Asks.FINDS_THEIRS),
        "/personal-data": Access("What is held on a person", MAY_ERASE, Asks.SHOWS_THEIRS),
        "/people": Access("People", *_THEIRS),
        "/people/new": Access("Add an officer", _ADMIN, Asks.NOTHING),
        "/people/{email}": Access("An officer", *_CASE),
        "/people/{email}/change": Access("Change an officer", _ADMIN, Asks.NOTHING),
        "/people/{email}/leave": Access("An officer leaves", _ADMIN, Asks.NOTHING),
        "/people/{email}/away": Access(
            "Away", MAY_SEND_AWAY, Asks.FINDS_THEIRS, "Everybody records their own."
        ),
        "/absences/{number}": Access("An absence", *_CASE),
        "/account": Access("One's own account", *_OPEN),
        "/account/password": Access(
            "Change one's password", *_OPEN, "Whoever has a password and gave it just now."
        ),
        "/account/app": Access(
            "One's authenticator app", *_OPEN, "Whoever has a password and gave it just now."
        ),
    }
)
"""Every page by the address of its route, for whoever is signed in."""

WITHOUT_SIGN_IN: Final = frozenset(
    {
        *("/health", "/health/live", "/health/ready", "/metrics"),
        *("/sign-in", "/sign-in/forgotten", "/invitations/{token}"),
        *("/sign-in/council", "/sign-in/council/back"),
        *("/o/{token}/orders", "/o/{token}/snags/{number}", "/o/{token}/documents"),
        *("/o/{token}/invoice-file", "/apply/{authority}"),
        *(
            f"/{place}/{{token}}{more}"
            for place in ("o", "k", "c")
            for more in ("", "/do/{name}", "/papers/{number}/{file}", "/again")
        ),
    }
)
"""What is there for whoever is not signed in."""

BY_SIGNATURE: Final = frozenset({"/api/orders/{number}/events"})
"""What programs ask for by a signature alone: no session and no form's token counts there."""

OWN_ALONE: Final = frozenset({"/kept"})
"""What has nothing but what the same person typed in the same browser, and else leads on."""
