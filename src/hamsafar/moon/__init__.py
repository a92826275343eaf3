"""The lunar orbiter: life, light, contacts, link, power, release. Numbers in, numbers out."""
