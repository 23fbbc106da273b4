"""Did it happen: pipeline, agreements, the public page."""
