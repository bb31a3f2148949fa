"""What benchmarks/workspace.py measures: our workspace, and others beside it."""
