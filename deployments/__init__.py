"""Deployments: what runs where and when."""
