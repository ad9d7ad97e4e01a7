"""The model as a speech-to-text of closed sentences for other assistants, over the Wyoming protocol."""
