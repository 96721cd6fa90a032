//! Tests of targets with the bounds of topics. The numbers come from a Kafka 4.1.1 broker and its
//! `kafka-consumer-groups`.

use super::*;
use crate::finding::{Code, Severity};
use crate::offset::KafkaSink;
use crate::{PartitionBounds, RecordAt, Timestamp};

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn sink(topic: &str, partition: i32, offset: i64) -> OffsetEntry {
    KafkaSink::new(topic, partition, offset).unwrap().to_entry()
}

fn record(offset: i64, at: &str) -> RecordAt {
    RecordAt::new(offset, time(at))
}

/// Unusual partitions: each row has a topic, the bounds of its partition, the offset to which the time 00:00:45.5
/// leads, and the findings.
fn odd() -> [(&'static str, PartitionBounds, i64, &'static [Code]); 8] {
    let bounds = PartitionBounds::new;
    let t0 = "2026-01-01T00:00:00Z";
    [
        (
            "rising",
            bounds(0, 100)
                .with_first(Some(record(0, t0)))
                .with_record_at(Some(record(46, "2026-01-01T00:00:46Z"))),
            46,
            &[],
        ),
        (
            "falling",
            bounds(0, 100)
                .with_first(Some(record(0, "2026-01-01T00:01:39Z")))
                .with_record_at(Some(record(0, "2026-01-01T00:01:39Z"))),
            0,
            &[Code::BeforeFirstRecord],
        ),
        ("empty", bounds(0, 0), 0, &[Code::EmptyPartition]),
        ("expired", bounds(100, 100), 100, &[Code::EmptyPartition]),
        (
            "trimmed",
            bounds(60, 100)
                .with_first(Some(record(60, "2026-01-01T00:01:00Z")))
                .with_record_at(Some(record(60, "2026-01-01T00:01:00Z"))),
            60,
            &[Code::BeforeFirstRecord],
        ),
        (
            "compacted",
            bounds(0, 101)
                .with_first(Some(record(95, "2026-01-01T00:01:35Z")))
                .with_record_at(Some(record(95, "2026-01-01T00:01:35Z"))),
            95,
            &[Code::BeforeFirstRecord, Code::CountsAtMost],
        ),
        (
            "ended",
            bounds(0, 30).with_first(Some(record(0, t0))),
            30,
            &[Code::NoRecordSince],
        ),
        (
            "transactions",
            bounds(0, 23)
                .with_first(Some(record(0, t0)))
                .with_record_at(Some(record(5, "2026-11-26T13:00:00Z"))),
            5,
            &[Code::LaterRecord],
        ),
    ]
}

#[test]
fn to_a_time_each_partition_says_what_falls_back() {
    let target = Target::Time(time("2026-01-01T00:00:45.500Z"));
    for (topic, bounds, expected, codes) in odd() {
        let bounds = [((topic.to_owned(), 0), bounds)].into();
        // The result must be the same for a partition with a position and for one without.
        for current in [vec![sink(topic, 0, 7)], vec![]] {
            let resolved = resolve(&current, &bounds, target).unwrap();
            assert_eq!(resolved.entries, [sink(topic, 0, expected)], "{topic}");
            let found: Vec<_> = resolved.findings.iter().map(|f| f.code).collect();
            assert_eq!(found, codes, "{topic}");
            for finding in &resolved.findings {
                assert_eq!(finding.severity, Severity::Warning);
                assert_eq!(finding.path, "offsets[0].offset.kafka_offset");
            }
        }
    }
}

#[test]
fn to_both_ends() {
    for (topic, bounds, _, _) in odd() {
        let bounds: TopicBounds = [((topic.to_owned(), 0), bounds)].into();
        let ends = [(Target::Earliest, "earliest"), (Target::Latest, "latest")];
        for (target, name) in ends {
            let resolved = resolve(&[], &bounds, target).unwrap();
            let known = &bounds[&(topic.to_owned(), 0)];
            let expected = match target {
                Target::Earliest => known.earliest,
                _ => known.latest,
            };
            assert_eq!(
                resolved.entries,
                [sink(topic, 0, expected)],
                "{topic} {name}"
            );
        }
    }
}

#[test]
fn shifts_stay_within_what_the_partition_holds() {
    let bounds: TopicBounds = [(("t".to_owned(), 0), PartitionBounds::new(40, 100))].into();
    for (at, by, expected, codes) in [
        (50, -5, 45, &[][..]),
        (50, 5, 55, &[]),
        (50, -20, 40, &[Code::Clamped]),
        (50, 500, 100, &[Code::Clamped]),
        (50, i64::MIN, 40, &[Code::Clamped]),
        (50, i64::MAX, 100, &[Code::Clamped]),
        (10, 5, 40, &[Code::OutsideTopic, Code::Clamped]),
        (900, -1, 100, &[Code::OutsideTopic, Code::Clamped]),
    ] {
        let resolved = resolve(&[sink("t", 0, at)], &bounds, Target::ShiftBy(by)).unwrap();
        assert_eq!(resolved.entries, [sink("t", 0, expected)], "{at} by {by}");
        let found: Vec<_> = resolved.findings.iter().map(|f| f.code).collect();
        assert_eq!(found, codes, "{at} by {by}");
    }
    let empty = [(("t".to_owned(), 0), PartitionBounds::new(9, 9))].into();
    let resolved = resolve(&[sink("t", 0, 9)], &empty, Target::ShiftBy(5)).unwrap();
    let message = &resolved.findings[0].message;
    assert!(message.contains("goes to its end, 9"), "{message}");
}

#[test]
fn what_cannot_be_worked_out_is_refused_whole() {
    let partition = |n| (("t".to_owned(), n), PartitionBounds::new(0, 9));
    let bounds: TopicBounds = [partition(0), partition(1), partition(2)].into();
    let invalid = resolve(&[sink("t", 1, 5)], &bounds, Target::ShiftBy(-1)).unwrap_err();
    let codes: Vec<_> = invalid
        .report()
        .errors()
        .map(|f| (f.path.as_str(), f.code))
        .collect();
    assert_eq!(
        codes,
        [
            ("offsets[0].offset.kafka_offset", Code::NoPosition),
            ("offsets[2].offset.kafka_offset", Code::NoPosition),
        ]
    );
    let invalid = resolve(&[sink("t", 0, 5)], &TopicBounds::new(), Target::Latest).unwrap_err();
    let codes: Vec<_> = invalid.report().errors().map(|f| f.code).collect();
    assert_eq!(codes, [Code::BoundsUnknown]);
}

#[test]
fn unknown_members_are_kept() {
    let current: OffsetEntry = serde_json::from_str(
        r#"{"partition":{"kafka_topic":"t","kafka_partition":"0"},"offset":{"kafka_offset":"5","x":[1.0]}}"#,
    )
    .unwrap();
    let bounds = [(("t".to_owned(), 0), PartitionBounds::new(2, 9))].into();
    let resolved = resolve(&[current], &bounds, Target::Latest).unwrap();
    assert_eq!(
        resolved.entries[0].to_string(),
        r#"{"partition":{"kafka_topic":"t","kafka_partition":"0"},"offset":{"kafka_offset":9,"x":[1.0]}}"#
    );
}

#[test]
fn plans_name_the_target_and_know_the_ends() {
    let current = [sink("orders", 0, 50), sink("orders", 1, 50)];
    let both: TopicBounds = [0, 1]
        .map(|n| (("orders".to_owned(), n), PartitionBounds::new(10, 90)))
        .into();
    let plan = Plan::new(&current, Intent::move_to(Target::Latest, both.clone())).unwrap();
    assert_eq!(plan.intent(), "to-latest");
    assert_eq!(
        plan.request().entries(),
        [sink("orders", 0, 90), sink("orders", 1, 90)]
    );
    // The end of the partitions is known, so a warning about a position past the end must not appear.
    let warnings: Vec<_> = plan.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["offsets: 2 partitions skip up to 80 records, which the connector never reads"]
    );
    // A partition that appears later is not in the plan, so the plan must be out of date.
    let more = [&current[..], &[sink("orders", 2, 1)]].concat();
    assert!(plan.check(&more).is_err());

    let mut one = both.clone();
    one.retain(|(_, number), _| *number == 1);
    let plan = Plan::new(&current, Intent::move_to(Target::Earliest, one)).unwrap();
    assert_eq!(plan.request().entries(), [sink("orders", 1, 10)]);
    assert!(plan.check(&more).is_ok());

    let only = [sink("orders", 0, 0)];
    let intent = Intent::move_to(Target::Earliest, both.clone()).only(only);
    let plan = Plan::new(&current, intent).unwrap();
    assert_eq!(plan.request().entries(), [sink("orders", 0, 10)]);

    // Partition 1 has no position, which matters only when it is selected. Partition 7 has no bounds, so it cannot be
    // selected.
    let shift = |number| {
        let intent = Intent::move_to(Target::ShiftBy(-5), both.clone());
        Plan::new(&current[..1], intent.only([sink("orders", number, 0)]))
    };
    let plan = shift(0).unwrap();
    assert_eq!(plan.request().entries().len(), 1, "{plan}");
    let code = |number| shift(number).unwrap_err().report().findings()[0].code;
    assert_eq!((code(1), code(7)), (Code::NoPosition, Code::NoPosition));

    let set = [sink("orders", 0, 95), sink("orders", 1, 60)];
    let plan = Plan::new(&current, Intent::set(set.clone()).within(both.clone())).unwrap();
    let codes: Vec<_> = plan
        .warnings()
        .iter()
        .map(|f| (f.path.as_str(), f.code))
        .collect();
    assert_eq!(
        codes,
        [
            ("offsets[0].offset.kafka_offset", Code::OutsideTopic),
            ("offsets", Code::SkipsRecords)
        ]
    );
    let plan = Plan::new(&current, Intent::set(set)).unwrap();
    let codes = plan.warnings().iter().map(|f| f.code);
    assert!(codes.eq([Code::PastEnd]), "{plan}");

    // The plan must warn that a partition may not exist only when the bounds of the partition are not known.
    let add =
        |bounds| Plan::new(&current[..1], Intent::set(current.clone()).within(bounds)).unwrap();
    for (bounds, doubts) in [(both, false), (TopicBounds::new(), true)] {
        let found = add(bounds).warnings()[0].clone();
        assert_eq!(found.code, Code::UnknownPartition);
        assert_eq!(found.message.contains("does not exist"), doubts, "{found}");
    }
}

#[test]
fn what_falls_back_reads_well() {
    let bounds: TopicBounds = odd()
        .into_iter()
        .map(|(topic, bounds, _, _)| ((topic.to_owned(), 0), bounds))
        .collect();
    let target = Target::Time(time("2026-01-01T00:00:45.500Z"));
    let current: Vec<_> = odd().map(|(topic, ..)| sink(topic, 0, 7)).into();
    let plan = Plan::new(&current, Intent::move_to(target, bounds)).unwrap();
    let warnings = plan.warnings().iter().filter(|f| f.path != "offsets");
    let warnings: Vec<_> = warnings.map(|f| f.message.clone()).collect();
    assert_eq!(
        warnings.join("\n"),
        "\
compacted:0 goes to its first record, 95, which has the time 2026-01-01T00:01:35Z
compacted:0 begins at 0, but its first remaining record is 95, as in a compacted topic; the numbers of records are upper bounds
empty:0 is empty, so it goes to its end, 0
ended:0 has no record since 2026-01-01T00:00:45.5Z, so it goes to its end, 30
expired:0 holds no record any more, so it goes to its end, 100
falling:0 goes to its first record, 0, which has the time 2026-01-01T00:01:39Z
transactions:0 has no record between 2026-01-01T00:00:45.5Z and 2026-11-26T13:00:00Z, the time of offset 5; if that offset holds the marker of a transaction, the next record comes after it
trimmed:0 goes to its first record, 60, which has the time 2026-01-01T00:01:00Z; the records before it are gone"
    );
}

#[test]
fn a_move_past_an_open_transaction_is_told() {
    let bounds = PartitionBounds::new(0, 23).with_stable(18);
    let bounds: TopicBounds = [(("transactions".to_owned(), 0), bounds)].into();
    let current = [sink("transactions", 0, 5)];
    for (target, told) in [(Target::Latest, true), (Target::ShiftBy(13), false)] {
        let resolved = resolve(&current, &bounds, target).unwrap();
        let codes: Vec<_> = resolved.findings.iter().map(|f| f.code).collect();
        assert_eq!(codes.contains(&Code::SkipsRecords), told, "{target:?}");
    }
}
