#!/usr/bin/env bash
# One would guess: embedding an invoice's XML in a PDF leaves what the PDF says of itself, or
#   refuses a PDF that is not PDF/A; the accessible paper that WeasyPrint made stays PDF/UA.
# What is so: factur-x writes the metadata anew. The PDF/UA mark and the title are gone, and the
#   file declares itself PDF/A-3B, which it is not: it has no output intent. The tags are still
#   there, so that nothing looks different.
# Seen: factur-x 7.8 on a PDF/UA-1 of WeasyPrint 70.0. Needs Pango on the machine.
# What we do: our papers stay PDF/UA and are not handed to factur-x; XML belongs beside them.
#
# usage: bash findings/factur-x-takes-away-pdf-ua.sh [FACTUR-X-VERSION]
set -euo pipefail
version=${1:-7.8}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "factur-x==$version" "weasyprint==70.0" "pikepdf==10.18.0"

cat >"$work/invoice.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice
    xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
    xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
  <rsm:ExchangedDocumentContext>
    <ram:GuidelineSpecifiedDocumentContextParameter>
      <ram:ID>urn:factur-x.eu:1p0:minimum</ram:ID>
    </ram:GuidelineSpecifiedDocumentContextParameter>
  </rsm:ExchangedDocumentContext>
  <rsm:ExchangedDocument>
    <ram:ID>INV-2</ram:ID>
    <ram:TypeCode>380</ram:TypeCode>
    <ram:IssueDateTime><udt:DateTimeString format="102">20261103</udt:DateTimeString></ram:IssueDateTime>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:SellerTradeParty>
        <ram:Name>A builder</ram:Name>
        <ram:SpecifiedLegalOrganization><ram:ID>00000000</ram:ID></ram:SpecifiedLegalOrganization>
        <ram:PostalTradeAddress><ram:CountryID>GB</ram:CountryID></ram:PostalTradeAddress>
      </ram:SellerTradeParty>
      <ram:BuyerTradeParty><ram:Name>A council</ram:Name></ram:BuyerTradeParty>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery/>
    <ram:ApplicableHeaderTradeSettlement>
      <ram:InvoiceCurrencyCode>GBP</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:TaxBasisTotalAmount>50.00</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount currencyID="GBP">10.00</ram:TaxTotalAmount>
        <ram:GrandTotalAmount>60.00</ram:GrandTotalAmount>
        <ram:DuePayableAmount>60.00</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
XML

"$work/venv/bin/python" - "$work/invoice.xml" <<'PY'
import io
import sys
from importlib.metadata import version
from pathlib import Path

import facturx
import pikepdf

try:
    import weasyprint
except OSError as why:
    print(f"Could not be run: WeasyPrint finds no Pango here ({why}).")
    sys.exit(2)

PAGE = '<html lang="en"><head><title>Level access shower</title></head><body><h1>60.00</h1></body></html>'


def says(made):
    """Return what a PDF says of itself: its title, its standards, what it has of PDF/A."""
    with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as meta:
        return {
            "title": meta.get("dc:title"),
            "PDF/UA": meta.get("pdfuaid:part"),
            "PDF/A": meta.pdfa_status or None,
            "output intent": "/OutputIntents" in pdf.Root,
            "tags": "/StructTreeRoot" in pdf.Root,
        }


plain = weasyprint.HTML(string=PAGE).write_pdf(pdf_variant="pdf/ua-1")
before = says(plain)
try:
    after = says(facturx.generate_from_binary(plain, Path(sys.argv[1]).read_bytes()))
except Exception as why:
    sys.exit(f"Changed: factur-x refuses this PDF now: {why}")

print(f"factur-x {version('factur-x')} on a PDF of WeasyPrint {weasyprint.__version__}")
for what, was in before.items():
    print(f"  {what:<14} {was!s:<20} -> {after[what]}")
if after["PDF/UA"] == "1":
    sys.exit("Changed: the PDF/UA mark is kept now. An invoice may be embedded in a paper.")
if after["PDF/A"] != "3B" or after["output intent"] or not after["tags"]:
    sys.exit("Changed: the PDF says something else of itself than was seen. Look again.")
print("Still so: a PDF/UA paper comes back without its mark, and says PDF/A-3B without being it.")
PY
