"""Work orders at the desk."""
