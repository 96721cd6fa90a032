# Unpacks the archive of each published package, builds the package, and runs its tests. Other packages of this workspace
# on which the package depends are taken from their own archives. `tar -m` gives files new times, so that cargo builds changed files again.
set -eu
packages='ccloud-connect-types ccloud-connect-client ccloud-connect-emulator ccloud-connect-kafka ccloud-connect ccloud-offsets'
cargo=${CARGO:-cargo}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
folder=$PWD/target/package
$cargo package --no-verify --allow-dirty --quiet $(printf -- '--package %s ' $packages)
rm -rf "$folder/unpacked"
mkdir -p "$folder/unpacked"
for package in $packages; do
    tar -xzmf "$folder/$package-$version.crate" -C "$folder/unpacked"
    for paper in README.md LICENSE-MIT LICENSE-APACHE; do
        test -f "$folder/unpacked/$package-$version/$paper" || {
            echo "the archive of $package lacks $paper"
            exit 1
        }
    done
done
failed=
for package in $packages; do
    set --
    for other in $packages; do
        test "$other" = "$package" ||
            set -- "$@" --config "patch.crates-io.$other.path=\"$folder/unpacked/$other-$version\""
    done
    echo "the archive of $package"
    (cd "$folder/unpacked/$package-$version" && $cargo test --quiet --target-dir "$folder/built" "$@") ||
        failed="$failed $package"
done
grep -q '^repository' Cargo.toml ||
    echo 'Cargo.toml sets no repository, which a release needs: see CONTRIBUTING.md'
test -z "$failed" || { echo "failed:$failed"; exit 1; }
