"""The runs that our outbox asks for, as the conductor serves them."""

from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from adapters import prefect_runs
from adapters.conductor_status import Heartbeat
from deployments.execution import Engine
from deployments.logs import log
from deployments.register import register
from rules.errors import DatabaseBusyError, PrefectDownError, RunRefusedError, UnknownReferenceError
from services.cases.run_requests import (
    RunRequest,
    claim_run_requests,
    give_back,
    in_one_run,
    put_back,
    record_run_ended,
    record_run_started,
    release_lapsed_claims,
    release_run_requests,
)
from services.cases.runners import sign_every


class RequestedRuns:
    """Serves our outbox, one run at a time: for one request, or for the cases of a backlog.

    However often a request is tried, it becomes one run.

    Args:
        conductor: What this conductor claims requests as.
    """

    def __init__(self, *, engine: Engine, heartbeat: Heartbeat, conductor: str) -> None:
        self._engine = engine
        self._conductor = conductor
        self._looked = monotonic()
        self._heartbeat = heartbeat
        self._deployments: dict[str, UUID] = {}
        self._in_hand: tuple[RunRequest, ...] = ()

    @property
    def broken_off(self) -> bool:
        """Whether what was taken in hand is not served yet, as when Prefect's server went away."""
        return bool(self._in_hand)

    def serve_one(self) -> bool:
        """Serve the oldest request that is due. Returns whether there was one.

        Raises:
            PrefectDownError: The server went away; the request stays in hand for the next call.
            DatabaseBusyError: The same, for our database.
        """
        self._look_for_lapsed()
        self._in_hand = self._in_hand or claim_run_requests(by=self._conductor)
        if not self._in_hand:
            return False
        self._serve(self._in_hand)
        self._in_hand = ()
        return True

    def _look_for_lapsed(self) -> None:
        """Give back what a conductor on another machine had claimed, if it is gone."""
        if monotonic() - self._looked < sign_every():
            return
        self._looked = monotonic()
        if count := release_lapsed_claims():
            log.warning("a conductor is gone; its requests are given back", requests=count)

    def _serve(self, requests: Sequence[RunRequest]) -> None:
        ids = [request.id for request in requests]
        self._heartbeat.take_in_hand(flow_run_id=None)
        finished = False
        try:
            finished = self._carry_through(
                requests, self._begun(requests[0]) or self._new(requests)
            )
        except (PrefectDownError, DatabaseBusyError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad request must not hold up the others
            expected = isinstance(error, RunRefusedError)
            log.warning("put back", key=requests[0].key, reason=str(error), exc_info=not expected)
            release_run_requests(request_ids=ids, error=str(error) or type(error).__name__)
        self._heartbeat.put_down(finished=finished)

    def _begun(self, request: RunRequest) -> FlowRun | None:
        """Return the run that a request became before the conductor was interrupted, if any."""
        begun = request.flow_run_id
        return prefect_runs.read_run(flow_run_id=begun) if begun else None

    def _new(self, requests: Sequence[RunRequest]) -> FlowRun:
        return self._create(in_one_run(requests))

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
            holder=self._heartbeat.holder,
        )

    def _deployment(self, name: str) -> UUID:
        if name not in self._deployments:
            self._deployments[name] = prefect_runs.deployment_id(name=name)
        return self._deployments[name]

    def _carry_through(self, requests: Sequence[RunRequest], flow_run: FlowRun) -> bool:
        flow_run_id = str(flow_run.id)
        over_many = "case_refs" in flow_run.parameters
        if over_many:
            requests = self._those_of(flow_run, requests)
        ids = [request.id for request in requests]
        self._heartbeat.take_in_hand(flow_run_id=flow_run_id)
        record_run_started(request_ids=ids, flow_run_id=flow_run_id)
        outcome = self._engine.carry_through(flow_run)
        if outcome is None:
            raise RunRefusedError(
                f"Run {flow_run_id} is in the hands of another process.",
                next_step="It is looked at again by itself.",
            )
        if over_many:  # each that went well is marked already
            said = f"Run {flow_run_id} did not carry it on: {outcome.message}"
            put_back(flow_run_id=flow_run_id, error=said)
            return True
        record_run_ended(
            request_id=requests[0].id,
            flow_run_id=flow_run_id,
            state=outcome.state,
            message=outcome.message,
        )
        return True

    def _those_of(self, flow_run: FlowRun, requests: Sequence[RunRequest]) -> list[RunRequest]:
        """Return a run's own requests; give back those that came after it, before a crash."""
        cases = flow_run.parameters["case_refs"]
        if later := [request.id for request in requests if request.case not in cases]:
            give_back(request_ids=later)
        return [request for request in requests if request.case in cases]
