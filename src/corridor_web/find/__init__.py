"""Where cooperation pays: pages over runs."""
