"""Interchange with contractors’ own systems, in the terms of the UK Housing Data Standards."""
