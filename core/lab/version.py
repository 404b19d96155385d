"""Which version of the lab this is: what it hands in says so."""

LAB_VERSION = "0.2.0"  # as pyproject.toml has it
