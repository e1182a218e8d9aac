"""Tell Prefect whom to notify of which events: one automation for each address that is set.

Renewed whenever deployments are registered, or by ``python -m deployments.automations`` where the
server is somewhere else. The address itself is kept in a block of Prefect's, as a secret; an
address that is no longer set loses its automation and its block.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from prefect.blocks.notifications import MicrosoftTeamsWebhook, SlackWebhook
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import BlockDocument
from prefect.events import AutomationCore
from prefect.events.actions import CallWebhook, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from adapters.prefect_client import talking
from adapters.prefect_events import DIGEST, EVENT_LABEL, Level
from adapters.prefect_watch import NAMES_BEGIN
from adapters.settings import settings
from rules.errors import HandrailError, InvalidSettingError

AnyBlock = Webhook | SlackWebhook | MicrosoftTeamsWebhook

_SUBJECT: Final = (
    "Handrail: {% if event.event == '" + DIGEST + "' %}today's clocks"
    "{% else %}the machine has stalled{% endif %}"
)
_WORDS: Final = "{{ event.payload.words }}"
_JSON: Final = "{{ event.payload | tojson }}"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out for notifications.

    Args:
        name: What its automation is called.
        says: What the automation does, for Prefect's page.
        block: The kind of block that keeps the address.
        setting: The setting that holds the address.
        events: The events that it is told of.
        more: What the block keeps beside the address.
    """

    name: str
    says: str
    block: type[AnyBlock]
    setting: str
    events: tuple[str, ...]
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def block_name(self) -> str:
        """What the block is called: ``handrail-alert-slack``."""
        return f"handrail-{self.setting.removesuffix('_url').replace('_', '-')}"


CHANNELS: Final = (
    Channel(
        name=f"{NAMES_BEGIN}alerts to the webhook",
        says="Posts each breach, escalation, lapse and fault of the machine as JSON.",
        block=Webhook,
        setting="alert_webhook_url",
        events=(Level.BREACHED, Level.ESCALATED, Level.LAPSE, Level.STALLED),
        more={"headers": {"Content-Type": "application/json"}},
    ),
    Channel(
        name=f"{NAMES_BEGIN}the day and the machine to Slack",
        says="Writes the day's counts and each fault of the machine to a channel in Slack.",
        block=SlackWebhook,
        setting="alert_slack_url",
        events=(DIGEST, Level.STALLED),
    ),
    Channel(
        name=f"{NAMES_BEGIN}the day and the machine to Teams",
        says="Writes the day's counts and each fault of the machine to a channel in Teams.",
        block=MicrosoftTeamsWebhook,
        setting="alert_teams_url",
        events=(DIGEST, Level.STALLED),
        more={"include_image": False},  # Teams would fetch it from a stranger's server
    ),
)


def register_automations() -> tuple[str, ...]:
    """Create or renew the automation of each address that is set, and remove those of the others.

    One that somebody paused in Prefect stays paused.

    Returns:
        The names of those that are in place.

    Raises:
        InvalidSettingError: An address is not one that Prefect can use.
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        return tuple(one.name for one in CHANNELS if _renewed(client, one))


def _renewed(client: SyncPrefectClient, channel: Channel) -> bool:
    """Bring one channel in line with its setting. Returns whether its address is set."""
    address: str = getattr(settings(), channel.setting).get_secret_value()
    found = client.read_automations_by_name(channel.name)
    if not address:
        for one in found:
            client.delete_automation(one.id)
        if (held := _block(client, channel)) is not None:
            client.delete_block_document(held.id)
        return False
    wanted = _automation(channel, block_id=_keep_block(client, channel, address))
    for surplus in found[1:]:
        client.delete_automation(surplus.id)
    if not found:
        client.create_automation(wanted)
    elif _content(found[0]) != _content(wanted):
        client.update_automation(
            found[0].id, wanted.model_copy(update={"enabled": found[0].enabled})
        )
    return True


def _keep_block(client: SyncPrefectClient, channel: Channel, address: str) -> UUID:
    """Keep an address in its block. Returns the block's id."""
    private = settings().alert_private_addresses
    wanted: dict[str, Any] = {"url": address, "allow_private_urls": private, **channel.more}
    held = _block(client, channel)
    if held is not None and wanted.items() <= held.data.items():
        return held.id
    try:
        return UUID(str(channel.block(**wanted).save(channel.block_name, overwrite=True)))
    except (ValueError, TypeError):
        raise InvalidSettingError(
            f"Prefect cannot use HANDRAIL_{channel.setting.upper()}.",
            next_step="Copy the whole address again from where it was made.",
        ) from None  # what Prefect says repeats the address, which is a secret


def _block(client: SyncPrefectClient, channel: Channel) -> BlockDocument | None:
    kind = channel.block.get_block_type_slug()
    try:
        return client.read_block_document_by_name(channel.block_name, kind, include_secrets=True)
    except ObjectNotFound:
        return None


def _automation(channel: Channel, *, block_id: UUID) -> AutomationCore:
    # Each event counts by itself: by its own label, and with no time within which others are
    # taken for the same. Prefect's own examples with `within` notify once and swallow a burst.
    trigger = EventTrigger(
        expect=set(channel.events),
        match={"prefect.resource.id": "handrail.*"},
        for_each={EVENT_LABEL},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
    action: CallWebhook | SendNotification
    if channel.block is Webhook:
        action = CallWebhook(block_document_id=block_id, payload=_JSON)
    else:
        action = SendNotification(block_document_id=block_id, subject=_SUBJECT, body=_WORDS)
    return AutomationCore(
        name=channel.name,
        description=channel.says,
        tags=["handrail"],
        trigger=trigger,
        actions=[action],
    )


def _content(automation: AutomationCore) -> dict[str, Any]:
    return automation.model_dump(
        mode="json", include={"name", "description", "tags", "trigger", "actions"}
    )


def main() -> int:
    """Run as a command, against the server at ``PREFECT_API_URL``.

    Returns:
        The exit status.
    """
    try:
        names = register_automations()
    except HandrailError as error:
        sys.stderr.write(f"{error.text()}\n")
        return 2
    sys.stdout.write("".join(f"{name}\n" for name in names) or "No address is set.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
