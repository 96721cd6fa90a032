# Builds all examples, and runs those of the library.
set -eu
"${CARGO:-cargo}" build --quiet --workspace --all-features --examples
for example in rewind_a_sink move_mysql_cdc_source reset_one_partition test_with_faults; do
    echo "the example $example"
    "$PROGRAMS/examples/$example"
done
