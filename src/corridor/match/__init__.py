"""Who could do it together: offers and needs to explained introductions."""
