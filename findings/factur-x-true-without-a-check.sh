#!/usr/bin/env bash
# One would guess: `xml_check_schematron()` returns True when the invoice keeps the rules, and
#   raises when it breaks one or cannot be checked: its documentation of what it returns says so.
# What is so: it sends the invoice to a Saxon server, by default on this machine's port 5000. With
#   nobody there it logs a warning, skips every rule and returns True.
# Seen: factur-x 7.8. The same rules, run in this process with saxonche 13.1, find the broken one.
# What we do: never take that True for an answer. Run the stylesheet that factur-x brings in the
#   process, as below; or pass `saxon_server_raise_if_http_error=True`.
#
# usage: bash findings/factur-x-true-without-a-check.sh [FACTUR-X-VERSION]
set -euo pipefail
version=${1:-7.8}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    "factur-x==$version" "saxonche==13.1"

# The seller has no identifier at all: the schema allows it, rule BR-CO-26 does not.
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
    <ram:ID>INV-1</ram:ID>
    <ram:TypeCode>380</ram:TypeCode>
    <ram:IssueDateTime><udt:DateTimeString format="102">20261102</udt:DateTimeString></ram:IssueDateTime>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:SellerTradeParty>
        <ram:Name>A builder</ram:Name>
        <ram:PostalTradeAddress><ram:CountryID>GB</ram:CountryID></ram:PostalTradeAddress>
      </ram:SellerTradeParty>
      <ram:BuyerTradeParty><ram:Name>A council</ram:Name></ram:BuyerTradeParty>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery/>
    <ram:ApplicableHeaderTradeSettlement>
      <ram:InvoiceCurrencyCode>GBP</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount currencyID="GBP">20.00</ram:TaxTotalAmount>
        <ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>
        <ram:DuePayableAmount>120.00</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
XML

NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 "$work/venv/bin/python" - "$work/invoice.xml" <<'PY'
import socket
import sys
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlunsplit

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

invoice = Path(sys.argv[1])
xml = invoice.read_bytes()
(sheet,) = Path(facturx.__file__).parent.glob("xsd_and_schematron/facturx-minimum/*MINIMUM.xsl")
with PySaxonProcessor(license=False) as saxon:
    rules = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(sheet))
    report = etree.fromstring(rules.transform_to_string(source_file=str(invoice)).encode())
broken = ["".join(rule.itertext()).strip() for rule in report.iter("{*}failed-assert")]

with socket.socket() as free:  # a port on which nobody listens, once it is closed
    free.bind(("127.0.0.1", 0))
    address = f"127.0.0.1:{free.getsockname()[1]}"
nobody = urlunsplit(("http", address, "/transform", "", ""))

print(f"factur-x {version('factur-x')}")
print(f"  schema (XSD):                  {facturx.xml_check_xsd(xml)}")
print(f"  rules, run in this process:    {len(broken)} broken: {broken[0][:60] if broken else ''}…")
if not broken:
    sys.exit("Changed: the rules that factur-x brings take this invoice now. Look again.")
try:
    answer = facturx.xml_check_schematron(xml, saxon_server_url=nobody)
except Exception as why:
    sys.exit(f"Changed: an unreachable server is an error now ({type(why).__name__}).")
print(f"  rules, xml_check_schematron(): {answer}")
if answer is not True:
    sys.exit(f"Changed: without a server the answer is {answer!r} now, no longer True.")
print("Still so: without a server, an invoice that breaks a rule is answered with True.")
PY
