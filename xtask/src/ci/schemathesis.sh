# The emulator against the description, tried by schemathesis: it makes up requests and holds every reply against the
# schemas. Installed beside the programs that cargo builds; pinned, so that a new release cannot fail a commit that has
# nothing to do with it.
set -eu
tool=$PROGRAMS/schemathesis
{
    { test -x "$tool/bin/python" || python3 -m venv "$tool"; } &&
        "$tool/bin/python" -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5
} || {
    echo 'python3 with venv, or the Python package index, is out of reach: the emulator is not tried'
    exit 75
}
"${CARGO:-cargo}" build --package ccloud-offsets
# So fast that no connector is ever busy, since the reply to a second alteration is not in the description.
"$PROGRAMS/ccloud-offsets" emulator --listen 127.0.0.1:0 --speed 1000000 --quiet >"$tool/exports" &
emulator=$!
trap 'kill $emulator' EXIT
until grep -q CLUSTER "$tool/exports"; do
    kill -0 $emulator
    sleep 0.1
done
. "$tool/exports"
# The emulator serves connectors, not Kafka clusters.
"$tool/bin/schemathesis" --config-file ergonomic/emulator/tests/it/schemathesis.toml run openapi/connect-v1.yaml \
    --url "$CONFLUENT_CLOUD_ENDPOINT" --auth "$CONFLUENT_CLOUD_API_KEY:$CONFLUENT_CLOUD_API_SECRET" \
    --exclude-path-regex '^/cmk/' --max-examples 100 --seed 1 --no-color </dev/null
