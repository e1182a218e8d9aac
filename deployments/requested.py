"""Runs that our outbox asks for: each becomes one run in Prefect, however often it is tried."""

from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from adapters import prefect_runs
from adapters.conductor_status import Heartbeat
from deployments.execution import Engine
from deployments.logs import log
from deployments.register import register
from rules.errors import (
    DatabaseBusyError,
    PrefectDownError,
    RunRefusedError,
    UnknownReferenceError,
)
from services.cases.run_requests import (
    RunRequest,
    claim_run_requests,
    record_run_ended,
    record_run_started,
    release_run_request,
)


class RequestedRuns:
    """Serves the outbox, one request at a time.

    Args:
        engine: Carries the runs through.
        heartbeat: Where it says which request is in hand.
    """

    def __init__(self, *, engine: Engine, heartbeat: Heartbeat) -> None:
        self._engine = engine
        self._heartbeat = heartbeat
        self._deployments: dict[str, UUID] = {}
        self._in_hand: RunRequest | None = None

    def serve_one(self) -> bool:
        """Serve the oldest request that is due. Returns whether there was one.

        Raises:
            PrefectDownError: The server went away; the request stays in hand for the next call.
            DatabaseBusyError: The same, for our database.
        """
        if self._in_hand is None:
            self._in_hand = next(iter(claim_run_requests(limit=1)), None)
        if self._in_hand is None:
            return False
        self._serve(self._in_hand)
        self._in_hand = None
        return True

    def _serve(self, request: RunRequest) -> None:
        self._heartbeat.take_in_hand(request_id=request.id, flow_run_id=None)
        finished = False
        try:
            finished = self._carry_through(request, self._create(request))
        except (PrefectDownError, DatabaseBusyError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad request must not hold up the others
            expected = isinstance(error, RunRefusedError)
            log.warning("put back", key=request.key, reason=str(error), exc_info=not expected)
            release_run_request(request_id=request.id, error=str(error) or type(error).__name__)
        self._heartbeat.put_down(finished=finished)

    def _create(self, request: RunRequest) -> FlowRun:
        """Create the run, or find the one this key has made; register first if need be."""
        try:
            return self._create_from(self._deployment(request.deployment), request)
        except UnknownReferenceError:
            log.warning("deployments are gone from Prefect; registering", key=request.key)
            register()
            self._deployments.clear()
        try:
            return self._create_from(self._deployment(request.deployment), request)
        except UnknownReferenceError as error:
            raise RunRefusedError(
                f"There is no deployment {request.deployment}.",
                next_step="Update Handrail, or ask whoever wrote the request.",
            ) from error

    def _create_from(self, deployment_id: UUID, request: RunRequest) -> FlowRun:
        return prefect_runs.create_run(
            deployment_id=deployment_id,
            key=request.key,
            name=request.name,
            tags=request.tags,
            parameters=request.parameters,
        )

    def _deployment(self, name: str) -> UUID:
        if name not in self._deployments:
            self._deployments[name] = prefect_runs.deployment_id(name=name)
        return self._deployments[name]

    def _carry_through(self, request: RunRequest, flow_run: FlowRun) -> bool:
        flow_run_id = str(flow_run.id)
        self._heartbeat.take_in_hand(request_id=request.id, flow_run_id=flow_run_id)
        record_run_started(request_id=request.id, flow_run_id=flow_run_id)
        outcome = self._engine.carry_through(flow_run)
        if outcome is None:
            raise RunRefusedError(
                f"Run {flow_run_id} is in the hands of another process.",
                next_step="It is looked at again by itself.",
            )
        record_run_ended(
            request_id=request.id,
            flow_run_id=flow_run_id,
            state=outcome.state,
            message=outcome.message,
        )
        return True
