"""Contenders side by side: ratios, targets, and the table that is printed."""

# Name, what is divided by what, which way the bound holds, and the bound.
TARGETS = [
    ("echo_cpu", "CPU of an echo: Trunkline / bare axum", "at_most", 1.3),
    ("calls_held", "calls held: Trunkline's agent / pipecat's best agent", "at_least", 5.0),
    ("calls_held_of_all", "calls held: Trunkline's agent / pipecat's best of all, its mere echo included",
     "at_least", 5.0),
    ("memory", "memory per call: Trunkline's agent / pipecat's leanest agent", "at_most", 1 / 20),
]


def report(results: dict, settings: dict, quick: bool) -> dict:
    """Everything, for JSON. A ratio is `null` when one side was not measured."""
    ratios = ratios_of(results)
    unmeasured = [name for name, *_ in TARGETS if ratios[name] is None]
    missed = [name for name, _, way, bound in TARGETS
              if (found := ratios[name]) is not None and not keeps(found, way, bound)]
    return {"schema": 1, "quick": quick, "settings": settings, "ratios": ratios,
            "targets": {name: {way: bound} for name, _, way, bound in TARGETS},
            "missed": missed, "unmeasured": unmeasured, "contenders": results}


def ratios_of(results: dict) -> dict:
    def at_most(name, what):
        return (results.get(name, {}).get("most") or {}).get(what)

    def pipecat(lines):
        return [each for name, each in results.items() if name.startswith("pipecat") and each["line"] in lines]

    def leanest(what):
        return min((each["most"][what] for each in pipecat(["agent"]) if each["most"]), default=None)

    def best(lines):
        """Nothing when one of them might hold more than was seen: the ratio would flatter us."""
        rivals = pipecat(lines)
        known = rivals and not any(each["held_is_floor"] for each in rivals)
        return max(each["held"] for each in rivals) if known else None

    ours = at_most("trunkline-agent", "calls")
    cpu, kib = "cpu_ms_per_call_second", "kib_per_call"
    return {
        "echo_cpu": ratio(*at_same_load(results, "trunkline-echo", "bare-echo", cpu)),
        "calls_held": ratio(ours, best(["agent"])),
        "calls_held_of_all": ratio(ours, best(["agent", "echo"])),
        "memory": ratio(at_most("trunkline-agent", kib), leanest(kib)),
        "agent_cpu": ratio(at_most("trunkline-agent", cpu), leanest(cpu)),
    }


def at_same_load(results: dict, one: str, other: str, what: str) -> tuple:
    """The figure of both at the most calls that both held; of each alone it falls with the load."""
    held = [{run["calls"]: run[what] for run in results.get(name, {}).get("runs", [])
             if run["valid"] and not run["broken"]} for name in (one, other)]
    both = held[0].keys() & held[1].keys()
    return (held[0][max(both)], held[1][max(both)]) if both else (None, None)


def table(summary: dict) -> str:
    head = (f"{'':<17} {'calls':>6}  {'CPU, ms per call-second':>23}  {'KiB':>9}  {'MiB without':>11}\n"
            f"{'':<17} {'held':>6}  {'few calls':>11} {'most calls':>11}  {'per call':>9}  {'a call':>11}")
    lines = [head]
    for name, each in summary["contenders"].items():
        few, most = each["fewest"], each["most"]
        if most is None:
            lines.append(f"{name:<17} {'-':>6}  no run was valid and held")
            continue
        held = ("≥" if each["held_is_floor"] else "") + str(each["held"])
        lines.append(f"{name:<17} {held:>6}  {few['cpu_ms_per_call_second']:>11.2f} "
                     f"{most['cpu_ms_per_call_second']:>11.2f}  {most['kib_per_call']:>9.0f}  "
                     f"{most['rss_before_kib'] / 1024:>11.0f}")
    lines.append("\n≥: not the server ended the climb, but the load tool or the highest number that is tried.\n")
    for name, what, way, bound in TARGETS:
        found = summary["ratios"][name]
        sign = "≤" if way == "at_most" else "≥"
        if found is None:
            judgement = "not measured"
        elif summary["quick"]:
            judgement = "not judged"
        else:
            judgement = "kept" if keeps(found, way, bound) else "MISSED"
        value = "-" if found is None else f"{found:.3g}"
        lines.append(f"{value:>7}  ({sign} {bound:.3g}, {judgement})  {what}")
    return "\n".join(lines)


def ratio(over, under):
    return over / under if over is not None and under else None


def keeps(found: float, way: str, bound: float) -> bool:
    return found <= bound if way == "at_most" else found >= bound
