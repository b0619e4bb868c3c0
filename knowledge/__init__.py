"""The knowledge base, the office profile and the reply catalogue: loading, checking, rendering."""
