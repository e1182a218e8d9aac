"""Lives of a case's orders as anybody may lead them: versions and sums against a plain model.

A contractor may be replaced, and the next one's order is varied and ended as the first was.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection

from adapters import clock
from models.base import AnyRow
from models.case_queries import (
    approval_in_force,
    case_row,
    order_in_force,
    orders_on,
    payable_on,
    price_by_id,
)
from models.database import engine_for, reading
from rules.errors import StepNotOpenError
from rules.orders import EndGround
from rules.pathway import StepName
from rules.replacements import NextBy, ReplaceGround
from rules.variations import Limb
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation, WithdrawVariation
from services.orders.ended import EndOrder
from services.orders.replacing import ReplaceContractor
from services.orders.taken_back import WithdrawReplacement
from services.orders.variation_view import variation_view
from services.orders.varying import ApproveVariation, RejectVariation
from services.verification.checks import run_checks
from services.verification.orders import ORDERS
from services.verification.verify import findings
from services.verification.versions import VERSIONS
from tests.factories import act, begin, case_at, decide, pass_step
from tests.services.orders.pencil import ADDS, RATES, Line, Plain, with_vat
from tests.small_service import ADA, CEDAR, TESS

quantities = st.integers(1, 60).map(lambda n: Decimal(n) / 4)
codes = st.dictionaries(st.sampled_from(sorted(RATES)), quantities, max_size=2)


class Life(RuleBasedStateMachine):
    """A case whose works have begun, in a database that is kept."""

    url: str
    reference: str
    kept: Path
    model: Plain
    kept_model: Plain

    @initialize()
    def begin(self) -> None:
        file = Path(str(sa.make_url(self.url).database))
        engine_for(self.url).dispose()
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()
        shutil.copy(self.kept, file)
        self.model = Plain({1: Line("RAIL", Decimal(4)), 2: Line("LIGHT", Decimal(2))})
        self.model.totals.append(self.model.total)
        self.model.approved = self.model.total

    def idle(self) -> bool:
        model = self.model
        return model.claimed is None and model.ended is None and not model.offered

    @precondition(idle)
    @rule(data=st.data(), added=codes, bespoke=st.none() | st.integers(1, 99_99))
    def claim(self, data: Any, added: dict[str, Decimal], bespoke: int | None) -> None:
        model = self.model
        at = st.sampled_from(sorted(model.lines))
        omit = data.draw(st.sets(at, max_size=len(model.lines) - 1))
        fixed = {number for number, line in model.lines.items() if line.code is None}
        free = sorted(set(model.lines) - omit - fixed)
        changed = data.draw(st.dictionaries(st.sampled_from(free), quantities)) if free else {}
        changed = {n: q for n, q in changed.items() if q != model.lines[n].quantity}
        if not (omit or changed or added or bespoke):
            return
        claimed: dict[int, Line | None] = dict.fromkeys(omit)
        claimed |= {n: Line(model.lines[n].code, q) for n, q in changed.items()}
        new = [Line(code, quantity) for code, quantity in added.items()]
        new += [Line(None, Decimal(1), bespoke)] if bespoke else []
        for number, line in enumerate(new, start=model.used + 1):
            claimed[number] = line
        model.used += len(new)
        model.claimed = claimed
        act(
            self.url,
            self.reference,
            ClaimVariation(
                omit=tuple(omit),
                quantities=changed,
                added=added,
                bespoke={"shelf": bespoke} if bespoke else {},
                evidence="quote",
            ),
            by=model.firm,
        )

    @precondition(lambda self: bool(self.model.claimed))
    @rule(data=st.data())
    def assess(self, data: Any) -> None:
        model = self.model
        assert model.claimed is not None
        coded = [n for n, one in model.claimed.items() if one is not None and one.code]
        less = data.draw(st.dictionaries(st.sampled_from(coded), quantities)) if coded else {}
        model.agreed = dict(model.claimed)  # anew, not from what was agreed before
        of = {n: one.code for n, one in model.claimed.items() if one is not None}
        model.agreed |= {n: Line(of[n], quantity) for n, quantity in less.items()}
        other = [n for n, one in model.claimed.items() if one is not None and not one.code]
        total = model.done + model.comes_to(model.then())
        agreed = AssessVariation(
            agreed_quantities=less,
            why=dict.fromkeys(less, "as measured on site"),
            no_certificates=dict.fromkeys(other, "nothing in it is certified"),
            limb=Limb.UNFORESEEABLE_WORKS if total > model.approved else None,
        )
        act(self.url, self.reference, agreed, by=TESS)

    @precondition(lambda self: bool(self.model.agreed))
    @rule()
    def approve(self) -> None:
        act(self.url, self.reference, ApproveVariation(), by=ADA)
        self.model.lines = self.model.then()
        self.model.totals.append(self.model.total)
        self.model.approved = max(self.model.approved, self.model.done + self.model.total)
        self.model.claimed = self.model.agreed = None

    @precondition(lambda self: bool(self.model.claimed))
    @rule(by_contractor=st.booleans())
    def drop(self, by_contractor: bool) -> None:
        decision = WithdrawVariation() if by_contractor else RejectVariation()
        act(self.url, self.reference, decision, by=self.model.firm if by_contractor else ADA)
        self.model.claimed = self.model.agreed = None

    @precondition(lambda self: self.idle() and len(self.model.totals) > 1)
    @rule()
    def end(self) -> None:
        first, *rest = sorted(self.model.lines)
        done = EndOrder(
            EndGround.OCCUPANT_MOVED,
            done=(str(first),),
            not_done=tuple(str(number) for number in rest),
        )
        act(self.url, self.reference, done, by=TESS)
        self.model.ended = {first: sum(self.model.lines[first].sums(self.model.firm))}

    @precondition(lambda self: self.idle() and self.model.firm != CEDAR)
    @rule(data=st.data())
    def let_another_take_over(self, data: Any) -> None:
        """Another contractor takes over: each line done, in part or not; one is left at least."""
        model = self.model
        coded = sorted(number for number, line in model.lines.items() if line.code)
        if not coded:
            return  # what was quoted has no price of the next contractor's
        how = {n: data.draw(st.sampled_from(["done", "part", "not"])) for n in model.lines}
        how |= {n: "done" for n in model.lines if n not in coded} | {coded[0]: "not"}
        part, left = {}, {}
        for number in (n for n in coded if how[n] == "part"):
            line = model.lines[number]
            net = line.sums(model.firm)[0]
            much = data.draw(st.integers(0, int(line.quantity * 4))) if net > 1 else 0
            if net > 1:
                part[number], left[number] = data.draw(st.integers(1, net - 1)), Decimal(much) / 4
            else:
                how[number] = "not"
        act(
            self.url,
            self.reference,
            ReplaceContractor(
                ReplaceGround.STOPPED,
                NextBy.BY_RULE,
                done=tuple(str(n) for n, said in how.items() if said == "done"),
                part={str(n): net for n, net in part.items()},
                not_done=tuple(str(n) for n, said in how.items() if said == "not"),
                left=left,
                inspected_on=clock.today(),
            ),
            by=TESS,
        )
        self.kept_model = replace(model, before=list(model.before), totals=list(model.totals))
        done = {n: sum(model.lines[n].sums(model.firm)) for n in how if how[n] == "done"}
        done |= {n: sum(with_vat(model.lines[n].code, net)) for n, net in part.items()}
        model.before.append(done)
        rest = left | {n: model.lines[n].quantity for n in how if how[n] == "not"}
        model.used = max(model.lines)
        model.lines = {n: Line(model.lines[n].code, q) for n, q in sorted(rest.items()) if q}
        firms = list(ADDS)
        model.firm = firms[firms.index(model.firm) + 1]
        model.offered = True

    @precondition(lambda self: self.model.offered)
    @rule()
    def take_back(self) -> None:
        act(self.url, self.reference, WithdrawReplacement(), by=TESS)
        self.model = self.kept_model

    @precondition(lambda self: self.model.offered)
    @rule()
    def accept(self) -> None:
        model = self.model
        for step in (StepName.APPROVE, StepName.ASSIGN):
            pass_step(self.url, self.reference, step)
        begin(self.url, self.reference, clock.today())
        model.first_version += len(model.totals)
        model.totals = [model.total]
        model.approved = max(model.approved, model.done + model.total)
        model.offered = False

    @precondition(lambda self: self.model.ended is not None)
    @rule()
    def claim_too_late(self) -> None:
        with pytest.raises(StepNotOpenError):
            decide(self.url, self.reference, ClaimVariation(added={"RAIL": Decimal(1)}), by=TESS)

    @invariant()
    def it_adds_up(self) -> None:
        if not hasattr(self, "model"):
            return
        model = self.model
        with reading(self.url) as conn:
            case_id = case_row(conn, reference=self.reference).id
            approved = approval_in_force(conn, case_id=case_id).works_pence
            earlier = [
                {line.item: line.net_pence + line.vat_pence for line in payable_on(conn, order=one)}
                for one in orders_on(conn, case_id=case_id)
                if one.status == "replaced"
            ]
            wrong = [one.sentence for one in run_checks(conn, (*VERSIONS, *ORDERS))]
            order = None if model.offered else order_in_force(conn, case_id=case_id)
            if order is not None:
                self.check_order(conn, order)
        assert earlier == model.before, "what each of those before is owed stands"
        assert wrong == []
        if order is not None:
            assert approved == model.approved, "headroom counts from what was approved"
            assert model.done + model.total <= approved

    def check_order(self, conn: Connection, order: AnyRow) -> None:
        """See that the order in force says, and owes, what the model does."""
        model = self.model
        price = price_by_id(conn, price_id=order.price_id)
        shown = variation_view(conn, order=order, calendar=None)
        said = (order.contractor, order.version, price.total_pence)
        assert said == (model.firm, model.first_version + len(model.totals) - 1, model.total)
        assert [one["total_pence"] for one in shown["versions"]] == model.totals
        owed = {
            line.item: line.net_pence + line.vat_pence for line in payable_on(conn, order=order)
        }
        whole = {number: sum(line.sums(model.firm)) for number, line in model.lines.items()}
        assert owed == (model.ended or whole)

    def teardown(self) -> None:
        with reading(self.url) as conn:
            found = [one.sentence for one in findings(conn, lambda path: Path(path).stem)]
        assert found == []


def lives(url: str, reference: str, kept: Path) -> type[Life]:
    """Return the machine of an order in a database."""
    return type("Life", (Life,), {"url": url, "reference": reference, "kept": kept})


def test_versions_headroom_and_what_is_payable_always_add_up(
    sqlite_service: str, tmp_path: Path
) -> None:
    reference = case_at(sqlite_service, "works", route="call_off")
    begin(sqlite_service, reference, clock.today())
    engine_for(sqlite_service).dispose()
    kept = tmp_path / "kept.db"
    shutil.copy(str(sa.make_url(sqlite_service).database), kept)
    run_state_machine_as_test(
        lives(sqlite_service, reference, kept),
        settings=settings(
            max_examples=3,
            stateful_step_count=10,
            deadline=None,
            phases=(Phase.generate,),  # each step is a run: nobody waits for it to be shrunk
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
