"""Documents as PDF: tagged, titled, on the paper, and fetching nothing."""

from __future__ import annotations

import re
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from adapters import documents
from adapters.documents import render_html, render_pdf
from rules.grants.waterfall import MeansTest, reckon
from tests import papers

needs_pdf = pytest.mark.skipif(not documents.pdf_available(), reason="Pango is not installed")


def pdf_of(html: str) -> PdfReader:
    data = render_pdf(html)
    assert data is not None
    return PdfReader(BytesIO(data))


def structure(root: Any) -> Counter[str]:
    """Return how often each tag stands in the structure tree."""
    found: Counter[str] = Counter()
    todo: list[Any] = [root["/StructTreeRoot"]]
    while todo:
        node = todo.pop().get_object()
        if isinstance(node, list):
            todo.extend(item for item in node if hasattr(item, "get_object"))
        elif hasattr(node, "get"):
            if "/S" in node:
                found[node["/S"]] += 1
            if "/K" in node:
                todo.append(node["/K"])
    return found


@needs_pdf
@pytest.mark.parametrize("template", papers.every_paper())
def test_every_pdf_is_tagged_titled_and_embeds_its_fonts(
    template: str, caplog: pytest.LogCaptureFixture
) -> None:
    html = render_html(template=template, paper=papers.every_paper()[template])
    reader = pdf_of(html)
    assert not caplog.records  # WeasyPrint understood the whole stylesheet
    root: Any = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    title = re.search("<title>(.*?)</title>", html)
    assert title is not None
    assert reader.metadata is not None
    assert reader.metadata.title == unescape(title[1])
    tags = structure(root)
    html_tags = Counter(re.findall(r"<(h2|th)\b", html))
    assert tags["/H1"] == 1
    assert tags["/H2"] == html_tags["h2"]
    assert tags["/TH"] >= html_tags["th"]
    assert len(reader.outline) >= 1
    for sheet in reader.pages:
        fonts: Any = sheet["/Resources"]
        for font in fonts["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert any("FontFile" in key for key in inner["/FontDescriptor"])


@needs_pdf
def test_the_same_html_always_gives_the_same_bytes() -> None:
    html = render_html(template="work_order.html", paper=papers.work_order())

    assert render_pdf(html) == render_pdf(html)


@needs_pdf
def test_sixty_lines_repeat_their_heads_and_number_their_pages() -> None:
    lines = tuple(
        papers.priced(number, quantity="1.25", rate="45.20", description="Take down, alter, refix")
        for number in range(1, 61)
    )
    reader = pdf_of(render_html(template="work_order.html", paper=papers.work_order(lines)))
    texts = [" ".join(sheet.extract_text().split()) for sheet in reader.pages]

    assert len(texts) >= 4
    with_lines = [text for text in texts if "Take down, alter, refix" in text]
    assert len(with_lines) >= 3
    assert all("What and where" in text for text in with_lines)
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Work order WO-RUG-2026-00042, case DFG-2026-0042" in text


@needs_pdf
@pytest.mark.parametrize("template", papers.every_paper())
def test_hostile_text_makes_a_pdf_all_the_same(template: str) -> None:
    html = render_html(template=template, paper=papers.hostile(papers.every_paper()[template]))
    made = render_pdf(html)
    assert made is not None
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(made)).pages)
    shown = re.sub(r"[\s\0]", "", text)  # pypdf reads bytes for letters once there is an emoji

    for words in ("<script>alert(1)</script>", "{{7*7}}", '{%include"x"%}', "=CMD()"):
        assert words in shown
    assert not re.search(rb"/(?:JavaScript|JS|OpenAction|Launch|EmbeddedFile)\b", made)


@needs_pdf
def test_a_word_of_two_thousand_characters_stays_on_the_paper() -> None:
    line = papers.priced(1, quantity="1", rate="10", description="W" * 2_000)
    reader = pdf_of(render_html(template="work_order.html", paper=papers.work_order((line,))))

    shown = Counter("".join(sheet.extract_text() for sheet in reader.pages))["W"]
    assert shown >= 2_000
    assert len(reader.pages) >= 2
    for sheet in reader.pages:
        assert max(beginnings(sheet)) < float(sheet.mediabox.width)


@needs_pdf
@pytest.mark.parametrize("template", ["approval.html", "completion.html", "work_order.html"])
def test_no_figure_and_no_address_breaks_in_the_middle(template: str) -> None:
    line = papers.priced(1, quantity="1", rate="118660.00", vat="0.20")
    net, vat = line.net_pence, line.vat_pence
    reckoned = reckon(net_pence=net, vat_pence=vat, items=[], means=MeansTest(0))
    firm = replace(papers.CONTRACTOR, email="office@hedgerowbathrooms.example")
    paper = {
        "approval.html": papers.approval(
            lines=(line,),
            net_pence=net,
            vat_pence=vat,
            waterfall=reckoned.lines,
            grant_pence=reckoned.grant.grant_pence,
        ),
        "completion.html": papers.completion(contractor=firm),
        "work_order.html": papers.work_order((line,), contractor=firm),
    }[template]
    html = render_html(template=template, paper=paper)
    text = "\n".join(sheet.extract_text() for sheet in pdf_of(html).pages)

    for whole in ("£118,660.00", "£23,732.00", "@hedgerowbathrooms.example"):
        assert text.count(whole) == html.count(whole)


def beginnings(sheet: PageObject) -> list[float]:
    """Return where each piece of text begins, in points from the left of the paper."""
    found: list[float] = []

    def visit(text: str, cm: list[float], tm: list[float], *_rest: object) -> None:
        if text.strip():
            found.append(tm[4] * cm[0] + tm[5] * cm[2] + cm[4])

    sheet.extract_text(visitor_text=visit)
    return found


@pytest.fixture
def hits() -> Iterator[tuple[str, list[str]]]:
    """Run a server that notes what is asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@needs_pdf
def test_a_pdf_fetches_nothing(hits: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = hits
    secret = tmp_path / "secret.css"
    secret.write_text("body::before { content: 'LEAKED' }")
    html = (
        '<html lang="en-GB"><title>x</title>'
        f'<link rel="stylesheet" href="{secret.as_uri()}">'
        f'<link rel="stylesheet" href="{address}/a">'
        f"<style>@import url({address}/b); p {{ background: url({address}/c) }}</style>"
        f'<p>Body<img src="{address}/d" alt="d"></p>'
    )

    text = pdf_of(html).pages[0].extract_text()

    assert asked == []
    assert "Body" in text
    assert "LEAKED" not in text


def test_without_weasyprint_the_html_stands_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    documents._weasyprint.cache_clear()
    try:
        assert render_pdf("<p>x</p>") is None
        assert render_pdf("<p>x</p>") is None
        assert not documents.pdf_available()
        assert capsys.readouterr().out.count("pdf_not_available") == 1
    finally:
        documents._weasyprint.cache_clear()
