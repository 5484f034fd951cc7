#!/usr/bin/env python3
"""Asks every GET route of a running server again and again, as tenants' people and as its owner, and prints
how long each took. Python's own library only.

    bench/api/measure.py --server http://127.0.0.1:8080 --password TEXT --owner-password TEXT

The server's database holds a load (`trunkline seed load --password TEXT`). Ends with 1 when a figure misses
its target, or when a tenant sees anything of another.
"""

import argparse
import http.client
import json
import random
import sys
import time
import urllib.parse

TARGET_MS = 100.0
SEARCH_TARGET_MS = 50.0
# A stream without an end, and what asks somebody outside: their time says nothing.
NOT_MEASURED = {"/events", "/phone-numbers/available"}
WORDS = ["cleaning", "toothache", "insurance", '"root canal"', "whitening -monday", "Okafor", "reschedule",
         "appointment", "parking or invoice", "Garcia crown", "thank you", "wheelchair"]


class Person:
    """Somebody who is signed in, on a connection that stays open."""

    def __init__(self, server, email, password):
        self.server = urllib.parse.urlsplit(server)
        self.email = email
        self.token = None
        self.connection = None
        said = self.ask("POST", "/auth/login", {"email": email, "password": password})[1]
        self.token = said["access_token"]

    def ask(self, method, path, body=None):
        """Status, document and milliseconds."""
        headers = {"content-type": "application/json"} if body is not None else {}
        if self.token:
            headers["authorization"] = "Bearer " + self.token
        payload = None if body is None else json.dumps(body)
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.server.hostname, self.server.port, timeout=60)
            began = time.perf_counter()
            try:
                self.connection.request(method, "/api/v1" + path, payload, headers)
                answer = self.connection.getresponse()
                read = answer.read()
                break
            except (http.client.HTTPException, OSError):
                # The server closed a connection that was idle.
                self.connection = None
                if attempt == 2:
                    raise
        took = (time.perf_counter() - began) * 1000
        document = json.loads(read) if read else None
        if answer.status >= 500 or (method == "POST" and answer.status >= 400):
            sys.exit(f"{method} {path} as {self.email}: {answer.status} {read[:300]}")
        return answer.status, document, took

    def get(self, path):
        status, document, took = self.ask("GET", path)
        if status != 200:
            sys.exit(f"GET {path} as {self.email}: {status} {document}")
        return document, took


def sign_in_owner(server, email, password):
    """The first owner, who must change the password that was printed."""
    fresh = "a-password-for-measuring"
    try:
        owner = Person(server, email, password)
        owner.ask("POST", "/me/password", {"current_password": password, "new_password": fresh})
    except SystemExit:
        pass  # It was changed by an earlier run.
    return Person(server, email, fresh)


def quoted(text):
    return urllib.parse.quote(text, safe="")


def filters_of(person, chance):
    """Lists with each of their filters, near and far back."""
    first = person.get("/calls?limit=200")[0]["data"]
    some = chance.choice(first)
    last = person.get("/calls?limit=200")[0]["next_cursor"]
    month = "started_at[gte]=2000-01-01T00:00:00Z&started_at[lt]=" + quoted(some["started_at"])
    cases = ["/calls", "/calls?limit=200", f"/calls?from={quoted(some['from'])}", "/calls?status=busy",
             "/calls?status=queued", "/calls?live=true", "/calls?mode=test", "/calls?direction=outbound",
             "/calls?ivr_mode=simple", f"/calls?phone_config_id={some['phone_config_id']}",
             f"/calls?{month}", "/contacts", "/contacts?q=Okafor", "/contacts?q=nobody-at-all",
             "/audit-log", "/audit-log?action=agent.published", "/audit-log?object_kind=faq&object_id=17",
             "/audit-log?object_id=17"]
    if last:
        cases.append(f"/calls?limit=50&cursor={last}")
    return cases


def searches(chance):
    return [f"/search/turns?q={quoted(chance.choice(WORDS))}&limit={chance.choice([20, 50, 200])}"]


def ids_of(person, path):
    """What may stand for `{id}` in a route."""
    lists = path.split("/{")[0]
    data = person.get(lists)[0]
    rows = data.get("data", data) if isinstance(data, dict) else data
    return [str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row]


class Figures:
    """Milliseconds by route."""

    def __init__(self):
        self.by_route = {}

    def add(self, route, took):
        self.by_route.setdefault(route, []).append(took)

    def rows(self):
        for route, took in sorted(self.by_route.items()):
            took = sorted(took)
            at = lambda share: took[min(len(took) - 1, int(len(took) * share))]
            yield route, len(took), at(0.5), at(0.95), took[-1]


def without_values(path):
    """`/calls?status=busy` is a figure of its own; the values that differ each time are not."""
    base, _, query = path.partition("?")
    shown = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        shown.append(part if name in ("status", "live", "mode", "direction", "ivr_mode", "limit") else name)
    return base + ("?" + "&".join(shown) if shown else "")


def measure_person(figures, person, routes, rounds, chance, seen):
    for route in routes:
        paths = [route]
        if "{" in route:
            paths = [route.split("/{")[0] + "/" + some + route.split("}", 1)[1] for some in ids_of(person, route)]
            chance.shuffle(paths)
        if not paths:
            continue
        seen.add(route)
        for turn in range(rounds):
            figures.add(route, person.get(paths[turn % len(paths)])[1])


def check_isolation(people, companies, chance):
    """Nobody finds another's words, nobody opens another's call."""
    searched = 0
    for person in people:
        own = companies[person.email].split()[0]
        found = person.get(f"/search/turns?q={own}&limit=200")[0]["data"]
        if not found:
            sys.exit(f"{person.email} finds nothing of its own: is there a load with transcripts?")
        for other in people:
            if other is person:
                continue
            word = companies[other.email].split()[0]
            strange = person.get(f"/search/turns?q={word}&limit=200")[0]["data"]
            if strange:
                sys.exit(f"NOT ISOLATED: {person.email} finds {len(strange)} turns of {other.email}")
            call = chance.choice(other.get("/calls")[0]["data"])["id"]
            for rest in ("", "/turns", "/events", "/recordings"):
                if person.ask("GET", f"/calls/{call}{rest}")[0] != 404:
                    sys.exit(f"NOT ISOLATED: {person.email} opens /calls/{call}{rest} of {other.email}")
            searched += 1
    return searched


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--server", required=True)
    options.add_argument("--password", required=True, help="of the administrators of the load's tenants")
    options.add_argument("--owner-email", default="owner@localhost")
    options.add_argument("--owner-password", required=True)
    options.add_argument("--tenants", type=int, default=200, help="of the load")
    options.add_argument("--people", type=int, default=8, help="administrators who ask: the largest tenants, and others")
    options.add_argument("--rounds", type=int, default=40, help="requests of each person to each route")
    options.add_argument("--json", help="file for the figures")
    options = options.parse_args()
    chance = random.Random(1)

    largest = list(range(1, min(options.tenants, options.people // 2) + 1))
    rest = [n for n in range(1, options.tenants + 1) if n not in largest]
    others = chance.sample(rest, min(len(rest), options.people - len(largest)))
    people = [Person(options.server, f"admin@load-{n:03}.example", options.password) for n in largest + others]
    owner = sign_in_owner(options.server, options.owner_email, options.owner_password)
    listed = []
    cursor = ""
    while cursor is not None:
        page = owner.get("/admin/tenants?limit=200" + (f"&cursor={cursor}" if cursor else ""))[0]
        listed += page["data"]
        cursor = page["next_cursor"]
    companies = {f"admin@{tenant['slug']}.example": tenant["company_name"] for tenant in listed}

    connection = http.client.HTTPConnection(urllib.parse.urlsplit(options.server).netloc, timeout=60)
    connection.request("GET", "/openapi.json")
    document = json.loads(connection.getresponse().read())
    routes = sorted(path for path, verbs in document["paths"].items() if "get" in verbs)
    routes = [route for route in routes if route not in NOT_MEASURED]
    of_platform = [route for route in routes if route.startswith("/admin/")]
    of_tenants = [route for route in routes if route not in of_platform and not route.startswith("/search/")]

    figures, seen = Figures(), {"/search/turns"}
    for person in people:
        measure_person(figures, person, of_tenants, options.rounds, chance, seen)
        for _ in range(options.rounds):
            for case in filters_of(person, chance) if _ % 8 == 0 else []:
                for _turn in range(8):
                    figures.add(without_values(case), person.get(case)[1])
        for _ in range(options.rounds * 4):
            for case in searches(chance):
                figures.add("/search/turns", person.get(case)[1])
    measure_person(figures, owner, of_platform, options.rounds, chance, seen)
    pairs = check_isolation(people, companies, chance)

    missed = []
    print(f"{'GET /api/v1…':58} {'requests':>8} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8}")
    rows = list(figures.rows())
    for route, count, p50, p95, worst in rows:
        target = SEARCH_TARGET_MS if route.startswith("/search/") else TARGET_MS
        flag = "" if p95 < target else f"  over {target:.0f}"
        missed += [route] if flag else []
        print(f"{route:58} {count:8} {p50:8.1f} {p95:8.1f} {worst:8.1f}{flag}")
    print(f"isolated: {pairs} pairs of tenants, no word and no call of another")
    unseen = sorted(set(routes) - seen)
    if unseen:
        print("not asked, for there is nothing there: " + ", ".join(unseen))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            keys = ("route", "requests", "p50_ms", "p95_ms", "max_ms")
            json.dump([dict(zip(keys, row)) for row in rows], file, indent=1)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
