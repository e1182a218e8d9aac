"""Contractors brought in, and what a capacity lowered below what is out means for it."""

from services.imports import registers
from services.imports.job import Job
from services.imports.reconcile import Changes
from services.tenders.capacity import beyond_capacity, lock_contractors


def bring_in(job: Job) -> Changes:
    """Write the contractors; those whose capacity is now below what is on hand are named."""
    codes = job.cited("contractor")
    lock_contractors(job.conn, contractors=codes)  # nobody is offered anything meanwhile
    changes = registers.bring_in(job)
    changes.notes += beyond_capacity(job.conn, contractors=codes).values()
    return changes
