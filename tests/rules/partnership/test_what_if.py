"""What would be otherwise, beside what is agreed; what cannot be read is told at once."""

from __future__ import annotations

from dataclasses import replace

from rules.partnership.agreed import Stream
from rules.partnership.what_if import Compared, side_by_side, what_if
from tests.rules.partnership.heart import agreed, partner


def test_other_terms_are_put_in_the_place_of_those_agreed() -> None:
    found = what_if(
        agreed(),
        [
            ("fee:sdc", "12.5"),
            ("less:RBC", "0"),
            ("rate", "10"),
            ("line:staffing", "£1,000,000"),
            ("line:Courses", "500"),
            ("fixed:warwickshire cc - ot", "1"),
            ("capital:WDC:local", ""),
        ],
    )
    assert not found.problems
    assert found.said == [
        "The fee of every partner without a term of its own: 10 %.",
        "The fee of Stratford: 12.5 %.",
        "Taken off the fee of Rugby: £0.00.",
        "Staffing: £1,000,000.00.",
        "Courses: £500.00.",
        "Warwickshire CC - OT contributes £1.00.",
    ]
    assert found.agreed.budget_pence == agreed().budget_pence - 23_810_00
    assert len(found.agreed.fixed) == 3


def test_a_partner_joins_and_another_leaves_side_by_side() -> None:
    found = what_if(agreed(), [("capital:SOLI:local", "50000"), ("without:WDC", "yes")])
    assert found.said == ["Without Warwick.", "Local capital of SOLI, which joins: £50,000.00."]
    by = {one.name: one for one in side_by_side(agreed(), found)}
    assert by["Warwick"] == Compared("Warwick", 121_533_27, None)
    assert by["Warwick"].difference_pence == -121_533_27
    assert by["SOLI"].agreed_pence is None
    assert sum(one.difference_pence for one in by.values()) == 0
    assert by["Warwickshire CC - OT"].difference_pence == 0


def test_a_stream_that_was_not_recorded_may_be_given() -> None:
    found = what_if(agreed(), [("capital:SDC:local", "20,000")])
    stratford = next(one for one in found.agreed.partners if one.code == "SDC")
    assert stratford.capital[Stream.LOCAL] == 20_000_00
    assert agreed().capital_pence == 3_168_260_00


def test_a_partner_is_known_by_how_its_name_begins_where_only_one_does() -> None:
    found = what_if(agreed(), [("without:warwick", "yes"), ("capital:Rugby:local", "1")])
    assert found.said == ["Without Warwick.", "Local capital of Rugby: £1.00."]
    two = replace(agreed(), partners=(partner("A", 1, name="Same"), partner("B", 1, name="Same")))
    assert "there is no partner Sa" in what_if(two, [("without:Sa", "yes")]).problems[0][1]


def test_everything_that_cannot_be_read_is_told_at_once() -> None:
    typed = [
        ("rate", "-1"),
        ("capital:RBC", "1"),
        ("capital:RBC:other", "1"),
        ("fee:XYZ", "10"),
        ("line:Staffing", "much"),
        ("weather", "fine"),
        ("without:XYZ", "yes"),
    ]
    found = what_if(agreed(), typed)
    assert {key for key, _ in found.problems} == {key for key, _ in typed}
    assert dict(found.problems)["fee:XYZ"] == (
        "fee:XYZ: there is no partner XYZ; there are NBBC, NWBC, RBC, SDC, WDC."
    )
    assert found.agreed == agreed()
    assert not found.said


def test_a_fee_of_its_own_wants_a_fee_to_begin_with() -> None:
    found = what_if(agreed(fee=None, exceptions={}), [("less:RBC", "5")])
    assert "no fee of Rugby is recorded" in found.problems[0][1]
