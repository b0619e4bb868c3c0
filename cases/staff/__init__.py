"""Those who work at the desk: `accounts` (who there is), `signing` (signing in and out), `second_factor` (the six digits)."""
