"""What a word means, by where the conversation is."""
