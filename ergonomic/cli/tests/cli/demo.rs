//! Runs `demo` from start to end.

use crate::tool::{bare, finish};

#[test]
fn performs_the_published_examples() {
    let ran = finish(bare().arg("demo"), "").ends(0);
    for expected in [
        "topic_A:0    5000",
        r#"{"offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"topic_A"},"offset":{"kafka_offset":1000}}],"type":"PATCH"}"#,
        "topic_A:0    5000   1000    -4000",
        "timestamp  1699142400000 → 1699000000000",
        r#"{"type":"DELETE"}"#,
        "no offsets are stored",
    ] {
        ran.prints(expected);
    }
    // The output is not a terminal: it has no escape sequences, and progress is in plain lines.
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'));
    ran.says("MySinkConnector: PENDING");
    ran.says("MySourceConnector: APPLIED");
}
