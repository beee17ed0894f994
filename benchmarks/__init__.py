"""What the workbench costs: CPU an operation, queries, memory. `manage.py benchmark --help`; results in README.md."""
