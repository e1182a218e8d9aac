"""Lives of an order as anybody may lead them: its versions and sums against a plain model."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
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

from adapters import clock
from models.case_queries import approval_in_force, case_row, order_in_force, payable_on, price_by_id
from models.database import engine_for, reading
from rules.errors import StepNotOpenError
from rules.orders import EndGround
from rules.variations import Limb
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation, WithdrawVariation
from services.orders.ended import EndOrder
from services.orders.variation_view import variation_view
from services.orders.varying import ApproveVariation, RejectVariation
from services.verification.checks import run_checks
from services.verification.orders import ORDERS
from services.verification.verify import findings
from services.verification.versions import VERSIONS
from tests.factories import act, begin, case_at, decide
from tests.small_service import ADA, AVON, TESS

RATES = {"RAIL": ("45", "5"), "LIGHT": ("95.25", "20"), "TILE": ("60.50", "0")}
"""Pounds a unit and VAT in per cent, as the client of the small service has them; AVON adds 0 %."""

quantities = st.integers(1, 60).map(lambda n: Decimal(n) / 4)
codes = st.dictionaries(st.sampled_from(sorted(RATES)), quantities, max_size=2)


def pence(pounds: Decimal) -> int:
    return int((pounds * 100).quantize(Decimal(1), ROUND_HALF_UP))


def sums(code: str | None, quantity: Decimal, quoted: int = 0) -> tuple[int, int]:
    rate, vat = RATES[code] if code else ("0", "20")
    net = pence(quantity * Decimal(rate)) if code else quoted
    return net, pence(Decimal(net) / 100 * Decimal(vat) / 100)


@dataclass
class Line:
    code: str | None
    quantity: Decimal
    quoted: int = 0

    @property
    def sums(self) -> tuple[int, int]:
        return sums(self.code, self.quantity, self.quoted)


@dataclass
class Plain:
    """What anybody would keep of an order with a pencil."""

    lines: dict[int, Line]
    used: int = 2
    totals: list[int] = field(default_factory=list)
    approved: int = 0
    claimed: dict[int, Line | None] | None = None
    assessed: bool = False
    ended: dict[int, int] | None = None

    @property
    def total(self) -> int:
        return sum(sum(line.sums) for line in self.lines.values())

    def then(self) -> dict[int, Line]:
        after = {**self.lines, **(self.claimed or {})}
        return {number: line for number, line in after.items() if line is not None}


class Life(RuleBasedStateMachine):
    """An order whose works have begun, in a database that is kept."""

    url: str
    reference: str
    kept: Path
    model: Plain

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
        return self.model.claimed is None and self.model.ended is None

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
            by=AVON,
        )

    @precondition(lambda self: bool(self.model.claimed))
    @rule(data=st.data())
    def assess(self, data: Any) -> None:
        model = self.model
        assert model.claimed is not None
        coded = [n for n, one in model.claimed.items() if one is not None and one.code]
        less = data.draw(st.dictionaries(st.sampled_from(coded), quantities)) if coded else {}
        for number, quantity in less.items():
            line = model.claimed[number]
            assert line is not None
            model.claimed[number] = Line(line.code, quantity)
        other = [n for n, one in model.claimed.items() if one is not None and not one.code]
        total = sum(sum(line.sums) for line in model.then().values())
        agreed = AssessVariation(
            agreed_quantities=less,
            why=dict.fromkeys(less, "as measured on site"),
            no_certificates=dict.fromkeys(other, "nothing in it is certified"),
            limb=Limb.UNFORESEEABLE_WORKS if total > model.approved else None,
        )
        act(self.url, self.reference, agreed, by=TESS)
        model.assessed = True

    @precondition(lambda self: self.model.assessed)
    @rule()
    def approve(self) -> None:
        act(self.url, self.reference, ApproveVariation(), by=ADA)
        self.model.lines = self.model.then()
        self.model.totals.append(self.model.total)
        self.model.approved = max(self.model.approved, self.model.total)
        self.model.claimed, self.model.assessed = None, False

    @precondition(lambda self: bool(self.model.claimed))
    @rule(by_contractor=st.booleans())
    def drop(self, by_contractor: bool) -> None:
        decision = WithdrawVariation() if by_contractor else RejectVariation()
        act(self.url, self.reference, decision, by=AVON if by_contractor else ADA)
        self.model.claimed, self.model.assessed = None, False

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
        self.model.ended = {first: sum(self.model.lines[first].sums)}

    @precondition(lambda self: self.model.ended is not None)
    @rule()
    def claim_too_late(self) -> None:
        with pytest.raises(StepNotOpenError):
            decide(self.url, self.reference, ClaimVariation(added={"RAIL": Decimal(1)}), by=AVON)

    @invariant()
    def it_adds_up(self) -> None:
        if not hasattr(self, "model"):
            return
        model = self.model
        with reading(self.url) as conn:
            order = order_in_force(conn, case_id=case_row(conn, reference=self.reference).id)
            price = price_by_id(conn, price_id=order.price_id)
            payable = payable_on(conn, order=order)
            shown = variation_view(conn, order=order, calendar=None)
            approved = approval_in_force(conn, case_id=order.case_id).works_pence
            wrong = [one.sentence for one in run_checks(conn, (*VERSIONS, *ORDERS))]
        assert (order.version, price.total_pence) == (len(model.totals), model.total)
        assert [one["total_pence"] for one in shown["versions"]] == model.totals
        assert approved == model.approved, "headroom counts from what was approved"
        owed = {line.item: line.net_pence + line.vat_pence for line in payable}
        whole = {number: sum(line.sums) for number, line in model.lines.items()}
        assert owed == (model.ended or whole)
        assert wrong == []

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
            stateful_step_count=8,
            deadline=None,
            phases=(Phase.generate,),  # each step is a run: nobody waits for it to be shrunk
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
