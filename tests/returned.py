"""Reports as real mail servers write them, about a message that is named by its id."""

from __future__ import annotations

from base64 import b64encode
from textwrap import dedent

POSTFIX = """\
    From: MAILER-DAEMON@mx.rugby.example (Mail Delivery System)
    To: adaptations@rugby.example
    Subject: Undelivered Mail Returned to Sender
    Auto-Submitted: auto-replied
    Date: Tue, 2 Jun 2026 09:12:44 +0100
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status;
    \tboundary="B1"

    --B1
    Content-Description: Notification
    Content-Type: text/plain; charset=us-ascii

    I'm sorry to have to inform you that your message could not be delivered.

    <{to}>: host mail.home.example[192.0.2.7] said: 550 5.1.1
        <{to}>: Recipient address rejected: User unknown

    --B1
    Content-Description: Delivery report
    Content-Type: message/delivery-status

    Reporting-MTA: dns; mx.rugby.example
    X-Postfix-Queue-ID: 4F1B2C
    Arrival-Date: Tue,  2 Jun 2026 09:12:40 +0100 (BST)

    Final-Recipient: rfc822; {to}
    Original-Recipient: rfc822;{to}
    Action: failed
    Status: 5.1.1
    Remote-MTA: dns; mail.home.example
    Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address
        rejected: User unknown

    --B1
    Content-Description: Undelivered Message Headers
    Content-Type: text/rfc822-headers

    From: adaptations@rugby.example
    To: {to}
    Message-ID: <{id}@rugby.example>
    Subject: Your grant is approved

    --B1--
"""

EXIM_IN_WORDS = """\
    Return-path: <>
    From: Mail Delivery System <Mailer-Daemon@cpanel.example>
    To: adaptations@rugby.example
    Subject: Mail delivery failed: returning message to sender
    X-Failed-Recipients: {to}
    Auto-Submitted: auto-replied
    Date: Tue, 02 Jun 2026 08:12:44 +0000

    This message was created automatically by mail delivery software.

      {to}
        host mail.home.example [192.0.2.7]
        SMTP error from remote mail server after RCPT TO:<{to}>:
        550 5.2.1 The mailbox is disabled

    ------ This is a copy of the message, including all the headers. ------

    Message-ID: <{id}@rugby.example>
    To: {to}

    Good news.
"""

EXCHANGE = """\
    From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@home.example>
    To: <adaptations@rugby.example>
    Date: Tue, 2 Jun 2026 08:12:44 +0000
    Content-Type: multipart/report; report-type=delivery-status; boundary="_c4_"
    Content-Language: en-GB
    Message-ID: <0f4c2b9e-7d3a-4b1e-9f00-1c2d3e4f5a6b@AM9PR.example>
    In-Reply-To: <{id}@rugby.example>
    Subject: Undeliverable: Your grant is approved
    MIME-Version: 1.0

    --_c4_
    Content-Type: multipart/alternative; differences=Content-Type; boundary="_c5_"

    --_c5_
    Content-Type: text/html; charset="utf-8"
    Content-Transfer-Encoding: base64

    PHA+VGhlIGVtYWlsIGFkZHJlc3MgeW91IGVudGVyZWQgY291bGRuJ3QgYmUgZm91bmQuPC9wPg==

    --_c5_--

    --_c4_
    Content-Type: message/delivery-status

    Reporting-MTA: dns;AM9PR.example
    Received-From-MTA: dns;mx.rugby.example

    Final-recipient: RFC822;
     {to}
    Action: failed
    Status: 5.1.10
    X-Supplementary-Info: <not for people>
    Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found

    --_c4_--
"""

DELAYED = (
    POSTFIX.replace("Action: failed", "Action: delayed")
    .replace("Status: 5.1.1\n", "Status: 4.4.1\n")
    .replace("Diagnostic-Code: smtp; 550 5.1.1", "Diagnostic-Code: smtp; 451 4.4.1")
)
ABSENCE = """\
    From: {to}
    To: adaptations@rugby.example
    Subject: Out of office: Your grant is approved
    In-Reply-To: <{id}@rugby.example>
    Auto-Submitted: auto-replied

    I am away until 5.1.2027 and read nothing.
"""


def report(form: str, *, message: str, to: str) -> bytes:
    """Return a report in one of these forms, with the line ends of e-mail."""
    text = dedent(form.replace("{id}", message).replace("{to}", to))
    return text.replace("\n", "\r\n").encode()


def packed(data: bytes) -> bytes:
    """Return a report whose delivery status somebody packed as base64."""
    head, _, rest = data.partition(b"Content-Type: message/delivery-status\r\n\r\n")
    status, mark, after = rest.partition(b"\r\n--B1\r\n")
    return (
        head
        + b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64encode(status)
        + mark
        + after
    )
