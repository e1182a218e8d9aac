"""The work pool and the deployments kept as they were registered.

Whoever may use Prefect's pages can delete or pause them, and cases would stand still without a
word. What is found so is put back, and said.
"""

from collections.abc import Iterator
from time import monotonic
from typing import Final

from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound

from adapters.prefect_client import talking
from deployments.logs import log
from deployments.register import deployments_in, difference, register, registered
from services.cases.run_requests import POOL
from tasks.alerts import say_put_back

LOOK_SECONDS: Final = 30.0


class Guard:
    """Looks now and then whether everything is as registered, and puts back what is not."""

    def __init__(self) -> None:
        self._looked = monotonic()  # all of it was registered just now

    def look(self) -> None:
        """Look, if it is time.

        Raises:
            PrefectDownError: The server does not answer; it is looked at next time.
        """
        if monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = monotonic()
        if found := differences():
            register()
            log.warning("put back", what="; ".join(found))
            say_put_back(found)


def differences() -> tuple[str, ...]:
    """Return what somebody has deleted, paused or changed, in words.

    Raises:
        PrefectDownError: The server does not answer.
    """
    with talking() as client:
        pool, there = tuple(_of_pool(client)), registered(client)
    wrong = [
        f"{one['entrypoint'].rpartition('.')[2].replace('_', '-')} {what}"
        for one in deployments_in()
        if (what := difference(one, there.get(one["entrypoint"])))
    ]
    return (*pool, *wrong)


def _of_pool(client: SyncPrefectClient) -> Iterator[str]:
    try:
        pool = client.read_work_pool(POOL)
    except ObjectNotFound:
        yield "the work pool was deleted"
        return
    if pool.is_paused:
        yield "the work pool was paused"
