"""The command `corridor`: one sub-command a stage, plus data, brief, serve."""
