"""People's accounts and their roles."""
