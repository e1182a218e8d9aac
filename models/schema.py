"""Every table in one import, for migrations and checks that look at the whole schema."""

from importlib import import_module
from pkgutil import iter_modules

from models import tables

for _module in iter_modules(tables.__path__, prefix=f"{tables.__name__}."):
    import_module(_module.name)
