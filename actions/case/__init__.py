"""What a citizen can do with a case that was looked up: hear where it stands, and act on it (催办、补充、撤回、评价、复查、复核)."""
