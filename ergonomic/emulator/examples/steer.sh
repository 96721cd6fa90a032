#!/usr/bin/env bash
# Tests a program against the emulator. It uses only curl.
#
# Start `ccloud-offsets emulator`, then run `bash steer.sh http://127.0.0.1:8099`.
set -euo pipefail

url=${1:-http://127.0.0.1:8099}
key=EMULATORKEY00001:emulator-secret-that-everybody-knows
connector=environments/env-demo1/clusters/lkc-demo1/connectors/MySinkConnector
json='Content-Type: application/json'

# Sends a request to the control of the emulator, which needs no key on the same machine.
control() { curl --silent --show-error --fail-with-body --header "$json" --request "$1" "$url/emulator/v1$2" "${@:3}"; }
# Sends a request for one connector to the emulated service.
service() { curl --silent --show-error --fail-with-body --user "$key" --header "$json" --request "$1" "$url/connect/v1/$connector$2" "${@:3}"; }
# Ends the script unless the first text contains the second.
holds() { case $1 in *"$2"*) ;; *) echo "expected $2 in: $1" >&2; exit 1 ;; esac; }

control POST /reset > /dev/null

# This request queues a fault: the emulator answers the next alteration with 503. The program to test, which here is curl,
# tries again.
control POST /faults/alter --data '{"reply": {"status": 503, "headers": {"Retry-After": "1"}}}' > /dev/null
service POST /offsets/request --data '{"type": "DELETE"}' --retry 2 > /dev/null
holds "$(control GET "/$connector")" '"accepted_alterations":1'
holds "$(control GET /requests)" '"status":503'

# The alteration takes about a minute of the emulator's time, so it has ended after a day.
control POST /clock/advance --data '{"seconds": 86400}' > /dev/null
holds "$(service GET /offsets/request/status)" '"phase":"APPLIED"'

# This request switches an assumption: a second alteration while one is in progress is refused with 400 instead of 409.
control PATCH /assumptions --data '{"busy": "bad_request"}' > /dev/null
service POST /offsets/request --data '{"type": "DELETE"}' > /dev/null
holds "$(service POST /offsets/request --data '{"type": "DELETE"}' 2>&1 || true)" '"code":400'

# With this fault the alteration takes effect, and its reply is lost. The count of accepted alterations shows the effect.
control POST /reset > /dev/null
control POST /faults/alter --data '{"kind": "act_then_reset"}' > /dev/null
if service POST /offsets/request --data '{"type": "DELETE"}' 2> /dev/null; then exit 1; fi
holds "$(control GET "/$connector")" '"accepted_alterations":1'

# This description of a fault has two errors. The control refuses it, and lists both errors.
holds "$(control POST /faults/alter --data '{"kind": "hangs", "times": 0}' 2>&1 || true)" '"place":"/times"'

control POST /reset > /dev/null
holds "$(control GET "/$connector")" '"accepted_alterations":0'
echo "one alteration, in two attempts, applied"
