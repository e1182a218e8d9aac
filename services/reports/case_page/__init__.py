"""One case as its page shows it, a section a module."""
