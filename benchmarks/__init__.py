"""Measurements. They assert nothing: `make bench` prints them."""
