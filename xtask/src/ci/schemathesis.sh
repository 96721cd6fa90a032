# Tests the emulator with schemathesis, which generates requests from two descriptions, that of the service and that of the
# emulator's control, and checks every reply against the schemas. Schemathesis is installed in the target folder. Its version
# is pinned, so that a new release cannot fail a commit that has nothing to do with it.
set -eu
tool=$PROGRAMS/schemathesis
{
    { test -x "$tool/bin/python" || python3 -m venv "$tool"; } &&
        "$tool/bin/python" -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5
} || {
    echo 'python3 with venv is not installed, or the Python package index is out of reach: the emulator is not tested'
    exit 75
}
# Because an example is built too, cargo uses the features of the tests and does not compile dependencies again.
"${CARGO:-cargo}" build --workspace --all-features --bin ccloud-offsets --example conformance
emulators=
trap 'kill $emulators || true' EXIT
trap 'exit 1' INT TERM
# Each description is tested on an emulator of its own, both at the same time. The speed is so high that no connector is ever
# busy, because the description does not contain the service's reply to an alteration of a busy connector.
try() {
    description=$1 path=$2 name=$3
    shift 3
    "$PROGRAMS/ccloud-offsets" emulator --listen 127.0.0.1:0 --speed 1000000 --quiet >"$tool/exports" &
    emulators="$emulators $!"
    # KAFKA_ID is in the last line that the emulator prints at its start.
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
