//! What comes of an alteration request, given what Kafka Connect checks.

use ccloud_connect_types::AlterationType;

use super::checks::{Problem, sink, source};
use super::request::{AlterRequest, Refused, malformed};
use super::topics::Topics;
use crate::assumptions::{Assumptions, PartialDelete, Refusal, Unworkable};
use crate::entry::is_object;
use crate::seed;
use ccloud_connect_types::OffsetEntry;

/// What an alteration does to the positions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Forgets every position.
    Reset,
    /// Sets, or where there is no position forgets, partitions of topics. Of the same one twice the last counts.
    Sink(Vec<((String, i32), Option<i64>)>),
    /// The same, by the normal form of the partition.
    Source(Vec<(String, Option<OffsetEntry>)>),
}

/// What comes of an accepted request: a change, or the reason why it fails.
pub(super) type Plan = Result<Change, String>;

impl AlterRequest {
    /// Applies Kafka Connect's checks for one kind of connector.
    pub(super) fn plan(
        &self,
        connector: &seed::Connector,
        topics: &Topics,
        assumptions: &Assumptions,
    ) -> Result<Plan, Refused> {
        match self.change(connector, topics, assumptions) {
            Ok(change) => Ok(Ok(change)),
            Err(Problem::Malformed(message)) => match assumptions.malformed {
                Refusal::AtOnce => Err(malformed(message)),
                Refusal::AsFailed => Ok(Err(message)),
            },
            Err(Problem::Unworkable(message)) => match assumptions.unworkable {
                Unworkable::AtOnce => Err(Refused {
                    status: 500,
                    message,
                }),
                Unworkable::AsFailed => Ok(Err(message)),
            },
            Err(Problem::Plugin(message)) => Ok(Err(message)),
        }
    }

    fn change(
        &self,
        connector: &seed::Connector,
        topics: &Topics,
        assumptions: &Assumptions,
    ) -> Result<Change, Problem> {
        let deletes = self.kind == AlterationType::Delete;
        if self.offsets.is_empty() {
            return if deletes {
                Ok(Change::Reset)
            } else {
                let message = "offsets must not be null or empty for PATCH";
                Err(Problem::Malformed(message.to_owned()))
            };
        }
        let entries = self.offsets.iter().enumerate();
        if let Some((index, _)) = entries.clone().find(|(_, entry)| !is_object(entry)) {
            let problem = Problem::Malformed("must be an object".to_owned());
            return Err(problem.at(index));
        }
        let change = if connector.kind == seed::Kind::Sink {
            let read = entries.map(|(index, entry)| {
                sink(entry, deletes, topics).map_err(|problem| problem.at(index))
            });
            Change::Sink(read.collect::<Result<_, _>>()?)
        } else {
            let read = entries.map(|(index, entry)| {
                source(entry, deletes, &connector.plugin).map_err(|problem| problem.at(index))
            });
            Change::Source(read.collect::<Result<_, _>>()?)
        };
        if deletes && assumptions.partial_delete == PartialDelete::Everything {
            return Ok(Change::Reset);
        }
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<AlterRequest, Refused> {
        AlterRequest::parse(body.as_bytes())
    }

    /// What becomes of a PATCH with one entry.
    fn patch(kind: seed::Kind, plugin: seed::Plugin, entry: &str) -> Result<Plan, u16> {
        plan("PATCH", kind, plugin, entry)
    }

    fn plan(verb: &str, kind: seed::Kind, plugin: seed::Plugin, entry: &str) -> Result<Plan, u16> {
        let request = parse(&format!(r#"{{"type":"{verb}","offsets":[{entry}]}}"#)).unwrap();
        let mut connector = seed::Connector::new("lcc-1", "c", kind);
        connector.plugin = plugin;
        let topics = Topics::new(vec![seed::Topic::new("t", [seed::Partition::new(0, 100)])]);
        let plan = request.plan(&connector, &topics, &at_once());
        plan.map_err(|refused| refused.status)
    }

    fn at_once() -> Assumptions {
        Assumptions {
            unworkable: Unworkable::AtOnce,
            ..Assumptions::default()
        }
    }

    fn sink(entry: &str) -> Result<Plan, u16> {
        patch(seed::Kind::Sink, seed::Plugin::default(), entry)
    }

    fn source(entry: &str) -> Result<Plan, u16> {
        patch(seed::Kind::Source, seed::Plugin::default(), entry)
    }

    #[test]
    fn kafka_connects_checks_of_a_sink() {
        let entry = |partition: &str, offset: &str| {
            sink(&format!(r#"{{"partition":{partition},"offset":{offset}}}"#))
        };
        let good = r#"{"kafka_topic":"t","kafka_partition":0}"#;
        for (partition, offset, expected) in [
            ("null", r#"{"kafka_offset":1}"#, 400),
            ("[]", r#"{"kafka_offset":1}"#, 400),
            (r#"{"kafka_topic":"t"}"#, r#"{"kafka_offset":1}"#, 400),
            (
                r#"{"kafka_topic":null,"kafka_partition":0}"#,
                r#"{"kafka_offset":1}"#,
                400,
            ),
            (
                r#"{"kafka_topic":"t","kafka_partition":1.0}"#,
                r#"{"kafka_offset":1}"#,
                400,
            ),
            (
                r#"{"kafka_topic":"t","kafka_partition":1e3}"#,
                r#"{"kafka_offset":1}"#,
                400,
            ),
            (good, "{}", 400),
            (good, r#"{"kafka_offset":null}"#, 400),
            (good, r#"{"kafka_offset":1.5}"#, 400),
            (good, r#"{"kafka_offset":9223372036854775808}"#, 400),
            (good, r#"{"kafka_offset":-1}"#, 500),
            (
                r#"{"kafka_topic":"t","kafka_partition":-1}"#,
                r#"{"kafka_offset":1}"#,
                500,
            ),
            (
                r#"{"kafka_topic":"t","kafka_partition":1}"#,
                r#"{"kafka_offset":1}"#,
                500,
            ),
            (
                r#"{"kafka_topic":"other","kafka_partition":0}"#,
                r#"{"kafka_offset":1}"#,
                500,
            ),
        ] {
            assert_eq!(
                entry(partition, offset),
                Err(expected),
                "{partition} {offset}"
            );
        }
        for (partition, offset, position) in [
            (good, r#"{"kafka_offset":7}"#, Some(7)),
            (good, r#"{"kafka_offset":"7"}"#, Some(7)),
            (
                r#"{"kafka_topic":"t","kafka_partition":"0"}"#,
                r#"{"kafka_offset":7}"#,
                Some(7),
            ),
            (good, "null", None),
        ] {
            let change = Change::Sink(vec![(("t".to_owned(), 0), position)]);
            assert_eq!(
                entry(partition, offset),
                Ok(Ok(change)),
                "{partition} {offset}"
            );
        }
    }

    #[test]
    fn kafka_connects_checks_of_a_source() {
        for (entry, expected) in [
            ("7", 400),
            (r#"[{"a":1},{"b":1}]"#, 400),
            (r#"{"offset":{}}"#, 400),
            (r#"{"partition":null,"offset":{}}"#, 400),
            (r#"{"partition":7,"offset":{}}"#, 400),
            (r#"{"partition":{},"offset":7}"#, 400),
            (r#"{"partition":{"a":{}},"offset":{}}"#, 500),
            (r#"{"partition":{},"offset":{"a":[]}}"#, 500),
        ] {
            assert_eq!(source(entry), Err(expected), "{entry}");
        }
        let accepted = |entry: &str| match source(entry) {
            Ok(Ok(Change::Source(changes))) => changes,
            other => panic!("{entry}: {other:?}"),
        };
        assert_eq!(
            accepted(r#"{"partition":{"a":1},"offset":null}"#)[0].1,
            None
        );
        // Different numbers to Kafka Connect, and so different partitions.
        let (one, point) = (
            accepted(r#"{"partition":{"a":1},"offset":{"b":null}}"#),
            accepted(r#"{"partition":{"a":1.0},"offset":{}}"#),
        );
        assert_ne!(one[0].0, point[0].0);
    }

    #[test]
    fn an_offset_that_is_not_used_must_be_an_object_all_the_same() {
        let partition = r#"{"kafka_topic":"t","kafka_partition":0}"#;
        for kind in [seed::Kind::Sink, seed::Kind::Source] {
            for (offset, sound) in [
                ("{}", true),
                ("null", true),
                ("[null]", false),
                ("7", false),
            ] {
                let entry = format!(r#"{{"partition":{partition},"offset":{offset}}}"#);
                let planned = plan("DELETE", kind, seed::Plugin::default(), &entry);
                assert_eq!(planned.is_ok(), sound, "{kind:?} {offset}: {planned:?}");
            }
        }
    }

    #[test]
    fn a_plugin_that_validates_lets_the_alteration_fail() {
        let plugin = |validates| seed::Plugin {
            validates,
            partition: vec!["server".to_owned()],
            offset: vec!["file".to_owned()],
            integers: vec!["pos".to_owned()],
        };
        for (entry, sound) in [
            (
                r#"{"partition":{"server":"s"},"offset":{"file":"f","pos":4}}"#,
                true,
            ),
            (
                r#"{"partition":{"server":"s"},"offset":{"file":"f"}}"#,
                true,
            ),
            (
                r#"{"partition":{"other":"s"},"offset":{"file":"f","pos":4}}"#,
                false,
            ),
            (r#"{"partition":{"server":"s"},"offset":{"pos":4}}"#, false),
            (
                r#"{"partition":{"server":"s"},"offset":{"file":"f","pos":-4}}"#,
                false,
            ),
            (
                r#"{"partition":{"server":"s"},"offset":{"file":"f","pos":"4"}}"#,
                false,
            ),
        ] {
            let judged = patch(seed::Kind::Source, plugin(true), entry).unwrap();
            assert_eq!(judged.is_ok(), sound, "{entry}: {judged:?}");
            assert!(
                patch(seed::Kind::Source, plugin(false), entry)
                    .unwrap()
                    .is_ok()
            );
        }
    }

    #[test]
    fn an_empty_patch_is_refused_and_an_empty_delete_resets_everything() {
        let connector = seed::Connector::new("lcc-1", "c", seed::Kind::Sink);
        let plan = |body: &str, assumptions: &Assumptions| {
            let request = parse(body).unwrap();
            request.plan(&connector, &Topics::new(Vec::new()), assumptions)
        };
        for body in [r#"{"type":"PATCH"}"#, r#"{"type":"PATCH","offsets":[]}"#] {
            assert_eq!(plan(body, &at_once()).unwrap_err().status, 400);
            let later = Assumptions {
                malformed: Refusal::AsFailed,
                ..Assumptions::default()
            };
            assert!(plan(body, &later).unwrap().is_err());
        }
        for body in [r#"{"type":"DELETE"}"#, r#"{"type":"DELETE","offsets":[]}"#] {
            assert_eq!(plan(body, &at_once()), Ok(Ok(Change::Reset)));
        }
    }
}
