"""`POST /api/orders/NUMBER/events`: a door for contractors' own systems, by signature alone.

No session is looked up here and no form is made, so neither a cookie nor a form's token counts.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request

from adapters import clock
from desk.web.sessions import real_now
from rules.interchange.signed import MOST_BYTES, SignedRequest
from services.interchange.events import take_event

router = APIRouter(prefix="/api")


async def signed(request: Request) -> SignedRequest:
    """Return a request as it came; nothing of it is believed yet."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"An event has {MOST_BYTES:,} bytes at most.")
    given = request.headers
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    return SignedRequest(
        method=request.method,
        path=path.decode("ascii", "replace"),
        key=given.get("handrail-key", ""),
        timestamp=given.get("handrail-timestamp", ""),
        event=given.get("handrail-event", ""),
        signature=given.get("handrail-signature", ""),
        body=body,
    )


@router.post("/orders/{number}/events")
def event(number: str, sent: Annotated[SignedRequest, Depends(signed)]) -> dict[str, Any]:
    """Record one event on an order, once however often it is sent."""
    return take_event(sent, number=number, now=clock.now(), at=real_now())
