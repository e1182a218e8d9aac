"""Mail: one way to send a message, two transports: a maildir that anyone can open, and SMTP.

The outbox calls ``send`` again until it returns. The key of a message makes that harmless: it names
the file in the maildir, and the Message-ID that lets a mail server drop a second copy.
"""

import hashlib
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from adapters.files import write_whole
from adapters.private import private_folder
from adapters.settings import Settings, settings
from adapters.wording import flat
from rules.clocks.dates import LONDON
from rules.errors import MailError

_ACCOUNT_REPLIES = frozenset({530, 534, 535, 538})  # our sign-in was refused, not the message
_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message.

    Args:
        name: File name as the reader sees it.
        mime: Its type, such as ``"application/pdf"``.
        data: The exact bytes.
    """

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message on its way out.

    Args:
        key: The outbox key; the same key is the same message.
        to: One e-mail address.
        subject: Subject; white space and line breaks in it become single blanks.
        body: Plain text.
        now: The instant to date the message with.
        attachments: Files that go with it.
        reply_to: Where an answer goes, or empty: our own sender's address is read by nobody.
        calendar: What a calendar is asked to do, such as ``REQUEST``, and the iCalendar text.
    """

    key: str
    to: str
    subject: str
    body: str
    now: datetime
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    calendar: tuple[str, str] | None = None


def send(message: Outgoing) -> None:
    """Hand one message to the transport that the settings name; return when it has taken it.

    Args:
        message: The message.

    Raises:
        MailError: It was not taken; ``permanent`` says whether trying again is in vain.
    """
    chosen = settings()
    mail = compose(message, sender=chosen.mail_from)
    if chosen.mail == "smtp":
        _send_by_smtp(mail, chosen)
    else:
        _put_in_maildir(mail, message.key, chosen.maildir)


def compose(message: Outgoing, *, sender: str) -> EmailMessage:
    """Return the standard e-mail that both transports carry.

    Args:
        message: The message.
        sender: The sender's address.

    Raises:
        MailError: An address or an attachment cannot be put into an e-mail; permanent.
    """
    try:
        domain = Address(addr_spec=sender).domain
        mail = EmailMessage(policy=SMTP)
        mail["From"] = sender
        mail["To"] = Address(addr_spec=message.to)
        if message.reply_to:
            mail["Reply-To"] = Address(addr_spec=message.reply_to)
        mail["Subject"] = flat(message.subject)[:_LONGEST_SUBJECT]
        mail["Date"] = message.now.astimezone(LONDON)
        mail["Message-ID"] = f"<{message_id(message.key)}@{domain or 'localhost'}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
        mail.set_content(message.body)
        if message.calendar:
            _add_calendar(mail, *message.calendar)
        for file in message.attachments:
            main, _, sub = file.mime.partition("/")
            mail.add_attachment(file.data, maintype=main, subtype=sub, filename=flat(file.name))
    except (ValueError, MessageError, IndexError) as error:
        raise MailError(
            f"The message to {flat(message.to)[:200]!r} cannot be written as an e-mail.",
            why=f"{error}.",
            next_step="Correct the address, then retry the message in the outbox.",
            permanent=True,
        ) from error
    return mail


def _add_calendar(mail: EmailMessage, method: str, text: str) -> None:
    """Add a visit twice, as calendars send them: some programs take the one, some the other.

    The other way to read the message is what Outlook, Gmail and Thunderbird put in a calendar;
    the file is for whoever opens it by hand. Base64 keeps the lines of both as they are.
    """
    mail.add_alternative(text, subtype="calendar", params={"method": method}, cte="base64")
    data = text.encode()
    mail.add_attachment(data, maintype="application", subtype="ics", filename="visit.ics")


def maildir_name(key: str) -> str:
    """Return the file name of a message: readable, safe, and the same for the same key.

    Args:
        key: The outbox key.
    """
    readable = re.sub(r"[^A-Za-z0-9-]+", "_", key)[:80].strip("_")
    return f"{readable}.{message_id(key)}.eml"


def message_id(key: str) -> str:
    """Return the part of a message's Message-ID that is its own: 32 hexadecimal digits.

    Args:
        key: The outbox key.
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _put_in_maildir(mail: EmailMessage, key: str, maildir: Path) -> None:
    """Put a message into ``new/``, unless it lies there or a reader moved it to ``cur/``."""
    name = maildir_name(key)
    try:
        for part in ("tmp", "new", "cur"):
            private_folder(maildir / part)
        if (maildir / "new" / name).exists() or any((maildir / "cur").glob(f"{name}*")):
            return
        write_whole(target=maildir / "new" / name, data=mail.as_bytes(), parts=maildir / "tmp")
    except OSError as error:
        raise MailError(
            f"A message could not be put into {maildir}.",
            why=f"The system says: {error.strerror or error}.",
            next_step="Make room or give Handrail write access there. It is tried again by itself.",
        ) from error


def _send_by_smtp(mail: EmailMessage, chosen: Settings) -> None:
    """Send one message over one connection, and name what went wrong."""
    server = f"{chosen.smtp_host}:{chosen.smtp_port}"
    try:
        _one_connection(mail, chosen)
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        raise _refused(mail, server, code, reply) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(mail, server, error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailError(
            f"{server} lacks something that this message or the settings need.",
            why=f"{error}.",
            next_step="Check HANDRAIL_SMTP_STARTTLS, HANDRAIL_SMTP_USER and the address.",
            permanent=not str(mail["To"]).isascii(),
        ) from error
    except OSError as error:
        raise MailError(
            f"{server} cannot be reached.",
            why=f"{type(error).__name__}: {error}.",
            next_step="Check that the mail server runs. The message is tried again by itself.",
        ) from error


def _one_connection(mail: EmailMessage, chosen: Settings) -> None:
    """Connect, sign in and send; once the server has taken the message, nothing is a failure."""
    connection = smtplib.SMTP(chosen.smtp_host, chosen.smtp_port, timeout=chosen.smtp_timeout)
    try:
        if chosen.smtp_starttls:
            connection.starttls(context=ssl.create_default_context())
        if chosen.smtp_user:
            connection.login(chosen.smtp_user, chosen.smtp_password.get_secret_value())
        connection.send_message(mail)
        with suppress(OSError):
            connection.quit()
    finally:
        connection.close()


def _refused(mail: EmailMessage, server: str, code: int, reply: bytes | str) -> MailError:
    """Return the error for a server's reply; 5xx to the message itself is permanent."""
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    if code in _ACCOUNT_REPLIES:
        return MailError(
            f"{server} does not let Handrail sign in.",
            why=f"It says: {code} {flat(said)}.",
            next_step="Check HANDRAIL_SMTP_USER and HANDRAIL_SMTP_PASSWORD.",
        )
    permanent = 500 <= code < 600
    return MailError(
        f"{server} refused the message to {mail['To']}.",
        why=f"It says: {code} {flat(said)}.",
        next_step="Correct the address, then retry the message in the outbox."
        if permanent
        else "The message is tried again by itself.",
        permanent=permanent,
    )
