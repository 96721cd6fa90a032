"""Tests a program against the emulator. It uses only the standard library.

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
    """Sends a request, and returns the answer. The emulated service requires the key. The control of the emulator does not
    require it from programs on the same machine."""
    request = urllib.request.Request(URL + path, method=method)
    request.add_header("Authorization", "Basic " + KEY)
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def reset_offsets():
    """Takes the place of the program to test: requests a reset, and tries again after a 503."""
    for _ in range(3):
        try:
            return call("POST", f"/connect/v1/{CONNECTOR}/offsets/request", {"type": "DELETE"})
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
    raise RuntimeError("every attempt was answered 503")


call("POST", "/emulator/v1/reset")
# The emulator answers the next request for an alteration with 503.
call("POST", "/emulator/v1/faults/alter", {"reply": {"status": 503, "headers": {"Retry-After": "1"}}})
reset_offsets()
connector = call("GET", f"/emulator/v1/{CONNECTOR}")
assert connector["accepted_alterations"] == 1, connector
requests = call("GET", "/emulator/v1/requests")
assert [request["status"] for request in requests] == [503, 202], requests
# The alteration takes about a minute of the emulator's time, so it has ended after a day.
call("POST", "/emulator/v1/clock/advance", {"seconds": 86400})
status = call("GET", f"/connect/v1/{CONNECTOR}/offsets/request/status")
assert status["status"]["phase"] == "APPLIED", status
print("one alteration, in two attempts, applied")
