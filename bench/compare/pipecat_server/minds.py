"""Scripted minds as pipecat processors: what Trunkline's own scripted stand does, in pipecat's terms.

Same delays, same replies, same length of speech as `trunkline serve --minds scripted`
(src/boot/stand.rs). They are as light as processors can be: a real recognizer, language model or
voice service of pipecat does more for each frame. They know no socket and no call.
"""

import asyncio
from collections import Counter

import numpy as np
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    Frame,
    InputAudioRawFrame,
    LLMTextFrame,
    OutputAudioRawFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

TRANSCRIPT_S, FIRST_WORD_S, FIRST_SOUND_S = 0.100, 0.150, 0.060
SPEECH_S_PER_CHARACTER = 0.065
HEARD = "I would like to know what a teeth cleaning costs, please."
GREETING = "Hello, this is Bright Dental. How can I help you today?"
REPLIES = [
    "A teeth cleaning costs one hundred and twenty dollars. It takes about forty five minutes. "
    "Would you like to book one?",
    "We are open from Monday to Friday, from eight in the morning until five in the afternoon.",
    "I can offer you next Tuesday at three. Does that suit you?",
    "Very well. Is there anything else that I can do for you today?",
]

# What has happened in all calls; `GET /counts` shows it.
COUNTS: Counter[str] = Counter()


class Echo(FrameProcessor):
    """Sends what the caller says back to the caller."""

    async def process_frame(self, frame: Frame, direction: FrameDirection):
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame):
            frame = OutputAudioRawFrame(frame.audio, frame.sample_rate, frame.num_channels)
        await self.push_frame(frame, direction)


class Recognizer(FrameProcessor):
    """Has every utterance's transcript a moment after the voice activity detector says it is over.

    A caller who speaks over the agent interrupts it.
    """

    def __init__(self):
        super().__init__()
        self._bot_speaks = False
        self._pending: asyncio.Task | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection):
        await super().process_frame(frame, direction)
        match frame:
            case InputAudioRawFrame():
                # Nobody behind needs it; to pass it on would only cost pipecat more.
                return
            case VADUserStartedSpeakingFrame():
                COUNTS["speech_started"] += 1
                await self._forget_utterance()
                if self._bot_speaks:
                    COUNTS["interruptions"] += 1
                    await self.broadcast_interruption()
            case VADUserStoppedSpeakingFrame():
                COUNTS["speech_stopped"] += 1
                await self._forget_utterance()
                self._pending = self.create_task(self._transcribe())
            case BotStartedSpeakingFrame():
                self._bot_speaks = True
            case BotStoppedSpeakingFrame():
                self._bot_speaks = False
        await self.push_frame(frame, direction)

    async def cleanup(self):
        await self._forget_utterance()
        await super().cleanup()

    async def _transcribe(self):
        await asyncio.sleep(TRANSCRIPT_S)
        await self.push_frame(TranscriptionFrame(HEARD, "caller", ""))

    async def _forget_utterance(self):
        if self._pending and not self._pending.done():
            await self.cancel_task(self._pending)
        self._pending = None


class Chat(FrameProcessor):
    """Answers each utterance with the next reply."""

    def __init__(self):
        super().__init__()
        self._answered = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection):
        await super().process_frame(frame, direction)
        if isinstance(frame, TranscriptionFrame):
            await asyncio.sleep(FIRST_WORD_S)
            frame = LLMTextFrame(REPLIES[self._answered % len(REPLIES)])
            self._answered += 1
            COUNTS["replies"] += 1
        await self.push_frame(frame, direction)


class Voice(FrameProcessor):
    """Speaks a text in pieces of a second, as fast as they are taken."""

    def __init__(self, sample_rate: int):
        super().__init__()
        self._sample_rate = sample_rate

    async def process_frame(self, frame: Frame, direction: FrameDirection):
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMTextFrame):
            await self.push_frame(frame, direction)
            return
        await asyncio.sleep(FIRST_SOUND_S)
        sound = _speech(len(frame.text), self._sample_rate)
        second = self._sample_rate * 2
        await self.push_frame(TTSStartedFrame())
        for start in range(0, len(sound), second):
            piece = sound[start : start + second]
            await self.push_frame(TTSAudioRawFrame(piece, self._sample_rate, 1))
        await self.push_frame(TTSStoppedFrame())


_spoken: dict[tuple[int, int], bytes] = {}


def _speech(characters: int, sample_rate: int) -> bytes:
    """16-bit sound of a voice's loudness and length. Made once for each length: it costs no call."""
    key = (characters, sample_rate)
    if key not in _spoken:
        time = np.arange(int(characters * SPEECH_S_PER_CHARACTER * sample_rate)) / sample_rate
        syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)
        tone = np.sin(2 * np.pi * 180 * time) + 0.5 * np.sin(2 * np.pi * 720 * time)
        _spoken[key] = (6_000 * syllables * tone).astype(np.int16).tobytes()
    return _spoken[key]
