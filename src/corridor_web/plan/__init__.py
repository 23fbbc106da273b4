"""Programmes, projects, selection, roadmap."""
