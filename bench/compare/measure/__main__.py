"""Puts the same load on Trunkline, a bare echo and pipecat, one after the other, one core each.

`bench/compare/run` builds and installs what this needs, and starts it. Prints a table with ratios
and writes JSON; ends with 1 when something could not be measured, with 3 when a target was missed.
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from climb import Climb
from contenders import Bench, NotMeasured, contenders
from probe import prove_echo
from report import report, table

NOT_ALL, MISSED = 1, 3


def main() -> int:
    # However it ends, the server that runs is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return compare(arguments())
    except NotMeasured as why:
        print(f"\nerror: {why}", file=sys.stderr)
        return 1


def compare(options: argparse.Namespace) -> int:
    bench = Bench(Path(options.programs), Path(options.results), options.server_core, options.tool_core)
    pace = Climb.quick() if options.quick else Climb()
    everyone = contenders(bench)
    names = [each.name for each in everyone]
    if unknown := set(options.only or []) - set(names):
        sys.exit(f"\nerror: --only: no contender is called {', '.join(unknown)}; they are {', '.join(names)}")
    chosen = [each for each in everyone if not options.only or each.name in options.only]
    results = {}
    for contender in chosen:
        print(f"\n==> {contender.name}: {contender.about}", flush=True)
        proof = None
        if contender.line == "echo":
            proof = prove_echo(contender)
            print(f"    what comes back is the caller's speech, {proof['snr_db']:.0f} dB over what "
                  "differs", flush=True)
        results[contender.name] = pace.measure(contender) | {"proof": proof}
        # After each one, so that what took an hour is not lost to what fails last.
        summary = report(results, pace.settings(), quick=options.quick)
        Path(options.results, "compare.json").write_text(json.dumps(summary, indent=2) + "\n")
    print("\n" + table(summary))
    print(f"JSON: {options.results}/compare.json")
    if options.quick:
        return 0
    if summary["missed"]:
        return MISSED
    # Who asks for some contenders only cannot have every ratio.
    return NOT_ALL if summary["unmeasured"] and not options.only else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", required=True, metavar="DIR",
                        help="folder of trunkline, trunkline-bench and bare_echo")
    parser.add_argument("--results", required=True, metavar="DIR")
    parser.add_argument("--quick", action="store_true",
                        help="few calls for a short time: nothing is held against a target")
    parser.add_argument("--only", action="append", metavar="NAME", help="this contender; repeatable")
    cores = sorted(os.sched_getaffinity(0))
    parser.add_argument("--server-core", type=int, default=cores[0], metavar="N")
    parser.add_argument("--tool-core", type=int, default=cores[-1], metavar="N")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
