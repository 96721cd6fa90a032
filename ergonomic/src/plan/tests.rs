//! Tests of the text of plans, and of the changes that make a plan out of date.

use super::*;
use crate::finding::Code;

pub(super) fn entries(text: &str) -> Vec<OffsetEntry> {
    serde_json::from_str(text).unwrap()
}

/// Makes sink entries from words such as `topic:partition=offset`; `-` as the offset makes an entry without a position.
pub(super) fn sinks(text: &str) -> Vec<OffsetEntry> {
    let sink = |word: &str| {
        let (place, offset) = word.split_once('=').unwrap();
        let (topic, partition) = place.split_once(':').unwrap();
        let offset = match offset {
            "-" => "null".to_owned(),
            offset => format!(r#"{{"kafka_offset":{offset}}}"#),
        };
        format!(
            r#"{{"partition":{{"kafka_topic":"{topic}","kafka_partition":{partition}}},"offset":{offset}}}"#
        )
    };
    let all: Vec<String> = text.split_whitespace().map(sink).collect();
    entries(&format!("[{}]", all.join(",")))
}

const MYSQL: &str = r#"[{"partition":{"server":"inventory"},"offset":{"file":"binlog.000007","pos":4711,"row":2,"ts_sec":1}}]"#;

#[test]
fn texts_of_plans() {
    let current = sinks("orders:0=20032323 orders:1=300 orders:2=7");
    for (current, intent, expected) in [
        (
            &current,
            Intent::shift_by(-1000),
            "\
PATCH sets 3 partitions:
  PARTITION    BEFORE     AFTER  RECORDS
  orders:0   20032323  20031323    -1000
  orders:1        300         0     -300  at most, to the earliest record
  orders:2          7         0       -7  at most, to the earliest record
warning: offsets[1].offset.kafka_offset: orders:1 is at 300 and goes back to the earliest record, not by 1,000 records
warning: offsets[2].offset.kafka_offset: orders:2 is at 7 and goes back to the earliest record, not by 1,000 records",
        ),
        (
            &current,
            Intent::set(sinks("orders:0=20032424 orders:1=300 orders:2=- order:0=5")),
            "\
PATCH sets 3 and resets 1 of 4 partitions:
  PARTITION    BEFORE     AFTER  RECORDS
  orders:0   20032323  20032424     +101
  orders:1        300       300        0  unchanged
  orders:2          7     reset
  order:0           -         5
warning: offsets[3].partition: has no current offset: the connector has no offset in topic order; if that partition does not exist, the alteration fails, and other partitions may already have been moved (did you mean `orders`?)
warning: offsets: 1 partition skips records; if the new offset is past the end of a partition, the connector starts where `auto.offset.reset` says, by default at the earliest record
warning: offsets: after a reset the connector starts where its `auto.offset.reset` says, by default at the earliest record: up to 7 records are read again",
        ),
        (
            &current,
            Intent::to_earliest().only(sinks("orders:2=-")),
            "\
PATCH sets 1 partition:
  PARTITION  BEFORE  AFTER  RECORDS
  orders:2        7      0       -7  at most, to the earliest record",
        ),
        (
            &current,
            Intent::reset_all(),
            "\
DELETE resets every partition; 3 partitions known:
  PARTITION    BEFORE  AFTER
  orders:0   20032323  reset
  orders:1        300  reset
  orders:2          7  reset
warning: offsets: after a reset the connector starts where its `auto.offset.reset` says, by default at the earliest record: up to 20,032,630 records are read again",
        ),
        (
            &vec![],
            Intent::reset_all(),
            "\
DELETE resets every partition; none is known",
        ),
        (
            &current,
            Intent::reset_all().only(sinks("orders:1=-")),
            "\
DELETE resets 1 partition:
  PARTITION  BEFORE  AFTER
  orders:1      300  reset
warning: offsets: after a reset the connector starts where its `auto.offset.reset` says, by default at the earliest record: up to 300 records are read again",
        ),
        (
            // The current offsets have an entry without a partition, and an entry with two `offset` members.
            &entries(r#"[{"offset":{}},{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":5},"offset":{}}]"#),
            Intent::set(sinks("t:0=3")),
            "\
PATCH sets 1 partition:
  PARTITION  BEFORE  AFTER
  t:0             -      3
warning: offsets: 2 of the current entries cannot be read, or share their partition with another entry, so a partition may have another position than the plan shows, or have one where the plan shows none",
        ),
        (
            &entries(MYSQL),
            Intent::set(entries(&MYSQL.replace("000007\",\"pos\":4711,\"row\":2", "000003\",\"pos\":154"))),
            "\
PATCH sets 1 partition:
  {\"server\":\"inventory\"}
    binlog.000007:4711 → binlog.000003:154, back by 4 files
    file  \"binlog.000007\" → \"binlog.000003\"
    pos   4711 → 154
    row   2 → removed
note: offsets[0].offset: goes back to binlog.000003:154; the task fails if the server has purged the log after this position, \
if there is no such file, or if no event begins at the position (the binary log files on the server: SHOW BINARY LOGS;)",
        ),
        (
            &entries(MYSQL),
            Intent::set(entries(MYSQL)),
            "\
PATCH sets 1 partition:
  {\"server\":\"inventory\"}
    unchanged
warning: offsets: the request would change no position, but a running connector would still stop for a while",
        ),
        (
            &entries(MYSQL),
            Intent::reset(entries(MYSQL)),
            "\
DELETE resets 1 partition:
  {\"server\":\"inventory\"}
    {\"file\":\"binlog.000007\",\"pos\":4711,\"row\":2,\"ts_sec\":1} → reset
note: offsets: after a reset the connector takes a new snapshot, as `snapshot.mode` says",
        ),
        (
            &current,
            Intent::copy_from(sinks("orders:0=12 orders:1=-")),
            "\
PATCH sets 1 partition:
  PARTITION    BEFORE  AFTER    RECORDS
  orders:0   20032323     12  -20032311",
        ),
    ] {
        assert_eq!(Plan::new(current, intent).unwrap().to_string(), expected);
    }
}

#[test]
fn texts_of_refusals() {
    let current = sinks("orders:0=5 orders:1=-");
    for (current, intent, expected) in [
        (
            &entries(MYSQL),
            Intent::shift_by(1),
            "the offsets have 1 problem:\
             \n  offsets[0]: is not an entry of a sink; only sinks move by records or to the earliest one",
        ),
        (
            &vec![],
            Intent::to_earliest(),
            "the offsets have 1 problem:\
             \n  offsets: the connector has no current offsets to start from",
        ),
        (
            &current,
            Intent::shift_by(i64::MAX),
            "the offsets have 1 problem:\
             \n  offsets[0].offset.kafka_offset: orders:0 is at 5, and a move of 9,223,372,036,854,775,807 records ahead would end past the largest possible offset",
        ),
        (
            &current,
            Intent::shift_by(1).only(sinks("orders:0=- orders:7=-")),
            "the offsets have 1 problem:\
             \n  partitions[1]: is orders:7, which is not one of the partitions that this change covers",
        ),
        (
            &current,
            Intent::shift_by(1).only(entries(
                r#"[{"partition":{"kafka_topic":"orders","kafka_partition":-1}}]"#,
            )),
            "the offsets have 1 problem:\
             \n  partitions[0].partition.kafka_partition: must be between 0 and 2147483647, but is -1",
        ),
        (
            &current,
            Intent::reset_all().only([]),
            "the offsets have 1 problem:\
             \n  partitions: is empty, which the service takes for a reset of every partition (name the partitions to reset, or ask for a reset of all of them)",
        ),
        (
            &current,
            Intent::reset([]),
            "the offsets have 1 problem:\
             \n  offsets: is empty, which the service takes for a reset of every partition (name the partitions to reset, or ask for a reset of all of them)",
        ),
        (
            &current,
            Intent::copy_from(entries(MYSQL)),
            "the offsets have 1 problem:\
             \n  offsets[0]: has the form of a source entry, but the connector's current offsets are those of a sink",
        ),
        (
            &current,
            Intent::copy_from([]),
            "the offsets have 1 problem:\
             \n  offsets: is empty, so there is nothing to set; the offsets of a connector that has stored none look like this (to remove the connector's offsets, reset all its partitions; to set positions, list the partitions)",
        ),
    ] {
        assert_eq!(
            Plan::new(current, intent).unwrap_err().to_string(),
            expected
        );
    }
}

#[test]
fn plans_are_stable_json() {
    let plan = Plan::new(
        &sinks("t:0=9 t:1=4"),
        Intent::shift_by(-5).only(sinks("t:0=-")),
    )
    .unwrap();
    assert_eq!(
        serde_json::to_string(&plan).unwrap(),
        r#"{"intent":"shift-by","request":{"offsets":[{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":{"kafka_offset":4}}],"type":"PATCH"},"changes":[{"partition":{"kafka_topic":"t","kafka_partition":0},"before":{"kafka_offset":9},"after":{"kafka_offset":4},"distance":-5}],"warnings":[],"covers_all":false}"#
    );
    let all = Plan::new(&entries(MYSQL), Intent::reset_all()).unwrap();
    for plan in [&plan, &all] {
        let text = serde_json::to_string(plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), *plan);
    }
    assert_eq!(
        serde_json::to_string(&all).unwrap(),
        r#"{"intent":"reset-all","request":{"type":"DELETE"},"changes":[{"partition":{"server":"inventory"},"before":{"file":"binlog.000007","pos":4711,"row":2,"ts_sec":1},"after":null}],"warnings":[{"severity":"note","path":"offsets","code":"starts-over","message":"after a reset the connector takes a new snapshot, as `snapshot.mode` says"}],"covers_all":true}"#
    );
}

#[test]
fn numbers_in_strings_are_the_same_numbers() {
    let current = entries(
        r#"[{"partition":{"kafka_topic":"t","kafka_partition":"0"},"offset":{"kafka_offset":"9"}}]"#,
    );
    let plan = Plan::new(&current, Intent::set(sinks("t:0=9"))).unwrap();
    assert!(plan.is_unchanged());
    let plan = Plan::new(&current, Intent::shift_by(2)).unwrap();
    assert_eq!(plan.changes()[0].distance(), Some(2));
    assert!(plan.check(&sinks("t:0=9")).is_ok());
}

fn kinds(plan: &Plan, now: &[OffsetEntry]) -> Vec<MoveKind> {
    let moves = plan.check(now).err().map(|moved| moved.moves().to_vec());
    moves.unwrap_or_default().iter().map(|m| m.kind).collect()
}

#[test]
fn what_moved_and_matters() {
    use MoveKind::{Appeared, Changed, PassedTarget, Vanished, WentBack};
    let two = sinks("t:0=100 t:1=5");
    let set = |text| Intent::set(sinks(text));
    for (intent, now, expected) in [
        // Nothing has changed, or only partitions that the plan does not touch.
        (set("t:0=50"), "t:0=100 t:1=5", &[][..]),
        (set("t:0=50"), "t:0=100 t:1=900 t:2=1", &[]),
        // The sink has read on since the plan was made.
        (set("t:0=50"), "t:0=120", &[]),
        (set("t:0=150"), "t:0=120", &[]),
        (set("t:0=150"), "t:0=150", &[]),
        (set("t:0=150"), "t:0=151", &[PassedTarget]),
        (set("t:0=100"), "t:0=101", &[PassedTarget]),
        (Intent::to_earliest(), "t:0=120 t:1=9", &[]),
        (Intent::reset(two.clone()), "t:0=120 t:1=9", &[]),
        (Intent::reset_all(), "t:0=120 t:1=9", &[]),
        (Intent::shift_by(-1), "t:0=100 t:1=6", &[]),
        (Intent::shift_by(1), "t:0=101 t:1=7", &[PassedTarget]),
        (
            Intent::shift_by(-1).only(sinks("t:0=-")),
            "t:0=100 t:1=6",
            &[],
        ),
        // Another client has altered the offsets.
        (set("t:0=50"), "t:0=99", &[WentBack]),
        (Intent::reset_all(), "t:0=99 t:1=4", &[WentBack, WentBack]),
        (set("t:0=50"), "t:1=5", &[Vanished]),
        (set("t:0=50"), "t:0=-", &[Vanished]),
        (set("t:7=50"), "t:7=1", &[Appeared]),
        // A new partition makes a plan out of date only when the plan is for all partitions.
        (Intent::reset_all(), "t:0=100 t:1=5 t:2=1", &[Appeared]),
        (Intent::to_earliest(), "t:0=100 t:1=5 t:2=1", &[Appeared]),
        (
            Intent::to_earliest().only(two.clone()),
            "t:0=100 t:1=5 t:2=1",
            &[],
        ),
        (Intent::reset_all(), "t:0=100 t:1=5 t:2=-", &[]),
    ] {
        let plan = Plan::new(&two, intent).unwrap();
        assert_eq!(kinds(&plan, &sinks(now)), expected, "{plan}\n{now}");
    }
    let mysql = entries(MYSQL);
    let read_on = entries(&MYSQL.replace("4711", "4712"));
    for (intent, now, expected) in [
        (Intent::set(mysql.clone()), mysql.clone(), vec![]),
        (Intent::set(mysql.clone()), read_on.clone(), vec![Changed]),
        (Intent::reset_all(), read_on, vec![Changed]),
        (Intent::reset(mysql.clone()), vec![], vec![Vanished]),
    ] {
        let plan = Plan::new(&mysql, intent).unwrap();
        assert_eq!(kinds(&plan, &now), expected, "{plan}\n{now:?}");
    }
}

#[test]
fn moves_read_well_and_are_stable_json() {
    let plan = Plan::new(&sinks("t:0=100 t:1=5"), Intent::shift_by(-1)).unwrap();
    let moved = plan.check(&sinks("t:0=90 t:2=1")).unwrap_err();
    assert_eq!(
        moved.to_string(),
        "\
the offsets have changed since the plan was made, and the plan no longer fits:
  t:0 went back, so something altered its offsets: planned from 100, now at 90
  t:1 has lost its position: planned from 5, now without a position
  t:2 now has a position: planned without a position, now at 1"
    );
    assert_eq!(
        serde_json::to_value(&moved).unwrap()["moves"][0],
        serde_json::json!({
            "partition": {"kafka_topic": "t", "kafka_partition": 0},
            "kind": "went-back",
            "planned": {"kafka_offset": 100},
            "now": {"kafka_offset": 90},
        })
    );
}

#[test]
fn a_partition_that_is_named_twice_is_reset_once() {
    let current = sinks("t:0=9 t:1=4");
    let plan = Plan::new(&current, Intent::reset(sinks("t:0=- t:0=7"))).unwrap();
    assert_eq!(
        plan.request().entries(),
        entries(r#"[{"partition":{"kafka_topic":"t","kafka_partition":0}}]"#)
    );
    assert_eq!(plan.changes().len(), 1);
    assert_eq!(plan.check(&current), Ok(()));
}

#[test]
fn the_check_before_sending_is_the_one_of_the_plan() {
    let current = sinks("t:0=9 t:1=-");
    let known = Known::default().with_current(&current);
    for intent in [Intent::set(sinks("t:0=5 u:0=5")), Intent::reset_all()] {
        let plan = Plan::knowing(&known, intent).unwrap();
        let again = plan.validate(&known).into_findings();
        assert!(!again.is_empty(), "{plan}");
        assert!(again.iter().all(|f| plan.warnings().contains(f)), "{plan}");
    }
}

#[test]
fn a_reset_that_falls_back_does_not_start_anew() {
    let both = entries(
        r#"[{"partition":{"protocol":"1","table":"d.t"},"offset":{"incrementing":13}},{"partition":{"table":"d.t"},"offset":{"incrementing":3}}]"#,
    );
    for (intent, expected) in [
        (Intent::reset([both[0].clone()]), Code::FallsBack),
        (Intent::reset_all(), Code::StartsOver),
    ] {
        let plan = Plan::new(&both, intent).unwrap();
        let codes: Vec<_> = plan.warnings().iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [expected], "{plan}");
    }
}
