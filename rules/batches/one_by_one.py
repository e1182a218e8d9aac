"""What the lot's rule would give the cases of a batch one by one, to put beside a proposal."""

from collections.abc import Mapping

from rules.batches.problem import Batch, Load, WaitingCase, takes
from rules.errors import NobodyEligibleError
from rules.tenders import awards


def one_by_one(batch: Batch) -> dict[str, str | None]:
    """Return whom the rule would give each case, in the order of their tenders.

    Each case counts as a turn for the next, and as room taken. Where the rule finds nobody with
    room, the case would wait: None.
    """
    ledger = dict(batch.ledger)
    latest = max((record.sequence for record in ledger.values()), default=0)
    had = dict.fromkeys(batch.limits, Load(0, 0))
    given: dict[str, str | None] = {}
    for case in batch.cases:
        code = given[case.reference] = _by_rule(batch, case, ledger, had)
        if code is not None:
            net = case.choice(code).net_pence
            had[code] = had[code].with_works(net)
            old = ledger.get(code, awards.NO_TURNS)
            latest += 1
            ledger[code] = awards.Ledger(old.value_pence + net, old.turns + 1, batch.on, latest)
    return given


def _by_rule(
    batch: Batch, case: WaitingCase, ledger: Mapping[str, awards.Ledger], had: Mapping[str, Load]
) -> str | None:
    bidders = []
    for choice in case.choices:
        code = choice.contractor
        room = takes(batch.limits[code], had[code].with_works(choice.net_pence))
        reasons = () if room else ("it has no room",)
        bidders.append(
            awards.Bidder(code, choice.rank, choice.total_pence, choice.net_pence, reasons)
        )
    try:
        made = awards.award(rule=case.rule, bidders=bidders, ledger=ledger, on=batch.on)
    except NobodyEligibleError:
        return None
    return made.order[0]
