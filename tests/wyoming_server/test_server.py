"""The service on loopback, asked by the protocol's own client."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong

from skill.audio.samples import Samples
from skill.audio.sound import Sound, resample
from skill.commands.machine.wyoming import wyoming
from skill.errors import ModelError
from skill.wyoming_server.command_ears import CommandEars
from skill.wyoming_server.server import serve
from tests.needs import needs_model
from tests.wyoming_server.test_home_folder import clip

pytestmark = needs_model
PIECE = 1024  # samples, as Home Assistant sends them
Talk = Callable[[int], Awaitable[None]]


def served(ears: CommandEars, talk: Talk) -> None:
    """Let `talk` speak to a running service; it gets the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def whole() -> None:
        ready = asyncio.Event()
        service = asyncio.create_task(
            serve(f"tcp://127.0.0.1:{port}", lambda samples: ears.understand(samples).text, ready.set)
        )
        await asyncio.wait_for(ready.wait(), 120)
        try:
            await asyncio.wait_for(talk(port), 300)
        finally:
            service.cancel()
            await asyncio.gather(service, return_exceptions=True)

    asyncio.run(whole())


async def say(
    client: AsyncTcpClient, samples: Samples, rate_hz: int = 16_000, channels: int = 1, width: int = 2
) -> Event:
    await client.write_event(Transcribe(language="nb").event())
    form = {"rate": rate_hz, "width": width, "channels": channels}
    await client.write_event(AudioStart(**form).event())
    for at in range(0, len(samples), PIECE):
        await client.write_event(AudioChunk(audio=samples[at : at + PIECE].tobytes(), **form).event())
    await client.write_event(AudioStop().event())
    answer = await client.read_event()
    assert answer is not None
    return answer


def text_of(event: Event) -> str:
    assert Transcript.is_type(event.type), event
    return Transcript.from_event(event).text


def test_it_tells_what_it_is(ears: CommandEars) -> None:
    async def talk(port: int) -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await client.write_event(Describe().event())
            answer = await client.read_event()
            assert answer is not None and "nb" in Info.from_event(answer).asr[0].models[0].languages
            await client.write_event(Ping(text="a").event())
            answer = await client.read_event()
            assert answer is not None and Pong.from_event(answer).text == "a"

    served(ears, talk)


def test_commands_come_out_one_after_the_other_and_other_speech_comes_out_as_nothing(
    ears: CommandEars,
) -> None:
    async def talk(port: int) -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            assert text_of(await say(client, clip("kari", "krampe i leggen"))) == "krampe i leggen"
            assert text_of(await say(client, clip("solveig", "vondt i brystet"))) == ""
            assert text_of(await say(client, clip("olav", "det er bedre"))) == "det er bedre"

    served(ears, talk)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_another_rate_is_brought_to_ours(ears: CommandEars, rate_hz: int) -> None:
    sound = resample(Sound(clip("kari", "krampe i leggen"), 16_000), rate_hz).samples

    async def talk(port: int) -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            assert text_of(await say(client, sound, rate_hz)) == "krampe i leggen"

    served(ears, talk)


def test_two_channels_become_one(ears: CommandEars) -> None:
    sound = np.repeat(clip("kari", "krampe i leggen"), 2)

    async def talk(port: int) -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            assert text_of(await say(client, sound, channels=2)) == "krampe i leggen"

    served(ears, talk)


def test_sound_of_another_kind_brings_an_error_and_the_next_command_is_heard(ears: CommandEars) -> None:
    async def talk(port: int) -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            for wrong in ({"width": 4}, {"rate_hz": 10}, {"channels": 0}):
                assert Error.is_type((await say(client, clip("kari", "neste"), **wrong)).type)
            assert text_of(await say(client, clip("olav", "det er bedre"))) == "det er bedre"

    served(ears, talk)


@pytest.mark.parametrize("nonsense", [
    b"GET / HTTP/1.1\r\n\r\n", b"\xff\xfe\n", b"[]\n", b"{}\n", b"3\n", b"null\n", b"x" * 200_000,
    b'{"type":"audio-chunk"}\n', b'{"type":"audio-stop","data_length":9}\n',
    b'{"type":"transcribe","payload_length":"a"}\n',
])  # fmt: skip
def test_nonsense_and_a_client_that_disappears_hurt_nobody_else(ears: CommandEars, nonsense: bytes) -> None:
    async def talk(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(nonsense)
        await writer.drain()
        writer.transport.abort()
        async with AsyncTcpClient("127.0.0.1", port) as client:
            await client.write_event(Ping(text="a").event())
            assert await client.read_event() is not None

    served(ears, talk)


def test_who_leaves_while_it_listens_hurts_nobody_else(ears: CommandEars) -> None:
    async def talk(port: int) -> None:
        leaving = AsyncTcpClient("127.0.0.1", port)
        await leaving.connect()
        samples = clip("kari", "krampe i leggen")
        await leaving.write_event(AudioStart(16_000, 2, 1).event())
        await leaving.write_event(AudioChunk(16_000, 2, 1, samples.tobytes()).event())
        await leaving.write_event(AudioStop().event())
        await leaving.disconnect()
        async with AsyncTcpClient("127.0.0.1", port) as client:
            assert text_of(await say(client, clip("olav", "det er bedre"))) == "det er bedre"

    served(ears, talk)


def test_a_minute_of_sound_is_no_command(ears: CommandEars) -> None:
    async def talk(port: int) -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            assert text_of(await say(client, np.tile(clip("kari", "krampe i leggen"), 30))) == ""

    served(ears, talk)


def test_an_address_that_is_none_or_is_taken_is_told(home_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"tcp://127[.]0[.]0[.]1:10300"):
        CliRunner().invoke(wyoming, [str(home_folder), "--uri", "127.0.0.1"], catch_exceptions=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ModelError, match=str(port)):
            asyncio.run(serve(f"tcp://127.0.0.1:{port}", lambda _: "", lambda: None))
