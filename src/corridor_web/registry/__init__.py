"""Organisations, people, desks, offers, needs, and the engagements every stage appends to."""
