"""Documents as people get them: complete, accessible, and hostile text shown as text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import templates
from adapters import documents, wording
from adapters.documents import MESSAGES, render_html
from rules.grants.funding import FundingKind
from rules.grants.waterfall import FundingItem, MeansTest, reckon
from rules.money import pounds
from tests import papers
from tests.price_papers import competition_record

OURS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "div", "section"),
    *("h1", "h2", "h3", "p", "span", "strong", "bdi", "br", "wbr", "ul", "ol", "li"),
    *("table", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "a"),
}

TEMPLATES = Path(str(templates.__file__)).parent


class Page(HTMLParser):
    """What a browser would see: the tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def page_of(template: str, paper: object) -> Page:
    return Page(render_html(template=template, paper=paper))


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("template", papers.every_paper())
def test_every_document_is_one_accessible_page(template: str) -> None:
    page = page_of(template, papers.every_paper()[template])

    assert page.tags[0] == ("html", {"lang": "en-GB"})
    assert page.count("title") == page.count("h1") == page.count("main") == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th")
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    tables = [attributes for tag, attributes in page.tags if tag == "table"]
    assert all(table.get("aria-labelledby") or table.get("aria-label") for table in tables)
    assert {table["aria-labelledby"] for table in tables if "aria-labelledby" in table} <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("paper", [*papers.every_paper().values(), competition_record()])
def test_a_row_has_one_head_that_is_its_own(paper: object) -> None:
    (template,) = [name for name, kind in documents.PAPERS.items() if kind is type(paper)]
    rows: list[list[str | None]] = []
    for tag, attributes in page_of(template, paper).tags:
        assert "rowspan" not in attributes
        if tag == "tr":
            rows.append([])
        elif tag == "th":
            rows[-1].append(attributes["scope"])

    assert [heads for heads in rows if heads != ["row"] and set(heads) != {"col"}] == []


@pytest.mark.parametrize("template", papers.every_paper())
def test_a_document_needs_no_other_file_and_no_network(template: str) -> None:
    page = page_of(template, papers.every_paper()[template])

    elsewhere = {"src", "href", "action", "srcset"}
    led = [a for _, a in page.tags if elsewhere & a.keys()]
    assert all(set(a) == {"href"} and str(a["href"]).startswith("#") for a in led)
    assert "url(" not in render_html(template=template, paper=papers.every_paper()[template])
    assert "@import" not in page.text


@pytest.mark.parametrize("template", papers.every_paper())
def test_the_same_paper_always_gives_the_same_text(template: str) -> None:
    first = render_html(template=template, paper=papers.every_paper()[template])

    assert render_html(template=template, paper=papers.every_paper()[template]) == first


def test_a_work_order_says_everything_a_contractor_needs() -> None:
    paper = papers.work_order()
    text = squeezed(page_of("work_order.html", paper).text)

    for said in (
        "Work order WO-RUG-2026-00042",
        "Issued 3 March 2026",
        "DFG-2026-0042",
        "Avon Bathing & Access Ltd",
        "Mrs Margaret Ashby",
        "14 Hillmorton Road",
        "CV22 5AA",
        "Priya Sharma",
        "01788 555 0142",
        "24 March 2026",
        "21 April 2026",
        "4.35 m²",
        "£58.20",
        "£253.17",
        "20%",
        papers.STANDARD,
        papers.ZERO,
        "Two working days' notice before the start.",
        "Electrical installation certificate for line 1",
        "A construction phase plan is always required",
        "30 working days with more than 20 workers",
        "500 person-days",
        "Only the works of this order are paid.",
        "30 days from an acceptable invoice",
        "for 12 months from then",
        "Direction of 27 February 2026",
        "(f) a bath or shower",
    ):
        assert said in text, said


def test_an_order_explains_a_price_that_is_not_quantity_times_rate() -> None:
    plain = papers.priced(1, quantity="4.35", rate="58.20", calculation="4.35 m2 × £58.20 = …")
    lower = replace(plain, line=2, net_pence=240_00, calculation="4.35 m2 × £58.20 × 0.948 = …")
    text = page_of("work_order.html", papers.work_order((plain, lower))).text

    assert "Price: 4.35 m2 × £58.20 × 0.948 = …" in text
    assert text.count("Price: ") == 1


@pytest.mark.parametrize("template", ["work_order.html", "approval.html"])
def test_a_package_is_lettered_and_names_the_works_lines_that_alone_are_numbered(
    template: str,
) -> None:
    lines = papers.of_package()
    net, vat = sum(line.net_pence for line in lines), sum(line.vat_pence for line in lines)
    works = papers.unpriced(papers.LINES)
    paper: object
    if template == "work_order.html":
        paper = papers.work_order(lines, works=works)
    else:
        reckoned = reckon(net_pence=net, vat_pence=vat, items=[], means=MeansTest(0))
        paper = papers.approval(
            lines=lines,
            works=works,
            net_pence=net,
            vat_pence=vat,
            waterfall=reckoned.lines,
            grant_pence=reckoned.grant.grant_pence,
        )
    page = render_html(template=template, paper=paper)
    heads = re.findall(r'<tr><th scope="row">(\w+)</th>', page)
    assert heads[:5] == ["1", "2", "3", "A", "B"]
    assert "Covers works lines 1–3" in page
    assert "Covers works line 2" in page


def test_the_approval_shows_each_step_to_the_grant() -> None:
    reckoned = papers.waterfall(
        FundingItem(FundingKind.FEE, "Agency fee", 30_000_00), contribution_pence=1_200_00
    )
    paper = papers.approval(
        waterfall=reckoned.lines,
        grant_pence=28_800_00,
        charge_pence=10_000_00,
    )
    page = page_of("approval.html", paper)
    text = squeezed(page.text)

    steps = re.search(r"How we worked out your grant(.*)Who pays what", text)
    assert steps is not None
    amounts = re.findall(r"-?£[\d,]+\.\d\d", steps[1].replace("grant of £30,000.00", ""))
    pence = [int(amount.replace("£", "").replace(",", "").replace(".", "")) for amount in amounts]
    total, grant = pence.pop(6), pence.pop()  # of the cost, and of all: one figure each
    steps_taken, comes_to = pence[::2], pence[1::2]
    assert len(steps_taken) == 5  # works, VAT, fee, above the maximum, contribution
    assert comes_to == list(accumulate(steps_taken))
    assert (total, grant) == (comes_to[2], comes_to[-1]) == (paper.expense_pence, 28_800_00)
    for said in ("section 34", "section 37", "section 39"):
        assert said in text, said
    assert "local land charge of £10,000.00" in text
    assert "If you disagree" in text


def test_the_approval_says_that_the_contractor_is_paid_where_a_letter_said_so_before() -> None:
    assert "straight to the contractor" in page_of("approval.html", papers.approval()).text
    text = page_of("approval.html", papers.approval(told_of_direct_payment_on=None)).text
    assert "done to our satisfaction and on a proper invoice" in text
    assert "straight to the contractor" not in text


def test_the_request_to_a_landlord_has_a_reply_form_and_no_money() -> None:
    text = squeezed(page_of("consent_request.html", papers.consent_request()).text)

    assert "Friday 20 February 2026" in text
    assert text.count("Consent to the works listed in this letter") == 2
    assert text.count("☐") == 3
    assert "owner's certificate" not in text.lower()  # a gate of its own, with its own letter
    assert "£" not in text


@pytest.mark.parametrize("template", papers.every_paper())
def test_hostile_text_in_every_field_is_shown_as_text(template: str) -> None:
    page = page_of(template, papers.hostile(papers.every_paper()[template]))

    assert {tag for tag, _ in page.tags} <= OURS
    assert squeezed(papers.SHOWN) in squeezed(page.text)
    assert "{{ 7*7 }}" in page.text
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", page.text)
    page.text.encode()


@given(text=st.text(max_size=300))
@settings(max_examples=60)
def test_any_text_comes_out_as_the_same_text(text: str) -> None:
    paper = papers.work_order(works_title=f"[{text}]")
    page = page_of("work_order.html", paper)

    assert {tag for tag, _ in page.tags} <= OURS
    assert squeezed(f"[{wording.printable(text)}]") in squeezed(page.text)


def test_an_endless_value_is_cut_and_the_cut_is_said() -> None:
    text = page_of("work_order.html", papers.work_order(consent_text="x" * 10_000_000)).text

    assert "9980080 more characters are on the case" in text
    assert len(text) < 60_000


def test_the_approval_says_who_pays_what_or_that_the_grant_pays_it_all() -> None:
    alone = papers.waterfall(contribution_pence=0)
    paper = papers.approval(waterfall=alone.lines, grant_pence=alone.grant.grant_pence)
    text = squeezed(page_of("approval.html", paper).text)
    assert "The grant pays the whole cost. There is nothing for you to pay." in text
    assert "Your contribution is" not in text
    shared = papers.waterfall(
        FundingItem(FundingKind.FEE, "Agency fee", 32_000_00),
        FundingItem(FundingKind.PROVIDER, "Oak <Homes>", 500_00),
        FundingItem(FundingKind.TOP_UP, "Hardship fund", 1_000_00),
        contribution_pence=210_00,
    )
    paper = papers.approval(waterfall=shared.lines, grant_pence=shared.grant.grant_pence)
    text = squeezed(page_of("approval.html", paper).text)
    assert "The lesser of the cost we accept and the maximum grant" in text
    assert "Less: paid by" not in text
    assert "Oak <Homes>" in text
    assert "Hardship fund discretionary, Regulatory Reform" in text
    assert "Your contribution is £210.00." in text
    assert f"how the {pounds(paper.uncovered_pence)} above the maximum is met" in text
    assert "nothing for you to pay" not in text


def test_the_approval_cites_the_rule_that_waives_the_means_test() -> None:
    waived = papers.waterfall(contribution_pence=900_00, waiver="Small works to £5,000")
    paper = papers.approval(waterfall=waived.lines, grant_pence=waived.grant.grant_pence)
    text = squeezed(page_of("approval.html", paper).text)
    assert "nothing, the means test is waived Small works to £5,000" in text


def test_a_paper_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="RefusalPaper"):
        render_html(template="approval.html", paper=papers.refusal())
    with pytest.raises(TypeError, match="postcard"):
        render_html(template="postcard.html", paper=papers.refusal())


def test_every_document_template_prints_a_paper() -> None:
    found = {file.name for file in TEMPLATES.glob("*/*.html")}
    shared = {"base.html", "macros.html"}

    assert found - shared == documents.PAPERS.keys()
    assert papers.every_paper().keys() == documents.PAPERS.keys()


def test_a_template_lies_in_the_room_that_names_its_kind_and_no_other_has_its_name() -> None:
    found = sorted([*TEMPLATES.glob("*/*.html"), *TEMPLATES.glob("*/*.txt")])
    kinds = [file for file in found if file.parent.name != "documents"]
    strangers = [
        str(file)
        for file in kinds
        if not any(
            f'"{name}"' in module.read_text(encoding="utf-8")
            for name in (file.stem, file.name)
            for module in (TEMPLATES.parent / "services" / file.parent.name).glob("*.py")
        )
    ]

    assert len(kinds) == len(documents.PAPERS) + len(MESSAGES)
    assert strangers == []
    assert len({file.name for file in found}) == len(found)


def test_numbers_and_dates_are_written_for_people() -> None:
    assert wording.quantity(Decimal("2.50")) == "2.5"
    assert wording.quantity(Decimal("1E+3")) == "1,000"
    assert wording.quantity(Decimal("0.00")) == "0"
    assert wording.exact_pounds(Decimal("45.2")) == "£45.20"
    assert wording.exact_pounds(Decimal("1234.5678")) == "£1,234.5678"
    assert wording.percent(Decimal("0.20")) == "20%"
    assert wording.percent(Decimal("0.175")) == "17.5%"
    assert wording.percent(Decimal("0")) == "0%"
    assert wording.long_date("2026-03-03") == wording.long_date(date(2026, 3, 3)) == "3 March 2026"
    assert wording.day_date(date(2026, 3, 3)) == "Tuesday 3 March 2026"
    assert wording.one_line("14 High Street,\r\n\nRugby\n") == "14 High Street, Rugby"
