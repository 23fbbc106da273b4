"""The sections of a paper, one module a stage: from what was found to headings, charts, tables, sentences."""
