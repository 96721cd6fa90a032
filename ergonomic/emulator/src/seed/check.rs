//! Finds contradictions in a seed that has been parsed, such as a name that is given twice.

use std::collections::BTreeSet;

use super::error::SeedError;
use super::{Cluster, Connector, Kind, Seed};
use crate::java::Map;
use crate::kafka_connect::{self, Refusal, sink_positions, source_positions};
use ccloud_connect_types::OffsetEntry;

impl Seed {
    /// Finds all contradictions in the seed. The error names all of them.
    pub(crate) fn check(&self) -> Result<(), SeedError> {
        let mut found = Found::default();
        found.unique("environment", self.environments.iter().map(|e| &*e.id));
        for environment in &self.environments {
            found.unique("cluster", environment.clusters.iter().map(|c| &*c.id));
            for cluster in &environment.clusters {
                found.cluster(cluster);
            }
        }
        if found.0.is_empty() {
            Ok(())
        } else {
            Err(SeedError::new(found.0.join("; ")))
        }
    }
}

/// The contradictions that were found so far.
#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn cluster(&mut self, cluster: &Cluster) {
        self.unique("topic", cluster.topics.iter().map(|t| &*t.name));
        self.unique("connector", cluster.connectors.iter().map(|c| &*c.name));
        self.unique(
            "connector with the id",
            cluster.connectors.iter().map(|c| &*c.id),
        );
        for topic in &cluster.topics {
            for (number, partition) in topic.partitions.iter().enumerate() {
                let place = format!("topic {:?}, partition {number}", topic.name);
                if partition.earliest < 0 || partition.latest < partition.earliest {
                    let range = format!("{}..{}", partition.earliest, partition.latest);
                    let problem = format!(
                        "{place}: {range} is not a range of offsets (earliest..latest, both 0 or more)"
                    );
                    self.0.push(problem);
                }
                self.rate(partition.records_per_second, &place);
            }
        }
        for connector in &cluster.connectors {
            self.connector(connector);
            for topic in &connector.topics {
                if !cluster.topics.iter().any(|known| known.name == *topic) {
                    let name = &connector.name;
                    self.0.push(format!(
                        "connector {name:?}: there is no topic {topic:?} in its cluster"
                    ));
                }
            }
        }
    }

    fn connector(&mut self, connector: &Connector) {
        let place = format!("connector {:?}", connector.name);
        self.rate(connector.records_per_second, &place);
        if let Some(progress) = &connector.progress {
            self.rate(progress.per_second, &place);
        }
        let fresh = connector.progress.as_ref().map(|progress| &progress.fresh);
        for (name, entries) in [("offsets", Some(&connector.offsets)), ("fresh", fresh)] {
            let mut seen = BTreeSet::new();
            for (index, entry) in entries.into_iter().flatten().enumerate() {
                let again = || "the partition is given twice".to_owned();
                let problem = match connector.partition_of(entry) {
                    Ok(partition) => (!seen.insert(partition)).then(again),
                    Err(problem) => Some(problem),
                };
                if let Some(problem) = problem {
                    self.0.push(format!("{place}, {name}[{index}]: {problem}"));
                }
            }
        }
    }

    fn rate(&mut self, rate: f64, place: &str) {
        if !(rate.is_finite() && rate >= 0.0) {
            self.0.push(format!(
                "{place}: {rate} is not a rate in records per second (a number of 0 or more)"
            ));
        }
    }

    fn unique<'a>(&mut self, what: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if id.is_empty() {
                self.0.push(format!("a {what} has an empty name or id"));
            } else if !seen.insert(id) {
                self.0.push(format!("the {what} {id:?} is given twice"));
            }
        }
    }
}

impl Connector {
    /// Whether the offsets of the connector can be read and altered at all.
    pub(crate) fn has_offsets(&self) -> bool {
        matches!(self.kind, Kind::Sink | Kind::Source)
    }

    /// A text that identifies the partition of one of the connector's offsets, or why the entry cannot be one.
    pub(crate) fn partition_of(&self, entry: &OffsetEntry) -> Result<String, String> {
        if self.kind != Kind::Sink && (entry.partition().is_none() || entry.offset().is_none()) {
            return Err("an entry needs the members partition and offset".to_owned());
        }
        let mut read = kafka_connect::entry(entry)?;
        if self.kind == Kind::Sink {
            let positions = sink_positions(&[read]).map_err(Refusal::into_message)?;
            return match positions.into_iter().next() {
                Some((_, None)) => Err("the offset must not be null or missing".to_owned()),
                Some(((topic, partition), Some(position))) if partition >= 0 && position >= 0 => {
                    Ok(format!("{topic}:{partition}"))
                }
                _ => Err("partitions and offsets must be 0 or more".to_owned()),
            };
        }
        // Offsets are shown as they are given, but a partition that Kafka Connect cannot store would be lost.
        read.offset = None;
        let stored = source_positions(&[read]).map_err(Refusal::into_message)?;
        let partition = stored.first().and_then(|entry| entry.partition.as_ref());
        partition
            .map(Map::identity)
            .ok_or_else(|| "the partition must not be null".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_are_named() {
        let cluster = |body: &str| {
            format!("environments: [{{id: env-1, clusters: [{{id: lkc-1, {body}}}]}}]")
        };
        for (body, expected) in [
            (
                "topics: [{name: t, partitions: [{earliest: 5, latest: 4}]}]",
                "partition 0: 5..4",
            ),
            (
                "topics: [{name: t, partitions: []}, {name: t, partitions: []}]",
                "\"t\" is given twice",
            ),
            ("connectors: [{id: a, name: '', kind: sink}]", "empty name"),
            (
                "connectors: [{id: a, name: a, kind: sink}, {id: a, name: b, kind: sink}]",
                "id \"a\" is given twice",
            ),
            (
                "connectors: [{id: a, name: a, kind: sink, records_per_second: -1}]",
                "-1 is not",
            ),
            (
                "connectors: [{id: a, name: a, kind: source, progress: {member: m, per_second: .nan}}]",
                "NaN",
            ),
            (
                "connectors: [{id: a, name: a, kind: source, offsets: [{partition: {}}]}]",
                "offsets[0]",
            ),
            (
                "connectors: [{id: a, name: a, kind: sink, offsets: [{partition: {kafka_topic: t}, offset: {kafka_offset: 1}}]}]",
                "offsets[0]",
            ),
            (
                "connectors: [{id: a, name: a, kind: sink, offsets: [{partition: {kafka_topic: t, kafka_partition: 0}, offset: {kafka_offset: -1}}]}]",
                "0 or more",
            ),
            (
                "connectors: [{id: a, name: a, kind: source, offsets: [{partition: {a: [1]}, offset: {}}]}]",
                "field a contains ARRAY",
            ),
            (
                "connectors: [{id: a, name: a, kind: sink, offsets: [&o {partition: {kafka_topic: t, kafka_partition: 0}, offset: {kafka_offset: 1}}, *o]}]",
                "offsets[1]: the partition is given twice",
            ),
            (
                "connectors: [{id: a, name: a, kind: source, offsets: [[{}, {}]]}]",
                "an entry is an object",
            ),
            (
                "connectors: [{id: a, name: a, kind: sink, topics: [t]}]",
                "no topic \"t\"",
            ),
            ("connectors: [{id: a, name: a, kind: spout}]", "spout"),
            (
                "connectors: [{id: a, name: a, kind: sink, speling: 1}]",
                "speling",
            ),
        ] {
            let error = Seed::from_yaml(&cluster(body)).unwrap_err().to_string();
            assert!(error.contains(expected), "{body}: {error}");
        }
    }

    #[test]
    fn all_of_them_are_named_at_once() {
        let text = "environments: [{id: ''}, {id: e, clusters: [{id: k, connectors: [
            {id: a, name: a, kind: sink, topics: [t], records_per_second: -1},
            {id: b, name: a, kind: source, offsets: [{}, {}], progress: {member: m, per_second: 1, fresh: [{}]}}]}]}]";
        let error = Seed::from_yaml(text).unwrap_err().to_string();
        assert_eq!(error.split("; ").count(), 7, "{error}");
    }
}
