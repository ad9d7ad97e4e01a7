"""Measure a Vosk folder on recordings: `python -m models.measuring FOLDER --manifest FILE …`."""

from models.measuring.evaluate_command import evaluate

if __name__ == "__main__":
    evaluate()
