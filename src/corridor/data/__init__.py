"""Dataset catalogue and store, importers, the illustrative world, stored runs."""
