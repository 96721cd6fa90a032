# Checks the dependency tree by the rules in deny.toml. The first argument is `fetch`, which downloads the list of known
# vulnerabilities, or `version`, which needs no network. The other arguments are the checks. `.ci/run` takes the command
# that installs cargo-deny from this file.
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
