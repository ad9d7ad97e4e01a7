"""The hearing process itself: `python -m skill.hearing.process.worker`. It alone holds the microphone and libvosk.

Commands come in on standard input, messages go out on standard output (see `wire`). It ends when standard
input does, so it never outlives the service, and its own faults end it: the supervisor starts it again.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from skill.content.phrases import PhraseBook, load_phrases
from skill.errors import KrampevaktError, ModelError
from skill.events import Fault, Pulse
from skill.hearing.accept.second_opinion import read_least_scores
from skill.hearing.accept.second_thoughts import StrictEar
from skill.hearing.capture.keeper import MicrophoneKeeper
from skill.hearing.capture.microphone import Microphone, PacedMicrophone, PipeMicrophone, WavMicrophone
from skill.hearing.duplex import Duplex
from skill.hearing.echo.own_sound import LEAD_S, Played
from skill.hearing.listener import Listener
from skill.hearing.personal import Personal
from skill.hearing.process.learned import open_personal
from skill.hearing.process.protocol import (
    Command,
    HearingConfig,
    ListenTo,
    ListenTurn,
    Log,
    MicrophoneChoice,
    OwnVoice,
    Ready,
    Shutdown,
    WireMessage,
    decode_command,
    encode,
)
from skill.hearing.process.recording import RecordSound, SoundTaker
from skill.hearing.process.second_ear import SecondEarProcess
from skill.hearing.recognise.loading import LoadedModel, import_decoder, load_speech_model
from skill.hearing.second_ear_here import LEAST, judged_phrases
from skill.machine import before_others, give_back, own_answers
from skill.messages.message import Message, sentence_of
from skill.vocabulary import UNKNOWN_WORD

PULSE_S = 0.25
MEMORY_CHECK_S = 60.0
READ_TIMEOUT_S = 0.1
DRIVER_S = 2.5  # opening and closing a device may take so long
GATHER_S = 0.25  # of sound, in a quiet night: waking up costs ten times what looking at a frame does
CLIPPED_FRAMES = 50  # a second of it in all
LOUD_LASTS_S = 600.0  # without any more of it, it is over
TOO_LOUD = Message("hearing.too_loud")


def open_microphone(choice: MicrophoneChoice) -> Microphone:
    """Raises AudioError when it isn't there."""
    match choice.kind:
        case "file":
            return PacedMicrophone(WavMicrophone(Path(choice.name)), speed=choice.speed)
        case "pipe":
            return PipeMicrophone(Path(choice.name))
        case "device":
            from skill.hearing.capture.device import DeviceMicrophone

            return DeviceMicrophone(choice.name, renew=True)


def load_model(config: HearingConfig, tell: Callable[[WireMessage], None]) -> LoadedModel:
    """The first folder that can be used; each that can't is told of. Raises the last ModelError."""
    error: ModelError | None = None
    for folder in config.models:
        try:
            model = load_speech_model(Path(folder), config.allow_without_unknown)
        except ModelError as failed:
            error = failed
            tell(Fault("recogniser", "degraded", sentence_of(failed), time.monotonic(), "model"))
            continue
        if not model.has_unknown:
            sentence = Message("hearing.model_without_unknown", folder=folder, word=UNKNOWN_WORD)
            tell(Fault("recogniser", "degraded", sentence, time.monotonic(), "unknown word"))
        return model
    raise error or ModelError(Message("hearing.no_model"))


def open_second(
    config: HearingConfig,
    model: LoadedModel,
    book: PhraseBook,
    tell: Callable[[WireMessage], None],
    tell_at_start: Callable[[WireMessage], None],
    personal: Personal,
) -> StrictEar | None:
    """The second ear, on its way up in its own process; None where it isn't wanted or can't be used."""
    if not config.second_ear:
        return None
    folder = Path(config.second_ear)
    lexicon = model.folder / "lexicon.tsv"
    try:
        least = personal.least_scores(read_least_scores(folder / LEAST))
    except ModelError as error:
        tell_at_start(Fault("second_ear", "notice", sentence_of(error), time.monotonic(), "left out"))
        return None
    if not lexicon.is_file():  # a model of somebody else's: nothing is known of how its words are said
        return None
    process = SecondEarProcess(folder, lexicon, judged_phrases(book, lexicon), tell, personal)
    return StrictEar(process, least)


class HearingLoop:
    """Reads the microphone, lets the listener listen, sends what it says."""

    def __init__(
        self, config: HearingConfig, commands: queue.SimpleQueue[Command], tell: Callable[[WireMessage], None]
    ) -> None:
        began_s = time.monotonic()
        self._config = config
        self._commands = commands
        self._tell = tell
        self._lasting: list[str] = []  # causes of faults told at the start: there while this process lives

        def tell_at_start(message: WireMessage) -> None:
            if isinstance(message, Fault):
                self._lasting.append(message.cause)
            tell(message)

        model = load_model(config, tell_at_start)
        book = load_phrases(Path(config.prompts), config.language)
        personal = open_personal(config, tell_at_start)
        model.least_evidence = personal.least_evidence(model.least_evidence)
        second = open_second(config, model, book, tell, tell_at_start, personal)
        self._listener = Listener(model, book, config.grammar, second=second)
        self._duplex = Duplex(self._listener, LEAD_S) if config.echo_cancelling else None
        self._ear = self._duplex or self._listener
        missing = {p.text: None for built in self._listener.grammars.values() for p in built.missing}
        tell(Ready(str(model.folder), tuple(missing), time.monotonic() - began_s))
        self._keeper = MicrophoneKeeper(
            lambda: open_microphone(config.microphone),
            tell,
            before_driver=lambda: tell(ListenTurn(time.monotonic(), DRIVER_S)),
        )
        self._taker = SoundTaker()
        opinion = second.opinion if second is not None else None
        self._second = opinion if isinstance(opinion, SecondEarProcess) else None
        self._pulse_at_s = 0.0
        self._clipped_at_s = float("-inf")
        self._check_at_s = time.monotonic() + MEMORY_CHECK_S
        self._pulsed_frames = 0
        self._frames_come = False

    def run(self) -> None:
        """Until told to shut down."""
        while self._obey():
            frame = self._keeper.read(READ_TIMEOUT_S)
            self._frames_come = frame is not None
            if frame is not None:
                for event in self._ear.feed(frame, time.monotonic() - self._keeper.lag_s):
                    self._tell(event)
                if (recorded := self._taker.feed(frame)) is not None:
                    self._tell(recorded)
            self._pulse()
            if self._outgrown():
                break
        self._keeper.close()

    def _obey(self) -> bool:
        """Do what has been commanded; in a quiet night, wait for that while sound gathers."""
        wait_s = 0.0
        if self._frames_come and self._listener.at_ease and not self._keeper.lag_s:
            if self._listener.tidy():
                give_back()
            wait_s = GATHER_S
        with suppress(queue.Empty):
            while True:
                match self._commands.get(timeout=wait_s) if wait_s else self._commands.get_nowait():
                    case Shutdown():
                        return False
                    case ListenTo(grammar):
                        self._ear.listen(grammar)
                    case OwnVoice(playing):
                        self._ear.own_voice(playing)
                    case RecordSound(seconds):
                        self._taker.begin(seconds)
                    case Played() as piece:
                        if self._duplex is not None:
                            self._duplex.played(piece)
                wait_s = 0.0
        return True

    def _pulse(self) -> None:
        """Sign of life: `Pulse` only if frames have come since the last one, else just `Turn`."""
        now_s = time.monotonic()
        if now_s < self._pulse_at_s:
            return
        self._pulse_at_s = now_s + PULSE_S
        listener = self._listener
        if listener.clipped >= CLIPPED_FRAMES:
            listener.clipped = 0
            self._clipped_at_s = now_s
            self._tell(Fault("microphone", "notice", TOO_LOUD, now_s, "too loud"))
        if listener.frames == self._pulsed_frames:
            self._tell(ListenTurn(now_s))
            return
        self._pulsed_frames = listener.frames
        keeper, proof = self._keeper, self._keeper.proof
        self._tell(
            Pulse(
                now_s,
                listener.frames,
                listener.decoded_s,
                listener.level_dbfs,
                keeper.name,
                proof.proved_at_s,
                proof.nothing_real_since_s,
                keeper.instead_of,
                keeper.dropped,
                keeper.last_frame_s,
                (*self._lasting, *keeper.standing, *self._passing(now_s)),
            )
        )

    def _passing(self, now_s: float) -> Iterator[str]:
        """Causes of faults that come and go while frames arrive."""
        if now_s - self._clipped_at_s < LOUD_LASTS_S:
            yield "too loud"
        if self._second is not None:
            yield from self._second.standing

    def _outgrown(self) -> bool:
        """Too much memory, and nobody is speaking: end, to be started afresh."""
        if time.monotonic() < self._check_at_s or not self._listener.idle:
            return False
        self._check_at_s = time.monotonic() + MEMORY_CHECK_S
        give_back()
        import psutil

        return bool(psutil.Process().memory_info().rss > self._config.largest_mb * 2**20)


def _read_commands(source: BinaryIO, commands: queue.SimpleQueue[Command]) -> None:
    for line in source:
        commands.put(decode_command(line))
    os._exit(0)  # the service is gone


def main() -> int:
    """Exit status: 0 asked to end or to be renewed, 1 a fault that was told."""
    out = own_answers()

    def tell(message: WireMessage) -> None:
        out.write(encode(message))

    import_decoder()  # now, while the service still reads its settings and texts
    before_others()
    line = sys.stdin.buffer.readline()
    if not line:
        return 0  # it was in reserve, and never needed
    config = decode_command(line)
    if not isinstance(config, HearingConfig):
        raise ValueError("the first command must be the configuration")
    commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
    threading.Thread(target=_read_commands, args=(sys.stdin.buffer, commands), daemon=True).start()
    try:
        HearingLoop(config, commands, tell).run()
    except KrampevaktError as error:
        tell(Fault("recogniser", "deaf", sentence_of(error), time.monotonic(), "no model"))
        return 1
    except Exception:
        tell(Log(traceback.format_exc()))
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # libvosk's and PortAudio's own clean-up may hang
