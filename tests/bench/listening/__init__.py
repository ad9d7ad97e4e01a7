"""What the listener makes of hard rooms: talk that does not stop, soft microphones, phrases with pauses."""
