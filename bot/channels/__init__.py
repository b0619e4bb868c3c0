"""The doors that are not ours: each authenticates, bounds and normalises what comes, and renders neutral replies its own way."""
