"""What the program says of itself: errors, faults, checks and commands, by key, in three languages."""
