"""Takes a complaint down: hears, asks, corrects, pauses, reads back and files."""
