# Checks the bundle and the emulator's openapi.yaml with redocly's recommended rules. The version is pinned, so that a new
# release cannot fail a commit that has nothing to do with it. Telemetry is off.
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
tool='npx --yes @redocly/cli@2.77.0'
$tool --version >/dev/null 2>&1 </dev/null || {
    echo 'npx is not installed, or the npm registry is out of reach: the descriptions are not checked'
    exit 75
}
exec $tool lint openapi/connect-v1.yaml ergonomic/emulator/openapi.yaml --format stylish </dev/null
