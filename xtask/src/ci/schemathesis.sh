# Tests the emulator with schemathesis, which generates requests from the description of the service and from that of the
# control, and checks every reply against the schemas. It is installed in the target folder; the version is pinned, so that
# a new release cannot fail a commit that has nothing to do with it.
set -eu
tool=$PROGRAMS/schemathesis
{
    { test -x "$tool/bin/python" || python3 -m venv "$tool"; } &&
        "$tool/bin/python" -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5
} || {
    echo 'python3 with venv, or the Python package index, is out of reach: the emulator is not tried'
    exit 75
}
# An example among the targets gives the build the features of the tests.
"${CARGO:-cargo}" build --workspace --all-features --bin ccloud-offsets --example conformance
emulators=
trap 'kill $emulators || true' EXIT
trap 'exit 1' INT TERM
# Each description is tried at an emulator of its own, at the same time. At this speed no connector is ever busy; the
# description lacks the reply to a second alteration.
try() {
    description=$1 path=$2 name=$3
    shift 3
    "$PROGRAMS/ccloud-offsets" emulator --listen 127.0.0.1:0 --speed 1000000 --quiet >"$tool/exports" &
    emulators="$emulators $!"
    # The last of the lines that it prints.
    until grep -q KAFKA_ID "$tool/exports"; do
        kill -0 $!
        sleep 0.1
    done
    . "$tool/exports"
    "$tool/bin/schemathesis" --config-file "ergonomic/emulator/tests/it/$name.toml" run "$description" \
        --url "$CONFLUENT_CLOUD_ENDPOINT$path" --auth "$CONFLUENT_CLOUD_API_KEY:$CONFLUENT_CLOUD_API_SECRET" \
        --max-examples 100 --seed 1 --no-color "$@" </dev/null >"$tool/$name.log" 2>&1 &
}
# The built-in seed gives no address of a Kafka cluster, so the operation that reads it is left out.
try openapi/connect-v1.yaml '' schemathesis --exclude-path-regex '^/cmk/'
service=$!
try ergonomic/emulator/openapi.yaml /emulator/v1 schemathesis-control
control=$!
code=0
wait $service || code=$?
wait $control || code=$?
cat "$tool/schemathesis.log" "$tool/schemathesis-control.log"
exit $code
