use ccloud_connect::offset::{JdbcSource, KafkaSink, MysqlCdc};
use ccloud_connect::validate;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

const ENTRY: &str = r#"{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":9007199254740993}}"#;

#[test]
fn every_form_is_read() {
    let whole = format!(
        r#"{{"id":"lcc-1","name":"n","offsets":[{ENTRY}],"metadata":{{"observed_at":"2024-02-20T15:14:19Z"}}}}"#
    );
    for text in [
        whole.as_str(),
        &format!("{{\"offsets\": [ {ENTRY} ]}}"),
        &format!("\u{feff}[{ENTRY}]\n"),
        &format!(r#"{{"id":null,"name":null,"metadata":null,"offsets":[{ENTRY}]}}"#),
        &format!(r#"{{"metadata":{{"more":1}},"offsets":[{ENTRY}]}}"#),
    ] {
        let file: OffsetsFile = text.parse().unwrap();
        assert_eq!(file.offsets[0].to_string(), ENTRY, "{text}");
        assert!(file.warnings.is_empty());
    }
    let file: OffsetsFile = whole.parse().unwrap();
    assert_eq!(
        (file.id.as_deref(), file.name.as_deref()),
        (Some("lcc-1"), Some("n"))
    );
    assert_eq!(
        file.observed_at.unwrap().to_string(),
        "2024-02-20T15:14:19Z"
    );
    assert!("[]".parse::<OffsetsFile>().unwrap().offsets.is_empty());
}

#[test]
fn members_that_nobody_knows_are_warned_of() {
    let file: OffsetsFile = format!(r#"{{"owner":"me","offsets":[{ENTRY}]}}"#)
        .parse()
        .unwrap();
    assert_eq!(file.warnings[0].to_string(), "file.owner: is not read");
}

#[test]
fn the_body_of_a_request_is_read_when_it_is_a_patch() {
    let body = |kind: &str| format!(r#"{{"offsets":[{ENTRY}],"type":"{kind}"}}"#);
    let file: OffsetsFile = body("PATCH").parse().unwrap();
    assert_eq!(file.offsets.len(), 1);
    assert!(file.warnings.is_empty());
    let refused = body("DELETE").parse::<OffsetsFile>().unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("type: is DELETE, but positions are set by a PATCH"),
        "{refused}"
    );
}

#[test]
fn what_is_wrong_is_said_all_at_once() {
    for (text, expected) in [
        ("", "the offsets have 1 problem:\n  file: is empty"),
        (" \n", "the offsets have 1 problem:\n  file: is empty"),
        (
            "null",
            "the offsets have 1 problem:\n  file: must be an object with offsets, or a list, but is null",
        ),
        (
            "{\"offsets\": [1,]}",
            "the offsets have 1 problem:\n  line 1 column 16: is not JSON: trailing comma",
        ),
        ("{}", "the offsets have 1 problem:\n  offsets: is missing"),
        (
            r#"{"ofsets":[],"id":7,"name":[],"metadata":{"observed_at":"yesterday"}}"#,
            "the offsets have 4 problems:\
             \n  offsets: is missing (rename `ofsets` to `offsets`)\
             \n  id: must be a string, but is a number\
             \n  name: must be a string, but is an array\
             \n  metadata.observed_at: cannot be read: \"yesterday\" is not a date-time; expected a form like 2024-02-20T15:14:19Z",
        ),
        (
            r#"{"offsets":null,"metadata":4}"#,
            "the offsets have 2 problems:\
             \n  offsets: must be a list, but is null\
             \n  metadata: must be an object, but is a number",
        ),
        (
            r#"{"offsets":[],"offsets":[]}"#,
            "the offsets have 1 problem:\n  offsets: appears twice; it is unknown which one would count",
        ),
        (
            ENTRY,
            "the offsets have 1 problem:\n  file: is a single entry, not a list of entries (make it a list: `[{…}]` in JSON, `- partition: …` in YAML)",
        ),
        (
            r#"[{"name":"a","offsets":[]},{"name":"b","offsets":[]}]"#,
            "the offsets have 2 problems:\
             \n  offsets[0]: holds the offsets of a whole connector, not of one partition (give the file of one connector)\
             \n  offsets[1]: holds the offsets of a whole connector, not of one partition (give the file of one connector)",
        ),
    ] {
        let invalid = text.parse::<OffsetsFile>().unwrap_err();
        assert_eq!(invalid.to_string(), expected, "{text}");
    }
}

/// The forms of an entry in the schema, by title.
fn entry_schemas() -> Vec<Value> {
    let schema = json_schema();
    schema["$defs"]["OffsetsFileEntry"]["anyOf"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn the_schema_describes_every_member() {
    let schema = json_schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let mut described = 0;
    for form in entry_schemas() {
        assert!(
            form["description"].as_str().unwrap().ends_with(['.', ')']),
            "{form}"
        );
        for place in ["partition", "offset"] {
            let Some(members) = form["properties"][place]["properties"].as_object() else {
                continue;
            };
            for (key, member) in members {
                let text = member["description"].as_str().unwrap();
                assert!(
                    text.ends_with('.') && !text.starts_with(' '),
                    "{key}: {text}"
                );
                described += 1;
            }
        }
    }
    assert_eq!(entry_schemas().len(), 16);
    assert!(described > 50, "{described}");
}

#[test]
fn the_schema_says_what_the_types_say() {
    let form = |title: &str| {
        let forms = entry_schemas();
        forms
            .into_iter()
            .find(|form| form["title"] == title)
            .unwrap()
    };
    let sink = form("KafkaSink");
    assert_eq!(
        sink["properties"]["partition"],
        serde_json::json!({
            "type": "object",
            "properties": {
                "kafka_topic": {"type": "string", "description": "The topic."},
                "kafka_partition": {
                    "type": ["integer", "string"], "minimum": 0, "maximum": 2_147_483_647, "pattern": "^[0-9]+$",
                    "description": "The partition of the topic, 0 or more.",
                },
            },
            "required": ["kafka_topic", "kafka_partition"],
            "additionalProperties": false,
        })
    );
    assert_eq!(
        form("MysqlCdc")["properties"]["offset"]["required"],
        serde_json::json!(["file"])
    );
    assert_eq!(
        form("JdbcSource")["properties"]["partition"]["required"],
        serde_json::json!(["protocol", "table"])
    );
}

#[test]
fn the_examples_of_the_schema_are_good() {
    let schema = json_schema();
    let examples = schema["examples"].as_array().unwrap();
    for example in examples {
        let file: OffsetsFile = example.to_string().parse().unwrap();
        assert_eq!(validate::patch(&file.offsets).findings(), &[], "{example}");
    }
    let read = |index: usize| -> OffsetsFile { examples[index].to_string().parse().unwrap() };
    assert!(KafkaSink::try_from(&read(0).offsets[0]).is_ok());
    assert!(MysqlCdc::try_from(&read(1).offsets[0]).is_ok());
    assert!(JdbcSource::try_from(&read(2).offsets[0]).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_survived(text in ".*") {
        let _ = text.parse::<OffsetsFile>().map_err(|invalid| invalid.to_string());
    }

    #[test]
    fn entries_keep_their_text(
        values in prop::collection::vec(
            prop_oneof![
                Just("18446744073709551616"), Just("1e400"), Just("10.10"), Just("-0"), Just("{}"), Just("null"),
                Just(r#"{"z": 1 ,"a":[ ]}"#), Just(r#""\u00fc""#),
            ],
            0..5,
        ),
    ) {
        let entries: Vec<String> = values.iter().map(|v| format!(r#"{{ "partition": {v}}}"#)).collect();
        let file: OffsetsFile = format!(r#"{{"offsets" : [ {} ]}}"#, entries.join(" , ")).parse().unwrap();
        let kept: Vec<String> = file.offsets.iter().map(ToString::to_string).collect();
        prop_assert_eq!(kept, entries);
    }
}
