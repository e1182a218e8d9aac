"""The tables, a module a subject; `models.schema` imports all of them."""
