"""From prompt keys to sound: rendered before the night, verified, cached, played interruptibly."""
