"""Kinds of jobs that exist for tests only, as an app that a real worker process can load."""
