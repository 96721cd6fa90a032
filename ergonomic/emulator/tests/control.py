"""Tests of the emulator's control, written in Python: every kind of fault, every assumption, the clock, counts and the reset.

The tests of the emulator run this file as `python3 control.py URL`. The emulator at this URL listens on this machine and has
the built-in seed and a sampling period of 30 seconds. Only commands advance its clock.
"""

import base64
import gzip
import http.client
import json
import socket
import sys
import time
import unittest
import urllib.error
import urllib.request
from datetime import datetime

BASE = sys.argv.pop()
KEY = base64.b64encode(b"EMULATORKEY00001:emulator-secret-that-everybody-knows").decode()
CLUSTER = "environments/env-demo1/clusters/lkc-demo1/connectors"
SINK, SOURCE = "MySinkConnector", "MysqlSourceConnector"
DELETE = {"type": "DELETE"}


def send(method, path, body=None, headers=(), timeout=10):
    """Sends one request, and returns the status, the headers and the body of the reply."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, dict(headers), method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as reply:
        return reply.code, reply.headers, reply.read()


def control(method, path, body=None):
    status, _, text = send(method, "/emulator/v1" + path, body)
    assert status == 200, (method, path, status, text)
    return json.loads(text)


def service(method, path, body=None, **more):
    return send(method, f"/connect/v1/{CLUSTER}{path}", body, [("Authorization", "Basic " + KEY)], **more)


def alter(name=SINK, body=None, **more):
    return service("POST", f"/{name}/offsets/request", body or DELETE, **more)


def status(name=SINK):
    code, _, text = service("GET", f"/{name}/offsets/request/status")
    return code, json.loads(text)


def queue(operation, **fault):
    return control("POST", "/faults/" + operation, fault)


def connector(name=SINK):
    return control("GET", f"/{CLUSTER}/{name}")


def change(name=SINK, **changes):
    return control("PATCH", f"/{CLUSTER}/{name}", changes)


def accepted(name=SINK):
    return connector(name)["accepted_alterations"]


def advance(seconds):
    return datetime.fromisoformat(control("POST", "/clock/advance", {"seconds": seconds})["now"].replace("Z", "+00:00")[:19])


class Control(unittest.TestCase):
    def setUp(self):
        control("POST", "/reset")

    def comes_to(self, count):
        """Waits until the emulator has accepted `count` alterations. A client whose time limit is over may be faster than the
        emulator."""
        for _ in range(500):
            if accepted() == count:
                return
            time.sleep(0.01)
        self.assertEqual(accepted(), count)

    def test_replies(self):
        waiting = queue("alter", reply={"status": 503, "headers": {"Retry-After": "2"}, "body": "later"}, times=2)
        self.assertEqual(waiting, {"waiting": 2, "operations": {"alter": 2}})
        for _ in range(2):
            code, headers, text = alter()
            self.assertEqual((code, headers["Retry-After"], text), (503, "2", b"later"))
        self.assertEqual(accepted(), 0)
        queue("alter", kind="act", reply={"status": 500, "body": {"error": {"code": 500, "message": "hm"}}})
        code, headers, text = alter()
        self.assertEqual((code, headers["Content-Type"]), (500, "application/json"))
        self.assertEqual(json.loads(text)["error"]["message"], "hm")
        self.assertEqual(accepted(), 1)
        self.assertEqual(control("GET", "/faults")["waiting"], 0)

    def test_bodies(self):
        queue("read_offsets", kind="act", reply={"gzip": True})
        code, headers, text = service("GET", f"/{SINK}/offsets")
        self.assertEqual((code, headers["Content-Encoding"]), (200, None))
        self.assertEqual(json.loads(gzip.decompress(text))["name"], SINK)
        queue("read_offsets", kind="act", reply={"truncated": 10})
        with self.assertRaises(http.client.IncompleteRead) as raised:
            service("GET", f"/{SINK}/offsets")
        self.assertEqual(len(raised.exception.partial), 10)
        queue("read_offsets", kind="act", reply={"slow": {"bytes": 64, "pause_seconds": 0.001}})
        self.assertEqual(json.loads(service("GET", f"/{SINK}/offsets")[2])["name"], SINK)

    def test_resets_and_silence(self):
        kinds = {
            "reset_before_body": (0, ConnectionError),
            "reset_after_body": (0, ConnectionError),
            "act_then_reset": (1, ConnectionError),
            "hang": (0, TimeoutError),
            "act_then_hang": (1, TimeoutError),
        }
        for kind, (count, error) in kinds.items():
            with self.subTest(kind):
                control("POST", "/reset")
                queue("alter", kind=kind)
                with self.assertRaises((error, urllib.error.URLError)) as raised:
                    alter(timeout=0.2)
                cause = getattr(raised.exception, "reason", raised.exception)
                self.assertIsInstance(cause, (error, socket.timeout))
                self.comes_to(count)
                self.assertEqual(control("GET", "/requests")[0]["accepted"], count == 1)
        control("POST", "/reset")
        queue("alter", kind="act", delay_seconds=60)
        with self.assertRaises((TimeoutError, socket.timeout)):
            alter(timeout=0.2)
        self.comes_to(1)

    def test_statuses(self):
        asked = json.loads(alter()[2])
        for fault, phase in [
            ({"kind": "stale_applied"}, "APPLIED"),
            ({"kind": "superseded"}, "PENDING"),
            ({"kind": "phase", "phase": "ROLLING_BACK"}, "ROLLING_BACK"),
        ]:
            queue("request_status", **fault)
            shown = status()[1]
            self.assertEqual(shown["status"]["phase"], phase)
            self.assertEqual(shown["request"] == asked, fault["kind"] == "phase")
        queue("alter", kind="hang", times=5)
        self.assertEqual(control("DELETE", "/faults"), {"waiting": 0, "operations": {}})

    def test_assumptions(self):
        """Switches each assumption to each of its values in the OpenAPI page. Each value must lead to another answer."""
        schemas = control_page()
        before = control("GET", "/assumptions")
        self.assertEqual(set(before), set(ASSUMED))
        for name, shows in ASSUMED.items():
            schema = schemas[schemas["Assumptions"]["properties"][name]["allOf"][0]["$ref"].rsplit("/")[-1]]
            values = [value["enum"][0] for value in schema["oneOf"]]
            seen = []
            for value in values:
                with self.subTest(name, value=value):
                    control("POST", "/reset")
                    self.assertEqual(control("PATCH", "/assumptions", {name: value}), {**before, name: value})
                    seen.append(shows())
            self.assertEqual(len(seen), len({json.dumps(one) for one in seen}), (name, dict(zip(values, seen))))
        control("POST", "/reset")
        self.assertEqual(control("GET", "/assumptions"), before)

    def test_a_day_passes(self):
        before = advance(0)
        alter()
        self.assertEqual(status()[1]["status"]["phase"], "PENDING")
        self.assertEqual((advance(86400) - before).days, 1)
        code, shown = status()
        self.assertEqual((code, shown["status"]["phase"]), (200, "APPLIED"))
        # After the reset, which took 53 seconds with stop and resume, the sink reads 25 records a second from offset 0.
        self.assertEqual(connector()["offsets"][0]["offset"]["kafka_offset"], 25 * (86400 - 53))
        _, headers, _ = service("GET", f"/{SINK}/offsets")
        self.assertIn(f"{advance(0):%d %b %Y}", headers["Date"])

    def test_offsets_states_and_tasks(self):
        entry = {"partition": {"kafka_topic": "topic_A", "kafka_partition": 0}, "offset": {"kafka_offset": 7}}
        shown = change(offsets=[entry], state="DEGRADED", trace="one of two", tasks=[{}, {"state": "FAILED", "trace": "x"}])
        self.assertEqual((shown["offsets"], shown["state"]), ([entry], "DEGRADED"))
        self.assertEqual(json.loads(service("GET", f"/{SINK}/offsets")[2])["offsets"], [entry])
        seen = json.loads(service("GET", f"/{SINK}/status")[2])
        self.assertEqual(seen["connector"]["trace"], "one of two")
        self.assertEqual([task["state"] for task in seen["tasks"]], ["RUNNING", "FAILED"])
        advance(60)
        self.assertEqual(connector()["offsets"], [entry])
        change(state="RUNNING")
        advance(60)
        self.assertEqual(connector()["offsets"][0]["offset"]["kafka_offset"], 7 + 60 * 25)
        large = '{"partition":{"server":"s"},"offset":{"scn":9007199254740993}}'
        self.assertEqual(change(SOURCE, offsets=[large])["offsets"], [json.loads(large)])
        for state in ["PAUSED", "PROVISIONING"]:
            self.assertEqual(change(state=state)["state"], state)

    def test_the_log_shows_what_came_and_no_key(self):
        alter(body={"type": "DELETE", "offsets": []})
        service("GET", "/nobody/offsets")
        log = control("GET", "/requests")
        self.assertEqual([(one["operation"], one["status"]) for one in log], [("alter", 202), ("read_offsets", 404)])
        self.assertEqual(json.loads(log[0]["body"]), {"type": "DELETE", "offsets": []})
        self.assertEqual(log[0]["headers"]["authorization"], "Basic (not shown)")
        self.assertNotIn(KEY, json.dumps(log))
        self.assertEqual(control("DELETE", "/requests"), [])

    def test_reset_is_precise(self):
        before = control("GET", "/connectors"), connector(), control("GET", "/assumptions")
        alter()
        advance(3600)
        change(state="FAILED", offsets=[])
        queue("read_offsets", kind="hang")
        control("PATCH", "/assumptions", {"busy": "bad_request"})
        self.assertEqual(control("POST", "/reset"), before[0])
        self.assertEqual((control("GET", "/connectors"), connector(), control("GET", "/assumptions")), before)
        self.assertEqual((accepted(), control("GET", "/faults")["waiting"], control("GET", "/requests")), (0, 0, []))
        self.assertEqual(status()[0], 404)

    def test_everything_that_is_wrong_is_said_and_nothing_changed(self):
        for method, path, body, places in [
            ("POST", "/faults/alter", {"kind": "hangs", "times": 0, "reply": {"status": 1}}, {"/kind", "/reply/status", "/times"}),
            ("POST", "/faults/alter", {"kind": "stale_applied", "phase": "X"}, {"/kind", "/phase"}),
            ("POST", "/faults/alter", {"reply": {"status": 200, "headers": {"Content-Length": "3"}}}, {"/reply/headers/content-length"}),
            ("PATCH", "/assumptions", {"bussy": "conflict", "busy": "rude", "dates": "space"}, {"/busy", "/bussy"}),
            ("PATCH", f"/{CLUSTER}/{SINK}", {"state": "paused", "trace": "x", "offsets": [{}]}, {"/offsets/0", "/state"}),
            ("POST", "/clock/advance", {"seconds": 1e11}, {"/seconds"}),
        ]:
            code, _, text = send(method, "/emulator/v1" + path, body)
            self.assertEqual(code, 400, path)
            self.assertEqual({finding["place"] for finding in json.loads(text)["findings"]}, places)
        self.assertEqual(control("GET", "/faults")["waiting"], 0)
        self.assertEqual(control("GET", "/assumptions")["dates"], "rfc3339")
        for method, path, code in [("GET", "/nothing", 404), ("PUT", "/clock", 405), ("POST", "/faults/alters", 404)]:
            self.assertEqual(send(method, "/emulator/v1" + path, {} if method == "POST" else None)[0], code, path)


def control_page():
    """The schemas in the OpenAPI page. Only the parts of its YAML that the tests need are parsed here."""
    import re

    _, _, text = send("GET", "/emulator/v1/openapi.yaml")
    schemas, name, member = {}, None, None
    for line in text.decode().split("  schemas:\n")[1].splitlines():
        if found := re.fullmatch(r"    (\w+):", line):
            name = schemas.setdefault(found[1], {"oneOf": [], "properties": {}})
        elif found := re.fullmatch(r"        (\w+):", line):
            member = name["properties"].setdefault(found[1], {})
        elif found := re.fullmatch(r"          - \$ref: '(.*)'", line):
            member["allOf"] = [{"$ref": found[1]}]
        elif found := re.fullmatch(r"        - (\w+)", line):
            name["oneOf"].append({"enum": [found[1]]})
    return schemas


def busy():
    alter()
    return alter()[0]


def order():
    alter()
    return alter(body={"type": "PATCH", "offsets": [{"partition": {}}]})[0]


def ends(body, name=SINK):
    code = alter(name, body)[0]
    advance(43)
    return code, status(name)[1].get("status", {}).get("phase")


def patch(topic, partition, offset):
    return {"type": "PATCH", "offsets": [{"partition": {"kafka_topic": topic, "kafka_partition": partition}, "offset": offset}]}


def partial():
    alter("orders-sink", {"type": "DELETE", "offsets": [{"partition": {"kafka_topic": "orders", "kafka_partition": 1}}]})
    advance(43)
    return len(connector("orders-sink")["offsets"])


def plain():
    headers = [("Authorization", "Basic " + KEY), ("Content-Type", "text/plain")]
    request = urllib.request.Request(f"{BASE}/connect/v1/{CLUSTER}/{SINK}/offsets/request", b'{"type":"DELETE"}', dict(headers))
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code


def validated():
    return [ends(DELETE, name) for name in (SINK, SOURCE)]


def elsewhere():
    return send("GET", "/connect/v1/environments/no/clusters/no/connectors", None, [("Authorization", "Basic " + KEY)])[0]


def dates():
    # The time has a fraction of a second, which some forms cut off. Digits are replaced, so that only the form is compared.
    advance(0.25)
    date = json.loads(alter()[2])["requested_at"]
    return "".join(" " if c.isdigit() else c for c in date)


# For each assumption, a function whose result differs for each of the assumption's values.
ASSUMED = {
    "busy": busy,
    "malformed": lambda: ends({"type": "PATCH", "offsets": []}),
    "unreadable": lambda: alter(body={"type": "DELETE", "x": 1})[0],
    "unworkable": lambda: ends(patch("topic_A", 0, {"kafka_offset": -1})),
    "check_order": order,
    "content_type": plain,
    "validation": validated,
    "partial_delete": partial,
    "unknown_scope": elsewhere,
    "no_request": lambda: status()[0],
    "previous_offsets": lambda: (alter(), "previous_offsets" in status()[1])[1],
    "null_offsets": lambda: json.loads(alter(body=patch("topic_A", 0, None))[2])["offsets"],
    "dates": dates,
}


if __name__ == "__main__":
    unittest.main()
