"""The frozen nouns. Constructors take facts; nothing here reads a file or decides anything."""
