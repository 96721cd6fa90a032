# Checks the dependency tree by deny.toml. With `version` before the checks no network is needed; `fetch` downloads the
# list of known vulnerabilities. CI takes the command that installs cargo-deny from here.
cargo=${CARGO:-cargo}
case $1 in
fetch) $cargo deny fetch db ;;
*) $cargo deny --version ;;
esac >/dev/null 2>&1 </dev/null || {
    echo 'cargo-deny is not installed, or the advisory database is out of reach; `cargo install cargo-deny --version 0.20.2 --locked`'
    exit 75
}
shift
exec $cargo deny check "$@"
