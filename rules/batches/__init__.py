"""Batch awards: the problem, the rule's answer, the search, and the words for what was found."""
