"""The adapters: where Handrail reaches out to settings, clock, files, mail, PDF and Prefect."""
