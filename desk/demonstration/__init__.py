"""The demo: scripted officers, contractors, landlords and clients who live through eight months.

They record decisions exactly as people do at the desk; everything between is done by the flows.
"""
