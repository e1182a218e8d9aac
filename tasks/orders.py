"""The tasks of orders: each a name in Prefect and one call."""

from __future__ import annotations

from services.orders import raise_order as orders
from tasks.unit import step_task

raise_order = step_task("raise the work order")(orders.raise_order)
send_order = step_task("send the work order")(orders.send_order)
