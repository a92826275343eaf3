"""The core that every door opens on: one module a door. Import the module you need; each loads what it needs."""
