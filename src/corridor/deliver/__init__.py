"""Did it happen: engagements, agreements, conversion."""
