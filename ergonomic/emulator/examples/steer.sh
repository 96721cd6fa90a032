#!/usr/bin/env bash
# Tests a program against the emulator, with curl alone.
#
# Start `ccloud-offsets emulator`, then run `bash steer.sh http://127.0.0.1:8099`.
set -euo pipefail

url=${1:-http://127.0.0.1:8099}
key=EMULATORKEY00001:emulator-secret-that-everybody-knows
connector=environments/env-demo1/clusters/lkc-demo1/connectors/MySinkConnector
json='Content-Type: application/json'

# Controls the emulator: no key is needed on the same machine.
control() { curl --silent --show-error --fail-with-body --header "$json" --request "$1" "$url/emulator/v1$2" "${@:3}"; }
# Sends a request to the service.
service() { curl --silent --show-error --fail-with-body --user "$key" --header "$json" --request "$1" "$url/connect/v1/$connector$2" "${@:3}"; }
# Ends the script unless the first text contains the second.
holds() { case $1 in *"$2"*) ;; *) echo "expected $2 in: $1" >&2; exit 1 ;; esac; }

control POST /reset > /dev/null

# Every kind of fault is queued like this. The first request is answered with 503; the program to test, which here is curl, tries
# again.
control POST /faults/alter --data '{"reply": {"status": 503, "headers": {"Retry-After": "1"}}}' > /dev/null
service POST /offsets/request --data '{"type": "DELETE"}' --retry 2 > /dev/null
holds "$(control GET "/$connector")" '"accepted_alterations":1'
holds "$(control GET /requests)" '"status":503'

# The alteration takes about a minute, so after a day it has ended.
control POST /clock/advance --data '{"seconds": 86400}' > /dev/null
holds "$(service GET /offsets/request/status)" '"phase":"APPLIED"'

# A second alteration while one is in progress is refused with 400 instead of 409.
control PATCH /assumptions --data '{"busy": "bad_request"}' > /dev/null
service POST /offsets/request --data '{"type": "DELETE"}' > /dev/null
holds "$(service POST /offsets/request --data '{"type": "DELETE"}' 2>&1 || true)" '"code":400'

# The reply is lost after the request took effect; the count shows that it was accepted.
control POST /reset > /dev/null
control POST /faults/alter --data '{"kind": "act_then_reset"}' > /dev/null
if service POST /offsets/request --data '{"type": "DELETE"}' 2> /dev/null; then exit 1; fi
holds "$(control GET "/$connector")" '"accepted_alterations":1'

# A refusal lists all errors at once.
holds "$(control POST /faults/alter --data '{"kind": "hangs", "times": 0}' 2>&1 || true)" '"place":"/times"'

control POST /reset > /dev/null
holds "$(control GET "/$connector")" '"accepted_alterations":0'
echo "one alteration, in two attempts, applied"
