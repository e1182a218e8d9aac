"""Who may sign in at the desk, who has, and for how long."""
