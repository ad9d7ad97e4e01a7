"""The Wyoming protocol: one utterance in, one transcript out. Source: rhasspy/wyoming, asr.py and audio.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler, AsyncServer

from skill import __version__
from skill.audio.samples import RATE_HZ, Samples
from skill.audio.sound import Sound, resample
from skill.errors import ModelError
from skill.messages.message import Message, sentence_of
from skill.wyoming_server.command_ears import LONGEST_S

NAME = "krampevakt"
RATES_HZ = range(8_000, 192_001)
_HOME_PAGE = "https://www.home-assistant.io/integrations/wyoming/"
Understand = Callable[[Samples], str]


def info() -> Info:
    """What Home Assistant is told of the service."""
    by = Attribution(name=NAME, url=_HOME_PAGE)
    model = AsrModel(name="nb", attribution=by, installed=True, description="norsk bokmål", version=__version__,
                     languages=["nb", "no"])  # fmt: skip
    program = AsrProgram(name=NAME, attribution=by, installed=True, description="closed sentences, offline",
                         version=__version__, models=[model])  # fmt: skip
    return Info(asr=[program])


class RequestSound:
    """The sound of one request, in whatever form it comes; what is longer than a command is not kept."""

    def __init__(self) -> None:
        self._form: tuple[int, int, int] | None = None
        self._pieces: list[bytes] = []
        self._seconds = 0.0

    def add(self, chunk: AudioChunk) -> None:
        """Raises ValueError for sound that is not 16-bit, or changes on the way."""
        form = (chunk.rate, chunk.width, chunk.channels)
        if chunk.width != 2 or chunk.rate not in RATES_HZ or not 1 <= chunk.channels <= 8:
            raise ValueError(f"{chunk.rate} Hz, {8 * chunk.width} bit, {chunk.channels}")
        if self._form not in (None, form) or len(chunk.audio) % (2 * chunk.channels):
            raise ValueError(f"{len(chunk.audio)} B")
        self._form = form
        self._seconds += len(chunk.audio) / (2 * chunk.channels * chunk.rate)
        if self._seconds <= LONGEST_S:
            self._pieces.append(chunk.audio)

    def samples(self) -> Samples:
        """Mono at 16 kHz; nothing for what was too long."""
        if self._form is None or self._seconds > LONGEST_S:
            return np.zeros(0, np.int16)
        rate_hz, _, channels = self._form
        whole = np.frombuffer(b"".join(self._pieces), "<i2").reshape(-1, channels)
        mono = whole[:, 0] if channels == 1 else whole.mean(axis=1).astype(np.int16)
        return resample(Sound(np.ascontiguousarray(mono, np.int16), rate_hz), RATE_HZ).samples


class SpeechHandler(AsyncEventHandler):
    """One connection. The ears are one for all connections, so they are asked in a thread of their own, in turn."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        understand: Understand,
        ears: ThreadPoolExecutor,
    ) -> None:
        super().__init__(reader, writer)
        self._understand, self._ears = understand, ears
        self._utterance = RequestSound()
        self._fault: Message | None = None

    async def run(self) -> None:
        """Ends at a client that disappears or talks nonsense; the others notice nothing."""
        try:
            await super().run()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, asyncio.IncompleteReadError):
            return

    async def handle_event(self, event: Event) -> bool:
        if Describe.is_type(event.type):
            await self.write_event(info().event())
        elif Ping.is_type(event.type):
            await self.write_event(Pong(text=Ping.from_event(event).text).event())
        elif Transcribe.is_type(event.type) or AudioStart.is_type(event.type):
            self._utterance, self._fault = RequestSound(), None
        elif AudioChunk.is_type(event.type):
            self._take(event)
        elif AudioStop.is_type(event.type):
            await self._answer()
        return True

    def _take(self, event: Event) -> None:
        try:
            self._utterance.add(AudioChunk.from_event(event))
        except (ValueError, KeyError, TypeError, AssertionError) as error:
            self._fault = Message("wyoming.sound_not_usable", error=error)

    async def _answer(self) -> None:
        fault, utterance = self._fault, self._utterance
        self._utterance, self._fault = RequestSound(), None
        if fault is None:
            loop = asyncio.get_running_loop()
            try:
                text = await loop.run_in_executor(self._ears, lambda: self._understand(utterance.samples()))
            except Exception as error:  # whatever it was, the client waits for an answer
                fault = Message("wyoming.not_listened", error=error)
        if fault is not None:
            await self.write_event(Error(text=sentence_of(ModelError(fault)), code="sound").event())
            return
        await self.write_event(Transcript(text=text, language="nb").event())


async def serve(uri: str, understand: Understand, ready: Callable[[], None]) -> None:
    """Serve until cancelled. Raises ModelError for an address that can't be listened at."""
    try:
        server = AsyncServer.from_uri(uri)
    except ValueError as error:
        raise ModelError(Message("wyoming.address_wrong", uri=uri)) from error
    with ThreadPoolExecutor(1, "ears") as ears:

        def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> SpeechHandler:
            return SpeechHandler(reader, writer, understand, ears)

        try:
            await server.start(handler)
        except OSError as error:
            told = Message("wyoming.address_taken", uri=uri, error=error.strerror or error)
            raise ModelError(told) from error
        ready()
        try:
            await asyncio.Event().wait()
        finally:
            await server.stop()
