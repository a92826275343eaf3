"""Its place makes this folder importable, so that tests of all rooms share the programmes built here."""
