"""The small service, for every test of the models that asks for it."""

from tests.factories import url

__all__ = ["url"]
