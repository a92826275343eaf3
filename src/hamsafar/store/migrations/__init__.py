"""The migrations of the record's database, oldest first; run when a record is made or opened."""
