"""The tests, a folder a room, and what they stand on: ``ground``, ``databases``, ``postgres``."""
