//! Text made to hurt: every case ends in a clear error, soon and within bounded memory.

use super::mentions;
use crate::spec::parse::{MAX_TEXT, parse};

fn error(text: &str) -> String {
    let error = parse("x.yaml", text).unwrap_err().to_string();
    assert!(error.len() < 1000, "{} bytes of message", error.len());
    mentions(&error, &["x.yaml"]);
    error
}

#[test]
fn alias_bombs() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    mentions(&error(&bomb), &["repetition limit"]);

    // Few jumps, much text.
    let text = "y".repeat(1_000_000);
    let wide = format!("a: &a \"{text}\"\nb: [{}]\n", vec!["*a"; 2_000].join(", "));
    mentions(&error(&wide), &["expands to too many values"]);
}

#[test]
fn deep_nesting() {
    for text in [
        "[".repeat(200_000),
        "{\"a\":".repeat(200_000),
        "- ".repeat(5_000),
        format!("a: {}", "[".repeat(101)),
    ] {
        error(&text);
    }
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    parse("x.yaml", &deep).unwrap();
    mentions(&error(&format!("[{deep}]")), &["deeper than 100 levels"]);
}

#[test]
fn too_much_text() {
    mentions(
        &error(&" ".repeat(MAX_TEXT + 1)),
        &["more than the", "help:"],
    );
}

#[test]
fn what_json_cannot_say() {
    for (text, message) in [
        ("a: .inf", "infinity"),
        ("a: .nan", "NaN"),
        ("? [1]\n: 2", "a key must be text"),
        ("a: !tag {b: c}", "x.yaml"),
        ("a: 1\na: 2", "duplicate key \"a\""),
        ("{\"a\": 1, \"a\": 2}", "duplicate key \"a\""),
        ("{\"a\": 1} trailing", "trailing"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("a: *missing", "unknown anchor"),
        ("a: [", "x.yaml"),
    ] {
        mentions(&error(text), &[message]);
    }
}

#[test]
fn bare_numbers_as_keys_are_status_codes() {
    let value = parse("x.yaml", "404: {a: yes}").unwrap();
    assert_eq!(value, serde_json::json!({ "404": { "a": "yes" } }));
}
