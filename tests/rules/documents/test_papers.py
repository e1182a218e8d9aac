"""Papers add up to the penny or cannot be made, and carry no more than their reader needs."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents import needs
from rules.documents.paper_lines import PaperLine, UnpricedLine, line_ranges, vat_notes
from rules.documents.papers import (
    CompletionPaper,
    ConsentRequestPaper,
    WorkOrderPaper,
)
from rules.errors import InvalidDecisionError, InvalidWorksError
from rules.grants.funding import FundingKind
from rules.grants.waterfall import FundingItem
from tests import papers

line_values = st.lists(
    st.tuples(st.integers(-10_000_00, 10_000_00), st.sampled_from(("0", "0.05", "0.20"))),
    min_size=1,
    max_size=40,
)


def lines_of(values: list[tuple[int, str]]) -> tuple[PaperLine, ...]:
    first = papers.LINES[0]
    return tuple(
        replace(
            first,
            line=number,
            net_pence=net,
            vat_rate=Decimal(rate),
            vat_pence=papers.pence(net * Decimal(rate) / 100),
            vat_reason=f"Reason {rate}",
        )
        for number, (net, rate) in enumerate(values, start=1)
    )


@given(line_values)
def test_the_vat_notes_add_up_to_the_lines_and_name_each_line_once(
    values: list[tuple[int, str]],
) -> None:
    lines = lines_of(values)
    notes = vat_notes(lines=lines)

    assert sum(note.net_pence for note in notes) == sum(line.net_pence for line in lines)
    assert sum(note.vat_pence for note in notes) == sum(line.vat_pence for line in lines)
    assert [note.note for note in notes] == list(range(1, len(notes) + 1))
    assert len({(note.rate, note.reason) for note in notes}) == len(notes)
    named = [number for note in notes for number in numbers(note.lines)]
    assert sorted(named) == [line.line for line in lines]


def numbers(ranges: str) -> list[int]:
    """Return the numbers that a text such as ``1–4, 7`` names."""
    found: list[int] = []
    for part in ranges.split(", "):
        low, _, high = part.partition("–")
        found.extend(range(int(low), int(high or low) + 1))
    return found


@given(st.sets(st.integers(1, 500), min_size=1))
def test_line_ranges_name_exactly_the_lines(wanted: set[int]) -> None:
    assert numbers(line_ranges(numbers=wanted)) == sorted(wanted)


def test_line_ranges_read_as_people_write_them() -> None:
    assert line_ranges(numbers=[7, 1, 2, 3, 4, 4]) == "1–4, 7"
    assert line_ranges(numbers=[]) == ""


@given(line_values)
def test_an_order_of_any_lines_states_their_sums(values: list[tuple[int, str]]) -> None:
    paper = papers.work_order(lines_of(values))

    assert paper.total_pence == sum(line.total_pence for line in paper.lines)


def test_a_price_is_adjusted_when_it_is_not_quantity_times_rate() -> None:
    line = papers.priced(1, quantity="4.35", rate="58.20")

    assert not line.adjusted
    assert replace(line, net_pence=line.net_pence - 1).adjusted


@pytest.mark.parametrize("field", ["net_pence", "vat_pence", "total_pence"])
@pytest.mark.parametrize("difference", [-1, 1])
def test_an_order_that_is_a_penny_out_cannot_be_made(field: str, difference: int) -> None:
    paper = papers.work_order()

    with pytest.raises(InvalidWorksError, match=r"WO-RUG-2026-00042"):
        replace(paper, **{field: getattr(paper, field) + difference})


@pytest.mark.parametrize("field", ["net_pence", "vat_pence", "grant_pence"])
def test_an_approval_that_is_a_penny_out_cannot_be_made(field: str) -> None:
    paper = papers.approval()

    with pytest.raises(InvalidWorksError, match="add up"):
        replace(paper, **{field: getattr(paper, field) + 1})


def test_an_approval_whose_waterfall_is_a_penny_out_cannot_be_made() -> None:
    first, *others = papers.waterfall().lines
    with pytest.raises(InvalidWorksError, match="does not add up"):
        papers.approval(waterfall=(replace(first, amount_pence=first.amount_pence + 1), *others))


def test_an_approval_says_what_is_left_to_the_client() -> None:
    reckoned = papers.waterfall(
        FundingItem(FundingKind.FEE, "Agency fee", 30_000_00), contribution_pence=1_200_00
    )
    paper = papers.approval(waterfall=reckoned.lines, grant_pence=28_800_00)

    works = paper.net_pence + paper.vat_pence
    assert paper.expense_pence == works + 30_000_00
    assert (paper.own_contribution_pence, paper.uncovered_pence) == (1_200_00, works)


@pytest.mark.parametrize("reasons", [(), ("",), (" ", "\n")])
def test_a_refusal_without_a_reason_cannot_be_made(reasons: tuple[str, ...]) -> None:
    with pytest.raises(InvalidDecisionError) as caught:
        papers.refusal(reasons=reasons)

    assert caught.value.section == "s.34(4)"


def test_papers_for_landlords_and_certificates_cannot_carry_a_price() -> None:
    money = [field.name for field in fields(UnpricedLine) if "pence" in field.name]

    assert money == []
    for paper in (ConsentRequestPaper, CompletionPaper):
        assert not any(field.name.endswith("_pence") for field in fields(paper))
        assert next(f for f in fields(paper) if f.name == "lines").type == tuple[UnpricedLine, ...]


def test_an_order_holds_nothing_that_a_contractor_need_not_know() -> None:
    names = {field.name for field in fields(WorkOrderPaper)}

    assert not names & {
        "date_of_birth",
        "diagnosis",
        "need",
        "contribution_pence",
        "grant_pence",
        "client",
    }


def test_messages_keep_from_each_reader_what_is_not_theirs() -> None:
    assert "client_name" not in needs("offer_to_contractor")
    assert not {"site_address", "client_name"} & needs("invitation_to_quote")
    assert "reason" not in needs("case_ended_to_contractor")
    for kind in ("quote_regret", "consent_request_to_landlord"):
        assert not any(key.endswith("_pence") for key in needs(kind))
