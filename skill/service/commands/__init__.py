"""The commands of `krampevakt`, one file each; thin: they read options, call a room, and print."""
