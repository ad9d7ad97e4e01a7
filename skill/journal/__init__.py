"""The night written down: append-only events, episodes folded from them, reports, exports, backups."""
