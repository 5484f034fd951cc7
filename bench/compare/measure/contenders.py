"""Who is compared, and how each is started, called and stopped.

Knows nothing of what is measured.
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
START_WITHIN_S = 120
# A stop with live calls waits for them; a second signal does not.
STOP_WITHIN_S = 15


@dataclass(frozen=True)
class Bench:
    """Where the programs are, and which core belongs to whom."""

    programs: Path
    results: Path
    server_core: int
    tool_core: int


@dataclass
class Server:
    """A server that runs: its process, its address, and what it keeps on the disk."""

    process: subprocess.Popen
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read().decode()


@dataclass
class Contender:
    """One way to answer calls. `line` is `echo` or `agent`; `begin_at` calls surely hold."""

    name: str
    about: str
    line: str
    begin_at: int
    bench: Bench
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Server:
        folder = Path(tempfile.mkdtemp(prefix="trunkline-compare-"))
        # The private database runs as another user under root, and must be able to pass.
        folder.chmod(0o755)
        port = free_port()
        words = [word.format(port=port, folder=folder) for word in self.command]
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen(
                ["taskset", "-c", str(self.bench.server_core), *words],
                cwd=folder, stdout=log, stderr=log, env=os.environ | self.environment,
            )
        self._server = Server(process, port, folder)
        try:
            wait_for(self._server)
        except BaseException:
            self.__exit__()
            raise
        return self._server

    def __exit__(self, *_):
        process, folder = self._server.process, self._server.folder
        for word in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                process.send_signal(word)
                try:
                    process.wait(STOP_WITHIN_S)
                except subprocess.TimeoutExpired:
                    continue
        shutil.copy(folder / "log", self.log)
        shutil.rmtree(folder, ignore_errors=True)

    @property
    def log(self) -> Path:
        """Where the log of the latest server is kept."""
        return self.bench.results / f"{self.name}.log"

    def target(self, server: Server) -> list[str]:
        """How trunkline-bench is told where to call."""
        raise NotImplementedError

    def work(self, server: Server, calls: int) -> tuple[dict, list[str]]:
        """What the server itself counted in a run of so many calls, and what it left out."""
        raise NotImplementedError


class Stream(Contender):
    """A server of Twilio's streams without webhooks."""

    def target(self, server: Server) -> list[str]:
        return ["--stream-url", f"ws://127.0.0.1:{server.port}/media"]

    def work(self, server: Server, calls: int) -> tuple[dict, list[str]]:
        # The bare echo counts nothing; what comes back tells.
        return {}, []


class Pipecat(Stream):
    def work(self, server: Server, calls: int) -> tuple[dict, list[str]]:
        counts = json.loads(server.read("/counts"))
        wanted = ["calls"] if self.line == "echo" else ["calls", "speech_started", "replies"]
        return counts, [name for name in wanted if counts.get(name, 0) < calls]


class Trunkline(Contender):
    """The whole product: signed webhooks, tokens, database, recordings."""

    METRICS = {
        "trunkline_recordings_incomplete_total": "recordings_incomplete",
        "trunkline_facts_lost_total": "facts_lost",
        "trunkline_first_audio_seconds_count": "replies",
    }

    def target(self, server: Server) -> list[str]:
        token = server.folder / "data/local_auth_token"
        return ["--server", server.url, "--token-file", str(token)]

    def work(self, server: Server, calls: int) -> tuple[dict, list[str]]:
        counts = dict.fromkeys(self.METRICS.values(), 0.0)
        for line in server.read("/metrics").splitlines():
            name = self.METRICS.get(line.split("{")[0].split(" ")[0])
            if name:
                counts[name] += float(line.rsplit(" ", 1)[1])
        recordings = server.folder.glob("data/recordings/**/*.wav")
        # Two channels of a second, or nobody was recorded.
        counts["recordings"] = sum(file.stat().st_size > 16_000 for file in recordings)
        left_out = [name for name in ("recordings_incomplete", "facts_lost") if counts[name]]
        if self.line == "agent":
            left_out += [name for name in ("replies", "recordings") if counts[name] < calls]
        return counts, left_out


def contenders(bench: Bench) -> list[Contender]:
    trunkline = [str(bench.programs / "trunkline"), "serve", "--demo", "--listen", "127.0.0.1:{port}",
                 "--data-dir", "{folder}/data", "--max-calls", "100000", "--minds"]
    pipecat = [sys.executable, str(HERE / "pipecat_server/server.py"), "--port", "{port}"]
    bare = [str(bench.programs / "bare_echo"), "127.0.0.1:{port}"]
    quiet = {"TRUNKLINE_LOG": "warn", "PYTHONDONTWRITEBYTECODE": "1"}

    def pipecat_at(rate: int, line: str, begin_at: int) -> Pipecat:
        what = {"echo": "sends back what it hears", "agent": "Silero VAD, scripted minds"}[line]
        return Pipecat(f"pipecat-{line}-{rate // 1000}k", f"pipecat at {rate} Hz: {what}", line,
                       begin_at, bench, [*pipecat, "--line", line, "--rate", str(rate)], quiet)

    return [
        Stream("bare-echo", "axum and the codec work, nothing else", "echo", 100, bench, bare, quiet),
        Trunkline("trunkline-echo", "Trunkline sends back what it hears", "echo", 100, bench,
                  [*trunkline, "echo"], quiet),
        pipecat_at(8_000, "echo", 20),
        pipecat_at(16_000, "echo", 20),
        Trunkline("trunkline-agent", "Silero VAD, turns, scripted minds, recording, database", "agent",
                  60, bench, [*trunkline, "scripted"], quiet),
        pipecat_at(8_000, "agent", 10),
        pipecat_at(16_000, "agent", 10),
    ]


class NotMeasured(Exception):
    """Something was not as it must be for a figure to mean anything."""


def wait_for(server: Server):
    """Until the server answers; its log is shown when it does not."""
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until and server.process.poll() is None:
        try:
            server.read("/health")
            return
        except urllib.error.HTTPError:
            # It answers, if only that this is no WebSocket.
            return
        except OSError:
            time.sleep(0.1)
    log = (server.folder / "log").read_text(errors="replace")
    raise NotMeasured(f"the server does not answer:\n{log[-2_000:]}")


def free_port() -> int:
    for _ in range(50):
        # Below the range from which the caller's own sockets take their ports.
        port = random.randint(20_000, 30_000)
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise NotMeasured("no port is free")
