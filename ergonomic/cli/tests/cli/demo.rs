//! `demo`, from start to end.

use std::process::Command;

#[test]
fn performs_the_published_examples() {
    let output = Command::new(env!("CARGO_BIN_EXE_ccloud-offsets"))
        .arg("demo")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    for expected in [
        "topic_A:0    5000",
        r#"{"offsets":[{"partition":{"kafka_partition":0,"kafka_topic":"topic_A"},"offset":{"kafka_offset":1000}}],"type":"PATCH"}"#,
        "topic_A:0    5000   1000    -4000",
        "timestamp  1699142400000 → 1699000000000",
        r#"{"type":"DELETE"}"#,
        "no offsets are stored",
    ] {
        assert!(stdout.contains(expected), "{expected} is not in\n{stdout}");
    }
    // Not a terminal: no escape sequences, and progress in plain lines.
    assert!(!stdout.contains('\u{1b}') && !stderr.contains('\u{1b}'));
    assert!(stderr.contains("MySinkConnector: PENDING"), "{stderr}");
    assert!(stderr.contains("MySourceConnector: APPLIED"), "{stderr}");
}
