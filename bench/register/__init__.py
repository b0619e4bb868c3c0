"""The register under load: look-ups, the list at the desk, the overdue job (bench/README.md)."""
