"""The tasks of orders: each a name in Prefect and one call."""

from services.orders import raise_order as orders
from tasks.unit import document_task, step_task

raise_order = step_task("raise the work order")(orders.raise_order)
write_work_order = document_task("write the work order")(orders.write_work_order)
send_order = step_task("send the work order")(orders.send_order)
