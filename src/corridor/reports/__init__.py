"""Trilingual documents: HTML, PDF, DOCX."""
