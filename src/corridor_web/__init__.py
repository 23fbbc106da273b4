"""The platform: Corridor as a Django site."""
