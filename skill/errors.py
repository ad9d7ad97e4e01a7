"""One small hierarchy of errors, each carrying a sentence for the user."""

from __future__ import annotations


class KrampevaktError(Exception):
    """Base of every error that a user should read.

    The message is one sentence (or two) that says what happened, what it means for the night
    and what to do. The command line prints it and exits with 1.
    """


class ContentError(KrampevaktError):
    """A file in prompts/ is wrong; the message names file and line."""


class ModelError(KrampevaktError):
    """A speech model folder is missing, broken or unsuitable."""


class AudioError(KrampevaktError):
    """A microphone, loudspeaker or sound file can't be used."""


class VoiceError(KrampevaktError):
    """A sentence could not be turned into sound."""


class JournalError(KrampevaktError):
    """The database can't be opened, read or written."""


class SettingsError(KrampevaktError):
    """The settings file is wrong; the message names the line."""


class AlreadyRunning(KrampevaktError):
    """Another instance holds the lock of this data folder."""
