"""The home page and the brief."""
