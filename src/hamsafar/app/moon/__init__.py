"""The core behind `hamsafar moon`: one module a command."""
