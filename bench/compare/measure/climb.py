"""More and more calls until they no longer hold: one contender's figures.

A run holds when the caller would not have noticed anything: LIMITS, the same for all. What a run
means for others is not known here.
"""

import json
import subprocess
from dataclasses import asdict, dataclass

from contenders import Contender, NotMeasured, Server

# A caller's telephone holds 40 ms back (docs/LOAD.md): frames later than that are holes. The limits
# are wide, so that a server that sends two frames at a time and paces them by sleeping, as pipecat
# does, breaks them by having too much to do and not by its manner. The delay of an echo is a manner
# too (a resampler's, a queue's); how much it varies is not.
LIMITS = {
    "lost_calls": 0,
    "late_frames_share": 0.02,
    "echo_frames_lost_share": 0.005,
    "behind_pace_p99_ms": 100.0,
    "ping_p99_ms": 100.0,
    "round_trip_p99_over_p50_ms": 200.0,
    "unanswered_share": 0.02,
}
NOT_VALID, LIMIT_BROKEN = 2, 3
# A moment's noise of the machine must not end a climb, whoever climbs.
ATTEMPTS = 2
SCENARIOS = {"echo": "echo", "agent": "scripted-agent"}


@dataclass(frozen=True)
class Climb:
    """How long each run takes and where the climb ends.

    Calls begin one by one, `seconds_per_call` apart: what a call costs at its beginning (pipecat
    loads a model for each) is not what is looked for. They last until the end of the run.
    """

    steady_s: int = 40
    seconds_per_call: float = 0.25
    longest_ramp_s: int = 60
    shortest_ramp_s: int = 5
    growth: float = 1.5
    # The climb ends when the next count is this much nearer than the last one that failed.
    precision: float = 0.1
    most_calls: int = 2_000
    # What an echo costs is asked, not how many of them hold.
    most_echoes: int = 300
    base_calls: int | None = None

    @classmethod
    def quick(cls):
        return cls(steady_s=15, growth=2.0, precision=1.0, most_calls=8, base_calls=4)

    def settings(self) -> dict:
        return asdict(self) | {"limits": LIMITS}

    def measure(self, contender: Contender) -> dict:
        """The most calls that hold, and every run on the way there."""
        runs, held, failed = [], 0, None
        calls = self.base_calls or contender.begin_at
        most = min(self.most_calls, self.most_echoes) if contender.line == "echo" else self.most_calls
        while True:
            for _ in range(ATTEMPTS):
                run = self.run(contender, calls)
                runs.append(run)
                print("    " + line(run), flush=True)
                if run["valid"] and not run["broken"]:
                    break
            if not run["valid"]:
                # The tool's core is full: the server may hold more, but nobody can tell.
                break
            if run["broken"]:
                failed = calls
            else:
                held = calls
            calls = self.next(held, failed, most)
            if calls is None:
                break
        good = sorted((run for run in runs if run["valid"] and not run["broken"]),
                      key=lambda run: run["calls"])
        return {
            "line": contender.line,
            "about": contender.about,
            # `null` when no run could tell: the tool was late in each.
            "held": held if good or failed else None,
            # Not the server ended the climb, but the tool or the limit of calls.
            "held_is_floor": failed is None,
            # The runs with the fewest and with the most calls that held.
            "fewest": good[0] if good else None,
            "most": good[-1] if good else None,
            "runs": runs,
        }

    def next(self, held: int, failed: int | None, most: int) -> int | None:
        if failed is None:
            return None if held >= most else min(int(held * self.growth), most)
        if held == 0:
            return failed // 2 or None
        between = (held + failed) // 2
        return between if failed - held > max(1, held * self.precision) else None

    def run(self, contender: Contender, calls: int) -> dict:
        with contender as server:
            report, status = self.load(contender, server, calls)
            if report["server"] is None:
                raise NotMeasured(f"{contender.name}: the server did not live through {calls} calls; "
                                  f"its log: {contender.log}")
            try:
                counted, left_out = contender.work(server, report["calls"]["placed"])
            except OSError as why:
                counted, left_out = {}, [f"does not answer ({why})"]
        return figures(report, calls, status, counted, left_out)

    def load(self, contender: Contender, server: Server, calls: int) -> tuple[dict, int]:
        bench = contender.bench
        ramp = min(max(calls * self.seconds_per_call, self.shortest_ramp_s), self.longest_ramp_s)
        file = bench.results / f"{contender.name}-{calls}.json"
        command = [
            "taskset", "-c", str(bench.tool_core),
            str(bench.programs / "trunkline-bench"), "run", SCENARIOS[contender.line],
            *contender.target(server), "--server-pid", str(server.process.pid),
            "--calls", str(calls), "--tick", "1ms", "--ramp", f"{int(ramp)}s", "--duration", f"{self.steady_s}s",
            "--length", "1h", "--json", str(file),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in (0, NOT_VALID, LIMIT_BROKEN):
            raise NotMeasured(f"{contender.name}: trunkline-bench ended with {done.returncode}:\n"
                              + done.stderr[-2_000:])
        return json.loads(file.read_text()), done.returncode


def figures(report: dict, calls: int, status: int, counted: dict, left_out: list[str]) -> dict:
    """What is kept of a run, and which limits it broke."""
    server, frames, times = report["server"], report["frames"], report["times"]
    p99 = {name: quantiles and quantiles["p99"] for name, quantiles in times.items()}
    trips = times["round_trip"]
    echo, answers = frames["echo"], (times["answer"] or {"n": 0})["n"]
    utterances = answers + report["unanswered"]
    seen = {
        "lost_calls": report["calls"]["lost"],
        "late_frames_share": frames["late"] / max(frames["received"], 1),
        "echo_frames_lost_share": echo["frames_lost"] / max(frames["sent"], 1),
        "behind_pace_p99_ms": p99["off_pace"],
        "ping_p99_ms": p99["probe"],
        "round_trip_p99_over_p50_ms": trips and trips["p99"] - trips["p50"],
        "unanswered_share": report["unanswered"] / max(utterances, 1),
    }
    broken = [name for name, most in LIMITS.items() if (seen[name] or 0) > most]
    broken += missing_work(report, echo, answers) + [f"work: {what}" for what in left_out]
    own = server["cpu_ms_per_call_second"]
    children = server["children_cpu_ms_per_call_second"]
    return {
        "calls": calls,
        "valid": status != NOT_VALID,
        "broken": broken,
        "seen": seen,
        # Its private database included, when it has one.
        "cpu_ms_per_call_second": (own or 0.0) + (children or 0.0),
        "cpu_of_children": children,
        "kib_per_call": server["rss_kib_per_call"],
        "rss_before_kib": server["rss_before_kib"],
        "tool_late_p99_ms": report["generator"]["lateness"]["p99"],
        "answer_p50_ms": times["answer"] and times["answer"]["p50"],
        "turns": answers,
        "counted": counted,
    }


def missing_work(report: dict, echo: dict, answers: int) -> list[str]:
    """A server that does nothing is fast."""
    if report["scenario"] == "echo":
        return ["echo_heard"] if echo["pulses_heard"] < 0.9 * echo["pulses_due"] else []
    return ["answers"] if answers < report["calls"]["placed"] else []


def line(run: dict) -> str:
    verdict = "holds"
    if not run["valid"]:
        verdict = f"the tool was late (p99 {run['tool_late_p99_ms']:.1f} ms): not valid"
    elif run["broken"]:
        verdict = "does not hold: " + ", ".join(
            f"{name} {run['seen'][name]:.3g}" if name in run["seen"] else name for name in run["broken"])
    return (f"{run['calls']:>5} calls  {run['cpu_ms_per_call_second']:>6.2f} ms CPU per call-second  "
            f"{run['kib_per_call'] or 0:>8.0f} KiB per call  {verdict}")
