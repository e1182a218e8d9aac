"""Settings of signing in: the council's own accounts, and the key that secrets are kept with."""

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from rules.council_account import is_one_provider


class SignInSettings(BaseModel):
    """What an operator may set of how people show who they are."""

    oidc_client_id: str = Field(
        default="",
        description="Under which number the council's own sign-in knows Handrail: in Entra the "
        "Application (client) ID.",
    )
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret that goes with HANDRAIL_OIDC_CLIENT_ID."
    )
    oidc_issuer: str = Field(
        default="",
        description="The council's own sign-in by OpenID Connect, such as Entra ID: "
        "https://login.microsoftonline.com/TENANT-ID/v2.0; empty for none.",
    )
    desk_passwords: bool = Field(
        default=True,
        description="Whether people may sign in to the desk with a password of Handrail's own; "
        "false only where HANDRAIL_OIDC_ISSUER is set.",
    )
    sign_in_key: Path | None = Field(
        default=None,
        description="File of the key that the secrets of authenticator apps are kept with, made at "
        "the first; empty means sign-in.key in the home. All machines need the same one.",
    )
    link_key: Path | None = Field(
        default=None,
        description="File of the key that links to contractors' pages are signed with, made with "
        "the first; empty means link.key in the home. All machines need the same one, and with "
        "another one no link that was sent works any more.",
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _known_issuer(cls, url: str, info: ValidationInfo) -> str:
        if url and not is_one_provider(url):
            raise PydanticCustomError(
                "oidc_issuer",
                "It must be the https:// address of one tenant, such as "
                "https://login.microsoftonline.com/TENANT-ID/v2.0, not that of all of them",
            )
        secret = info.data.get("oidc_client_secret")
        if url and not (info.data.get("oidc_client_id") and secret and secret.get_secret_value()):
            raise PydanticCustomError(
                "oidc_issuer", "It needs HANDRAIL_OIDC_CLIENT_ID and HANDRAIL_OIDC_CLIENT_SECRET"
            )
        return url

    @field_validator("desk_passwords")
    @classmethod
    def _some_way_in(cls, asked: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - Pydantic's way
        if not (asked or info.data.get("oidc_issuer")):
            raise PydanticCustomError(
                "desk_passwords", "It may be false only where HANDRAIL_OIDC_ISSUER is set"
            )
        return asked
