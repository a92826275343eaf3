"""Large problems: a first schedule made by hand, then small parts of it made better one after another."""
