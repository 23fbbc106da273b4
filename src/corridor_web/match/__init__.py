"""Who could do it together: introductions."""
