"""Pages for the morning: review, doctor's summary, settings, status."""
