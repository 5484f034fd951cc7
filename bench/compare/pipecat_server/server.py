"""A pipecat server for Twilio media streams: what Trunkline is compared with (bench/compare/README.md).

    python server.py --port 8091 --line echo|agent --rate 8000|16000

`echo` sends the caller's audio back. `agent` holds conversations: pipecat's Silero voice activity
detector, then scripted minds. uvloop, httptools, no access log, no metrics, no observers. Knows no
webhook and no signature.
"""

import argparse
import asyncio
import json
import sys

import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from minds import COUNTS, GREETING, Chat, Echo, Recognizer, Voice
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import LLMTextFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.transports.websocket.fastapi import (
    FastAPIWebsocketParams,
    FastAPIWebsocketTransport,
)
from pipecat.workers.runner import WorkerRunner


def main():
    options = arguments()
    # Its default is to write every debug line to the terminal.
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    uvicorn.run(
        app(options.line, options.rate),
        host="127.0.0.1",
        port=options.port,
        loop="uvloop",
        http="httptools",
        ws=options.websockets,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--line", choices=["echo", "agent"], required=True)
    parser.add_argument("--rate", type=int, choices=[8_000, 16_000], required=True)
    parser.add_argument("--websockets", default="websockets-sansio", help="uvicorn's --ws")
    return parser.parse_args()


def app(line: str, rate: int) -> FastAPI:
    server = FastAPI()

    @server.get("/health")
    async def health():
        return {}

    @server.get("/counts")
    async def counts():
        return COUNTS

    @server.websocket("/media")
    async def media(socket: WebSocket):
        await socket.accept()
        if stream_sid := await started(socket):
            COUNTS["calls"] += 1
            await hold(socket, stream_sid, line, rate)

    return server


async def started(socket: WebSocket) -> str | None:
    """The stream's id, out of the messages that come before the first sound."""
    async for text in socket.iter_text():
        message = json.loads(text)
        if message.get("event") == "start":
            return message["start"]["streamSid"]
    return None


async def hold(socket: WebSocket, stream_sid: str, line: str, rate: int):
    """One call, until the caller hangs up."""
    serializer = TwilioFrameSerializer(
        stream_sid, params=TwilioFrameSerializer.InputParams(auto_hang_up=False)
    )
    transport = FastAPIWebsocketTransport(
        socket,
        FastAPIWebsocketParams(
            audio_in_enabled=True,
            audio_out_enabled=True,
            audio_in_sample_rate=rate,
            audio_out_sample_rate=rate,
            serializer=serializer,
        ),
    )
    if line == "echo":
        stages = [Echo()]
    else:
        # Loading the model takes some 50 ms. Beside the loop, so that other calls need not wait.
        vad = VADProcessor(vad_analyzer=await asyncio.to_thread(SileroVADAnalyzer))
        stages = [vad, Recognizer(), Chat(), Voice(rate)]
    worker = PipelineWorker(
        Pipeline([transport.input(), *stages, transport.output()]),
        params=PipelineParams(audio_in_sample_rate=rate, audio_out_sample_rate=rate),
        enable_rtvi=False,
        enable_turn_tracking=False,
        idle_timeout_secs=None,
        check_dangling_tasks=False,
    )

    @transport.event_handler("on_client_connected")
    async def answered(_transport, _socket):
        if line == "agent":
            await worker.queue_frame(LLMTextFrame(GREETING))

    @transport.event_handler("on_client_disconnected")
    async def hung_up(_transport, _socket):
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False, check_dangling_tasks=False)
    await runner.add_workers(worker)
    await runner.run()
    COUNTS["ended"] += 1


if __name__ == "__main__":
    main()
