"""The run's own environment: uv, pip, PEP 723, pyproject.toml, setup commands."""
