"""Making and measuring Vosk folders for closed sets of Norwegian words and phrases."""
