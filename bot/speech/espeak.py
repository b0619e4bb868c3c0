"""espeak-ng, a small robotic voice that every distribution has: run as a process, never linked (ADR 0017)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.speech.programs import Program
from bot.speech.readings import Readings
from bot.speech.voice import Audio
from bot.speech.wav import whole


@dataclass(frozen=True)
class Espeak:
    """`program` writes a WAV file of the text on its input; `readings` tell it what it would read wrong."""

    program: Program
    readings: Readings
    name: str = "espeak-ng"

    @property
    def settings(self) -> str:
        return repr((self.program.command, self.readings))

    def available(self) -> bool:
        return self.program.available()

    async def speak(self, text: str) -> Audio:
        return Audio(whole(await self.program.run(self.readings.applied(text).encode())))


def espeak_program(program: str, *, voice: str, speed: int, pitch: int, seconds: float, most_bytes: int) -> Program:
    """espeak-ng with a voice of the office's choice."""
    command = (program, "-v", voice, "-s", str(speed), "-p", str(pitch), "-b", "1", "--stdin", "--stdout")
    return Program(command, seconds, most_bytes)
