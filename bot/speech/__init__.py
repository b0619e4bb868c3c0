"""Speech at the kiosk: what is read aloud, by which voice, and what is heard. No engine is part of the product (ADR 0017)."""
