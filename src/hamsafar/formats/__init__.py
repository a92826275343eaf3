"""Text ↔ nouns: element sets, plans; every error with its line."""
