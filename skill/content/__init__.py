"""What is said and what may be heard: prompts/ read into typed, checked values."""
