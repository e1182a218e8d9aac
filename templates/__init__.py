"""What people read: documents for paper, messages for e-mail. Jinja2 templates, no code."""
