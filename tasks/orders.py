"""The tasks of orders: each linked to its run."""

from services.orders import raise_order as orders
from tasks.unit import document_task, of_run

raise_order = of_run(orders.raise_order)
write_work_order = document_task("write the work order")(orders.write_work_order)
send_order = of_run(orders.send_order)
