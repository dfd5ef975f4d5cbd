"""Arbitrary bytes into every part that reads what others wrote."""
