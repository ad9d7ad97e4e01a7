"""From microphone frames to understood phrases, in a process of its own."""
