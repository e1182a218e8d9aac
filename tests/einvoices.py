"""Invoices as accounts programs write them: UBL 2.1, CII of EN 16931, and Factur-X within a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

import pikepdf

_BASE = "urn:oasis:names:specification:ubl:schema:xsd:"
_UNECE = "urn:un:unece:uncefact:data:standard:"


class Line(NamedTuple):
    """A line as it is charged: its net pounds, its VAT, and the order's line that it names."""

    net: str
    rate: str
    order_line: str = ""
    code: str = ""
    category: str = "S"


class File(NamedTuple):
    """An invoice as a file."""

    number: str
    dated: str
    lines: Sequence[Line]
    net: str
    vat: str
    total: str
    supplier: str = "Avon Access Ltd"
    order: str = "WO-2026-00001"
    currency: str = "GBP"
    against: str = ""


def ubl(file: File, *, head: str = "") -> bytes:
    """Return it as UBL 2.1: a credit note where it is against an invoice."""
    root, line, quantity = "Invoice", "InvoiceLine", "InvoicedQuantity"
    kind = "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
    against = ""
    if file.against:
        root, line, quantity = "CreditNote", "CreditNoteLine", "CreditedQuantity"
        kind = "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"
        against = (
            f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{file.against}</cbc:ID>"
            "</cac:InvoiceDocumentReference></cac:BillingReference>"
        )
    lines = "".join(_ubl_line(n, one, line, quantity) for n, one in enumerate(file.lines, 1))
    money = f'currencyID="{file.currency}"'
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<{root} xmlns="{_BASE}{root}-2" xmlns:cac="{_BASE}CommonAggregateComponents-2"
  xmlns:cbc="{_BASE}CommonBasicComponents-2">
<cbc:ID>{file.number}</cbc:ID><cbc:IssueDate>{file.dated}</cbc:IssueDate>{kind}
<cbc:DocumentCurrencyCode>{file.currency}</cbc:DocumentCurrencyCode>
<cac:OrderReference><cbc:ID>{file.order}</cbc:ID></cac:OrderReference>{against}
{_party("Supplier", file.supplier)}{_party("Customer", "Mrs Ashby")}
<cac:TaxTotal><cbc:TaxAmount {money}>{file.vat}</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount {money}>{file.net}</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount {money}>{file.total}</cbc:TaxInclusiveAmount>
<cbc:PayableAmount {money}>{file.total}</cbc:PayableAmount></cac:LegalMonetaryTotal>
{lines}</{root}>""".encode()


def _party(which: str, name: str) -> str:
    return (
        f"<cac:Accounting{which}Party><cac:Party><cac:PartyLegalEntity>"
        f"<cbc:RegistrationName>{name}</cbc:RegistrationName>"
        f"</cac:PartyLegalEntity></cac:Party></cac:Accounting{which}Party>"
    )


def _ubl_line(number: int, one: Line, line: str, quantity: str) -> str:
    named = (
        f"<cac:OrderLineReference><cbc:LineID>{one.order_line}</cbc:LineID>"
        "</cac:OrderLineReference>"
        if one.order_line
        else ""
    )
    code = (
        "<cac:SellersItemIdentification>"
        f"<cbc:ID>{one.code}</cbc:ID></cac:SellersItemIdentification>"
        if one.code
        else ""
    )
    return (
        f'<cac:{line}><cbc:ID>{number}</cbc:ID><cbc:{quantity} unitCode="C62">1</cbc:{quantity}>'
        f'<cbc:LineExtensionAmount currencyID="GBP">{one.net}</cbc:LineExtensionAmount>{named}'
        f"<cac:Item><cbc:Name>Works</cbc:Name>{code}<cac:ClassifiedTaxCategory>"
        f"<cbc:ID>{one.category}</cbc:ID><cbc:Percent>{one.rate}</cbc:Percent>"
        "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>"
        f'<cac:Price><cbc:PriceAmount currencyID="GBP">{one.net}</cbc:PriceAmount></cac:Price>'
        f"</cac:{line}>"
    )


def cii(file: File) -> bytes:
    """Return it as CII of EN 16931, as Factur-X carries it."""
    lines = "".join(_cii_line(n, one) for n, one in enumerate(file.lines, 1))
    party = "<ram:PostalTradeAddress><ram:CountryID>GB</ram:CountryID></ram:PostalTradeAddress>"
    rate = file.lines[0].rate
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{_UNECE}CrossIndustryInvoice:100"
  xmlns:ram="{_UNECE}ReusableAggregateBusinessInformationEntity:100"
  xmlns:udt="{_UNECE}UnqualifiedDataType:100"><rsm:ExchangedDocumentContext>
<ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{file.number}</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">{file.dated.replace("-", "")}
</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>{lines}<ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty><ram:Name>{file.supplier}</ram:Name>{party}</ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Mrs Ashby</ram:Name>{party}</ram:BuyerTradeParty>
<ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>{file.order}</ram:IssuerAssignedID>
</ram:BuyerOrderReferencedDocument></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>
<ram:InvoiceCurrencyCode>{file.currency}</ram:InvoiceCurrencyCode><ram:ApplicableTradeTax>
<ram:CalculatedAmount>{file.vat}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
<ram:BasisAmount>{file.net}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:LineTotalAmount>{file.net}</ram:LineTotalAmount>
<ram:TaxBasisTotalAmount>{file.net}</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="{file.currency}">{file.vat}</ram:TaxTotalAmount>
<ram:GrandTotalAmount>{file.total}</ram:GrandTotalAmount>
<ram:DuePayableAmount>{file.total}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>""".encode()


def _cii_line(number: int, one: Line) -> str:
    named = (
        "<ram:BuyerOrderReferencedDocument>"
        f"<ram:LineID>{one.order_line}</ram:LineID></ram:BuyerOrderReferencedDocument>"
        if one.order_line
        else ""
    )
    return (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"<ram:LineID>{number}</ram:LineID></ram:AssociatedDocumentLineDocument>"
        "<ram:SpecifiedTradeProduct><ram:Name>Works</ram:Name></ram:SpecifiedTradeProduct>"
        f"<ram:SpecifiedLineTradeAgreement>{named}<ram:NetPriceProductTradePrice>"
        f"<ram:ChargeAmount>{one.net}</ram:ChargeAmount></ram:NetPriceProductTradePrice>"
        "</ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery>"
        '<ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity>'
        "</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement>"
        "<ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode>"
        f"<ram:CategoryCode>{one.category}</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{one.rate}</ram:RateApplicablePercent>"
        "</ram:ApplicableTradeTax><ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"<ram:LineTotalAmount>{one.net}</ram:LineTotalAmount>"
        "</ram:SpecifiedTradeSettlementLineMonetarySummation>"
        "</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"
    )


def within_pdf(xml: bytes, *, name: str = "factur-x.xml") -> bytes:
    """Return a PDF that carries an invoice for machines."""
    pdf, out = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, xml, filename=name)
    pdf.save(out)
    return out.getvalue()
