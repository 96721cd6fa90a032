"""Tests a program against the emulator, with the standard library alone.

Start `ccloud-offsets emulator`, then run `python3 steer.py http://127.0.0.1:8099`.
"""

import base64
import json
import sys
import urllib.error
import urllib.request

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8099"
KEY = base64.b64encode(b"EMULATORKEY00001:emulator-secret-that-everybody-knows").decode()
CONNECTOR = "environments/env-demo1/clusters/lkc-demo1/connectors/MySinkConnector"


def call(method, path, body=None):
    """What the emulator answers; needs no key on the same machine, and the service below it does."""
    request = urllib.request.Request(URL + path, method=method)
    request.add_header("Authorization", "Basic " + KEY)
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def reset_offsets():
    """The program to test: asks for a reset, and asks again when a gateway has no time."""
    for _ in range(3):
        try:
            return call("POST", f"/connect/v1/{CONNECTOR}/offsets/request", {"type": "DELETE"})
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
    raise RuntimeError("the gateway never had time")


call("POST", "/emulator/v1/reset")
# The first request meets a gateway that has no time.
call("POST", "/emulator/v1/faults/alter", {"reply": {"status": 503, "headers": {"Retry-After": "1"}}})
reset_offsets()
connector = call("GET", f"/emulator/v1/{CONNECTOR}")
assert connector["accepted_alterations"] == 1, connector
requests = call("GET", "/emulator/v1/requests")
assert [request["status"] for request in requests] == [503, 202], requests
# What takes about a minute has happened when a day has passed.
call("POST", "/emulator/v1/clock/advance", {"seconds": 86400})
status = call("GET", f"/connect/v1/{CONNECTOR}/offsets/request/status")
assert status["status"]["phase"] == "APPLIED", status
print("one alteration, in two attempts, applied")
