"""What people write and send of a campaign (its file, applications, mark sheets) → domain, every error placed."""
