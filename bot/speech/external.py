"""A better voice that an office puts beside us: any program that makes sound of text (piper, sherpa-onnx-offline-tts …)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.speech.programs import OUTPUT, Program, content_of, memory_file
from bot.speech.voice import WAV, Audio, MediaType, SpeechFault
from bot.speech.wav import whole

TEXT = "{text}"


@dataclass(frozen=True)
class ExternalVoice:
    """The text comes on its input, and where the command says {text}; the sound from its output, or from {output} (memory, no file)."""

    program: Program
    media_type: MediaType = WAV
    name: str = "command"

    @property
    def settings(self) -> str:
        return repr((self.program.command, self.media_type))

    def available(self) -> bool:
        return self.program.available()

    async def speak(self, text: str) -> Audio:
        content = await (self._into_memory(text) if self._names_output else self._to_output(text))
        if not content:
            raise SpeechFault("the command made no sound")
        return Audio(whole(content) if self.media_type == WAV else content, self.media_type)

    @property
    def _names_output(self) -> bool:
        return any(OUTPUT in part for part in self.program.command)

    async def _to_output(self, text: str) -> bytes:
        return await self.program.run(text.encode(), [(TEXT, text)])

    async def _into_memory(self, text: str) -> bytes:
        with memory_file() as (descriptor, path):
            places = [(OUTPUT, path), (TEXT, text)]
            await self.program.run(text.encode(), places, pass_fds=[descriptor])
            return content_of(descriptor, self.program.most_bytes)
