#!/bin/sh
# The listings of the public API are made from rustdoc's JSON, an unstable format that RUSTC_BOOTSTRAP=1 allows. The variable is set for
# rustdoc only, so that cargo compiles nothing else again.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
