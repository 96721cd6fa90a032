//! Property tests of the checks, which must hold for every input: no panic, no request passed that Kafka Connect
//! refuses.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::offset::{Direction, OffsetFormat};

const SINK: &str =
    r#"{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":1}}"#;

fn entries(text: &str) -> Vec<OffsetEntry> {
    serde_json::from_str(text).unwrap()
}

/// Any JSON value, in which keys of the formats are frequent.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("partition".to_owned()),
        Just("offset".to_owned()),
        Just("kafka_topic".to_owned()),
        Just("kafka_partition".to_owned()),
        Just("kafka_offset".to_owned()),
        Just("protocol".to_owned()),
        ".{0,3}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0..3_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        "[0-9+-]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(word.clone(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A value that is a sink entry, or nearly one.
fn sink_like() -> impl Strategy<Value = Value> {
    let number = || {
        prop_oneof![
            4 => (0..4_i64).prop_map(Value::from),
            1 => any::<i64>().prop_map(Value::from),
            1 => any::<u64>().prop_map(Value::from),
            1 => "[+-]?[0-9]{0,20}".prop_map(Value::from),
            1 => (0..3_i32).prop_map(|n| Value::from(f64::from(n))),
            1 => Just(Value::Null),
            1 => any_json(),
        ]
    };
    let topic = prop_oneof![4 => Just(Value::from("t")), 1 => any_json()];
    let object = |key: &'static str, strategy: BoxedStrategy<Value>| {
        prop_oneof![
            8 => strategy.prop_map(move |v| vec![(key.to_owned(), v)]),
            1 => Just(vec![]),
        ]
    };
    let partition = (
        object("kafka_topic", topic.boxed()),
        object("kafka_partition", number().boxed()),
    )
        .prop_map(|(a, b)| Value::Object(a.into_iter().chain(b).collect()));
    let offset = prop_oneof![
        6 => object("kafka_offset", number().boxed()).prop_map(|m| Value::Object(m.into_iter().collect())),
        1 => Just(Value::Null),
        1 => any_json(),
    ];
    (
        object("partition", partition.boxed()),
        object("offset", offset.boxed()),
    )
        .prop_map(|(a, b)| Value::Object(a.into_iter().chain(b).collect()))
}

/// The partitions that Kafka Connect would set for a sink's PATCH; `None` when it refuses the request, or fails. This
/// function is written from Kafka Connect's documented checks, not from the code under test.
fn kafka_takes(entries: &[Value]) -> Option<Vec<(String, i32)>> {
    fn text(value: &Value) -> String {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    }
    let mut taken = Vec::new();
    for entry in entries {
        let partition = entry.get("partition")?.as_object()?;
        let topic = partition.get("kafka_topic").filter(|t| !t.is_null())?;
        let number = partition.get("kafka_partition").filter(|n| !n.is_null())?;
        let number: i32 = text(number).parse().ok().filter(|n| *n >= 0)?;
        match entry.get("offset")? {
            Value::Null => {}
            offset => {
                let offset = offset.as_object()?.get("kafka_offset")?;
                text(offset).parse::<i64>().ok().filter(|o| *o >= 0)?;
            }
        }
        taken.push((text(topic), number));
    }
    (!taken.is_empty()).then_some(taken)
}

/// An entry with some members of a format. The values are arbitrary, or resemble those that connectors write.
fn entry_of(format: &'static OffsetFormat) -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        any_json(),
        any::<i64>().prop_map(Value::from),
        prop_oneof![
            Just("01ab6d44-e987-11f1-a9fc-02fc00000001:1-9"),
            Just("0-1-9"),
            Just("INITIAL"),
            Just("00000025:00000448:0003"),
            Just("mysql-bin.000007"),
            Just("{\"_data\":\"8265é\"}"),
            Just("00é"),
            Just("NwAAAAJfZGF0YQAnAAAAODI2NUExQjJDMzAwMDA="),
            Just("82é"),
            Just("[{\"incremental_snapshot_collections_id\":5},7]"),
        ]
        .prop_map(Value::from),
        (-20..20_i64).prop_map(|n| Value::from(1_700_000_000_000_i64.saturating_mul(n))),
    ];
    let mut members: Vec<(&str, &str)> = format
        .members
        .iter()
        .map(|member| (member.place, member.key))
        .collect();
    members.extend([("offset", "snapshot"), ("offset", "incremental_snapshot_x")]);
    prop::collection::vec(prop::option::of(value), members.len()).prop_map(move |values| {
        let mut entry = json!({"partition": {}, "offset": {}});
        for ((place, key), value) in members.iter().zip(values) {
            if let Some(value) = value {
                entry[*place][*key] = value;
            }
        }
        entry
    })
}

fn any_format() -> impl Strategy<Value = &'static OffsetFormat> {
    let all: Vec<_> = OffsetFormat::all().collect();
    prop::sample::select(all)
}

proptest! {
    #[test]
    fn no_format_panics_and_the_same_is_the_same(
        (format, asked, own) in any_format().prop_flat_map(|f| (Just(f), entry_of(f), entry_of(f))),
        elsewhere in any::<bool>(),
    ) {
        let class = format.classes().next().unwrap_or("S3_SINK");
        let mut own = own;
        if !elsewhere {
            own["partition"] = asked["partition"].clone();
        }
        let read = |value: &Value| entries(&json!([value]).to_string());
        let (asked, own) = (read(&asked), read(&own));
        let known = Known::default().with_class(class).with_current(&own);
        let _ = patch_knowing(&asked, &known);
        let _ = delete_knowing(&asked, &known);
        let _ = format.describe(&asked[0]);
        if let (Some(way), Some(back)) = (format.compare(&own[0], &asked[0]), format.compare(&asked[0], &own[0])) {
            let opposite = match way.direction {
                Direction::Ahead => Direction::Back,
                Direction::Back => Direction::Ahead,
                other => other,
            };
            prop_assert_eq!((back.direction, back.distance), (opposite, way.distance));
        }
        // Validation must accept an entry that the connector itself wrote, so that it can be sent back.
        let same = patch_knowing(&own, &known.with_current(&own));
        let malformed = [Code::MissingMember, Code::NullMember, Code::WrongType, Code::NotAnInteger, Code::OutOfRange, Code::UnknownMember];
        let judged = same.errors().filter(|f| f.is_judgement() || malformed.contains(&f.code));
        let judged = judged.filter(|f| !f.path.contains("kafka_"));
        let judged: Vec<_> = judged.collect();
        let is_plain = own[0].texts().1.is_some_and(|o| !o.contains(['[', '{']) || o.matches('{').count() == 1);
        prop_assert!(judged.is_empty() || !is_plain || format.name() == "kafka-sink", "{judged:?}");
    }

    #[test]
    fn never_panics(
        values in prop::collection::vec(any_json(), 0..4),
        current in prop::option::of(prop::collection::vec(any_json(), 0..3)),
    ) {
        let read = |values: &Vec<Value>| entries(&Value::from(values.clone()).to_string());
        let (asked, current) = (read(&values), current.as_ref().map(read));
        let all = current.as_deref().map_or_else(|| patch(&asked), |now| patch_against(&asked, now));
        let _ = all.clone().into_result().map_err(|invalid| invalid.to_string());
        let reset = current.as_deref().map_or_else(|| delete(&asked), |now| delete_against(&asked, now));
        prop_assert_eq!(all.is_valid(), all.errors().count() == 0);
        prop_assert!(reset.findings().iter().all(|f| f.path.starts_with("offsets")));
    }

    #[test]
    fn never_passes_what_kafka_rejects(values in prop::collection::vec(sink_like(), 0..4)) {
        let asked = entries(&Value::from(values.clone()).to_string());
        // The current offsets are those of a sink, so every entry is checked as a sink entry.
        let current = entries(&format!("[{SINK}]"));
        let report = patch_against(&asked, &current);
        match kafka_takes(&values) {
            None => prop_assert!(!report.is_valid(), "{values:?}"),
            Some(mut partitions) => {
                let count = partitions.len();
                partitions.sort();
                partitions.dedup();
                prop_assert!(partitions.len() == count || !report.is_valid(), "{values:?}");
            }
        }
    }

    #[test]
    fn passes_every_sink_position(
        positions in prop::collection::btree_map(("[a-zA-Z0-9._-]{3,8}", 0..=i32::MAX), 0..=i64::MAX, 1..8),
        strings in any::<bool>(),
    ) {
        let asked: Vec<Value> = positions
            .iter()
            .map(|((topic, partition), offset)| if strings {
                json!({"partition": {"kafka_topic": topic, "kafka_partition": partition.to_string()},
                       "offset": {"kafka_offset": offset.to_string()}})
            } else {
                json!({"offset": {"kafka_offset": offset},
                       "partition": {"kafka_partition": partition, "kafka_topic": topic}})
            })
            .collect();
        let asked = entries(&Value::from(asked).to_string());
        let report = patch_against(&asked, &asked);
        prop_assert!(report.findings().is_empty(), "{report:?}");
    }

    #[test]
    fn what_a_source_wrote_is_taken_back(
        values in prop::collection::btree_map("[a-z]{1,8}", prop_oneof![
            any::<i64>().prop_map(Value::from), any::<bool>().prop_map(Value::from),
            ".*".prop_map(Value::from), Just(Value::Null),
        ], 1..6),
    ) {
        let object: Value = Value::Object(values.into_iter().collect());
        let asked = entries(&json!([{"partition": object, "offset": object}]).to_string());
        let report = patch_against(&asked, &asked);
        prop_assert!(report.findings().is_empty(), "{report:?}");
    }
}
