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
fn members_beside_the_list() {
    let with = |member: &str| format!(r#"{{"offsets":[{ENTRY}],{member}}}"#).parse::<OffsetsFile>();
    let file = with(r#""owner":"me""#).unwrap();
    assert_eq!(file.warnings[0].to_string(), "file.owner: is ignored");
    // The body of an alteration request has a type, so `type` is no unknown member.
    assert!(with(r#""type":"PATCH""#).unwrap().warnings.is_empty());
    let refused = with(r#""type":"DELETE""#).unwrap_err().to_string();
    assert!(
        refused.contains("type: is DELETE, but positions are set by a PATCH"),
        "{refused}"
    );
}

/// A file with several errors must show all of them at once. The golden file `refused-files.txt` has each error by itself.
#[test]
fn what_is_wrong_is_said_all_at_once() {
    let text = r#"{"ofsets":[],"id":7,"name":[],"metadata":{"observed_at":"yesterday"}}"#;
    let invalid = text.parse::<OffsetsFile>().unwrap_err();
    let expected = "the offsets have 4 problems:\
         \n  offsets: is missing (rename `ofsets` to `offsets`)\
         \n  id: must be a string, but is a number\
         \n  name: must be a string, but is an array\
         \n  metadata.observed_at: cannot be read: \"yesterday\" is not a date-time; expected a form like 2024-02-20T15:14:19Z";
    assert_eq!(invalid.to_string(), expected);
}

#[test]
fn the_schema_describes_every_member() {
    let schema = json_schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let forms = schema["$defs"]["OffsetsFileEntry"]["anyOf"]
        .as_array()
        .unwrap();
    assert_eq!(forms.len(), 16);
    let is_sentence = |part: &Value| part["description"].as_str().unwrap().ends_with(['.', ')']);
    let mut described = 0;
    for form in forms {
        assert!(is_sentence(form), "{form}");
        for place in ["partition", "offset"] {
            let members = form["properties"][place]["properties"].as_object();
            for (key, member) in members.into_iter().flatten() {
                assert!(is_sentence(member), "{key}: {member}");
                described += 1;
            }
        }
    }
    assert!(described > 50, "{described}");
    let sink = forms
        .iter()
        .find(|form| form["title"] == "KafkaSink")
        .unwrap();
    let number = serde_json::json!({
        "type": ["integer", "string"], "minimum": 0, "maximum": 2_147_483_647, "pattern": "^[0-9]+$",
        "description": "The partition of the topic, 0 or more.",
    });
    let partition = &sink["properties"]["partition"];
    assert_eq!(partition["properties"]["kafka_partition"], number);
    assert_eq!(
        partition["required"],
        serde_json::json!(["kafka_topic", "kafka_partition"])
    );
    assert_eq!(partition["additionalProperties"], false);
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
