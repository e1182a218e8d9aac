"""Mini-competitions broken on purpose: the SQL that does it, and what must be said of it."""

from __future__ import annotations

from typing import Final

from tests.services.verification.breaks import OFFERED, Break

COMPETITIONS: Final = (
    Break(
        OFFERED,
        "The quote of AVON is sealed, and its competition is awarded.",
        "UPDATE quote SET status = 'sealed', net_pence = NULL, line_net_pence = NULL "
        "WHERE $award AND contractor = 'AVON'",
    ),
    Break(
        OFFERED,
        "Award 1 says otherwise than its quotes whether AVON has a place.",
        "UPDATE quote SET status = 'withdrawn', net_pence = NULL "
        "WHERE $award AND contractor = 'AVON'",
    ),
    Break(
        OFFERED,
        "Award 1 places BRIAR otherwise than its quotes and marks do.",
        """UPDATE quote SET line_net_pence = '{"1": 390000, "2": 390001}', net_pence = 780001 """
        "WHERE $award AND contractor = 'BRIAR'",
    ),
    Break(
        OFFERED,
        "Award 1 is not at the quote of AVON.",
        "UPDATE award SET contractor = 'AVON' WHERE $case",
    ),
    Break(
        OFFERED,
        "Award 1 cannot be worked out again from its quotes: '2'",
        """UPDATE quote SET line_net_pence = '{"1": 5}' """
        "WHERE $award AND contractor = 'BRIAR'",
    ),
    Break(
        OFFERED,
        "Award 1 rests on quotes, and nobody was invited.",
        "DELETE FROM competition WHERE $award",
    ),
)
