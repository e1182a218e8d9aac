"""Settings of mail: where messages go, and by which server."""

from typing import Literal

from pydantic import BaseModel, Field, SecretStr


class MailSettings(BaseModel):
    """What an operator may set of how messages leave."""

    mail: Literal["maildir", "smtp"] = Field(
        default="maildir", description="Where messages go: a maildir under the home, or SMTP."
    )
    mail_from: str = Field(
        default="handrail@localhost", description="Sender address of every message."
    )
    smtp_host: str = Field(default="127.0.0.1", description="SMTP server.")
    smtp_port: int = Field(default=25, ge=1, le=65535, description="SMTP port.")
    smtp_starttls: bool = Field(default=False, description="Ask the SMTP server for STARTTLS.")
    smtp_user: str = Field(default="", description="SMTP user, empty for none.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="SMTP password.")
    smtp_timeout: float = Field(default=10.0, gt=0, description="SMTP time limit, in seconds.")
