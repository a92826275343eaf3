"""The record of a campaign: a database whose every change is chained to the one before, personal data sealed."""
