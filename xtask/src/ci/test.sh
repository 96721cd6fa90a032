# Property tests try other cases in each run. In CI the seed is fixed, so that no commit fails by chance.
if [ -n "${CI:-}" ]; then fresh=20240220; else fresh=$(date +%s); fi
export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-$fresh}"
echo "PROPTEST_RNG_SEED=$PROPTEST_RNG_SEED repeats the cases of the property tests"
exec "${CARGO:-cargo}" test "$@"
