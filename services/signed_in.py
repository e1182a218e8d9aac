"""Who sits at the command line: for the desk, without the database that everything else needs."""

from models.signed_in import at_the_command_line

__all__ = ["at_the_command_line"]
