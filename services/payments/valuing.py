"""What was done of an order before completion, valued so that an instalment may charge it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import insert

from models.base import AnyRow
from models.case_queries import ending_of, live_order, payable_on
from models.order_account import held_items, order_account
from models.tables.payment_lines import InterimValue
from rules.decisions import BaseDecision, Facts, decided, particular
from rules.documents.items import Item, item_words, typed_item
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.money import pounds
from rules.people import OFFICERS
from services.cases import Context, Effect, applies
from services.orders.done import done_in_full, done_in_part

_KEEP: Final = insert(InterimValue)


@decided("value-done", at=None, by=OFFICERS, any_time=True)
class ValueDone(BaseDecision):
    """What was found done of lines before completion, so that an instalment may charge it."""

    inspected_on: date = particular("It was inspected on this day.", label="Date it was inspected")
    done: tuple[str, ...] = done_in_full("")
    part: Mapping[str, int] = done_in_part("What is done of a line or item so far, in net pounds.")

    def problems(self) -> tuple[str, ...]:
        """Return nothing said, a line twice, and a sum that is not above zero."""
        said = [typed_item(one) for one in (*self.done, *self.part)]
        found = [] if said else ["Say which lines are done, in full or in part."]
        if len(set(said)) < len(said):
            found.append("Value each line once: in full, or in part.")
        if any(pence < 0 for pence in self.part.values()):
            found.append("What is done of a line is not below zero.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        done = facts.pounds("net_pence")
        return f"What is done of {facts['order'] or 'the order'} was inspected and valued: {done}."


def check_value_done(context: Context) -> AnyRow:
    """Return the order whose works go on: begun, neither signed off nor ended."""
    order = live_order(context.conn, case_id=context.case.id)
    if order is None or order.started_on is None:
        raise StepNotOpenError(
            f"No works have begun on {context.case.reference}.",
            next_step="There is nothing to value yet.",
        )
    if order.certified_on is not None or ending_of(context.conn, order_id=order.id) is not None:
        raise StepNotOpenError(
            f"{order.number} is signed off, or ended as it was valued.",
            why="What is left of it is payable as it stands.",
            next_step="Record the contractor's invoice for the rest.",
        )
    return order


@applies(ValueDone, check=check_value_done)
def value_done(context: Context, decision: ValueDone, order: AnyRow) -> Effect:
    """Keep what was done of each line that is named: no more than ordered, none with a snag."""
    nets = {line.item: line.net_pence for line in payable_on(context.conn, order=order)}
    said: dict[Item, int] = {typed_item(one): nets.get(typed_item(one), 0) for one in decision.done}
    said |= {typed_item(one): pence for one, pence in decision.part.items()}
    problems = _problems(context, decision, order, nets, said)
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")
    context.conn.execute(
        _KEEP,
        [
            {
                "order_id": order.id,
                "item": str(item),
                "net_pence": net,
                "inspected_on": decision.inspected_on,
                "valued_by": context.actor.identity,
            }
            for item, net in said.items()
        ],
    )
    facts = {"order": order.number, "net_pence": sum(said.values())}
    return Effect(to=None, facts=facts)


def _problems(
    context: Context,
    decision: ValueDone,
    order: AnyRow,
    nets: Mapping[Item, int],
    said: Mapping[Item, int],
) -> list[str]:
    """Return, a sentence each, what is wrong with a valuation: all at once."""
    account = order_account(context.conn, order=order)
    held, found = held_items(context.conn, order=order), []
    for item, net in said.items():
        before = account.invoiced(item).net_pence
        if item not in nets:
            found.append(f"{item_words(item)} is not on the order.")
        elif nets[item] < 0:
            found.append(f"{item_words(item)} is left out of the package: nothing is done of it.")
        elif net > nets[item]:
            found.append(f"{item_words(item)} is ordered at {pounds(nets[item])} net.")
        elif net < before:
            found.append(f"{item_words(item)} is invoiced at {pounds(before)} already.")
        elif item in held:
            found.append(f"{item_words(item)} has a snag that is open.")
    if decision.inspected_on > context.today:
        found.append("It cannot be inspected in the future.")
    elif decision.inspected_on < order.started_on:
        found.append(f"Works began on {order.started_on:%-d %B %Y}; nothing was done before.")
    return found
