"""Krampevakt: a bedside voice assistant for nocturnal leg cramps."""

__version__ = "0.1.0"
