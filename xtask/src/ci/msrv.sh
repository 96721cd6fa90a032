# Builds all published packages with the lowest Rust version that they support, in a separate target folder.
version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
rustup run "$version" cargo --version >/dev/null 2>&1 </dev/null || {
    echo "Rust $version is not installed; \`rustup toolchain install $version --profile minimal\`"
    exit 75
}
# syn, the parser of procedural macros, is not optimised: optimising it would take longer than the rest of the check.
exec rustup run "$version" cargo check --all-features --locked --target-dir target/msrv \
    --config 'profile.dev.package."syn@3".opt-level=0'
