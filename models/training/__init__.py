"""The making of the Norwegian Vosk model: sources, lexicon, speech, augmentation, training, export, figures."""
