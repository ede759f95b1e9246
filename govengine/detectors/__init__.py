"""Detectors of card, account and personal data: a family a file, and the registry of all."""
