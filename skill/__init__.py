"""Krampevakt: a bedside voice assistant for nocturnal leg cramps."""

__version__ = "0.2.0"
