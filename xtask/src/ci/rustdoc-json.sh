#!/bin/sh
# The listings are made from rustdoc's JSON, an unstable format. The variable is set for rustdoc only, so that nothing else is compiled again.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
