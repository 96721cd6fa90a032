//! Connectors that also keep a position in another system, where no alteration of offsets changes it.

use crate::finding::{Code, Finding};

/// A position that a connector keeps outside its offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptElsewhere {
    /// The classes of the connectors that keep this position: in lower case, without package and without the suffix
    /// `connector`.
    classes: &'static [&'static str],
    /// The end of a sentence that begins with "the connector": where the position is kept, and what to do about it.
    pub what: &'static str,
    /// The source of this fact: a measurement, source code, documentation, or an issue.
    pub source: &'static str,
}

const TABLE: &[KeptElsewhere] = &[
    KeptElsewhere {
        classes: &[
            "postgrescdcsourcev2",
            "postgrescdcsource",
            "postgres",
            "postgresconnectorv2",
        ],
        what: "also has a replication slot in the database; nothing before the slot's `confirmed_flush_lsn` is read again",
        source: "measured with Debezium 3.6.1",
    },
    KeptElsewhere {
        classes: &["oraclexstreamsource"],
        what: "also has an XStream outbound server in the database; nothing before that server's processed low position is read again",
        source: "Oracle's documentation of XStream",
    },
    KeptElsewhere {
        classes: &["cosmosdbsource"],
        what: "uses, from version 1.9.0 on, the position in its lease container instead of its offsets; delete or edit the leases as well",
        source: "the connector's source code (CosmosDBSourceTask)",
    },
    KeptElsewhere {
        classes: &["snowflakesink"],
        what: "keeps an offset token in each channel of Snowflake when it writes by Snowpipe Streaming; move the token with SYSTEM$SNOWPIPE_STREAMING_UPDATE_CHANNEL_OFFSET_TOKEN",
        source: "snowflakedb/snowflake-kafka-connector#1032",
    },
    KeptElsewhere {
        classes: &["icebergsink"],
        what: "keeps offsets in a second consumer group too, and in the snapshots of its tables",
        source: "tabular-io/iceberg-kafka-connect#150",
    },
    KeptElsewhere {
        classes: &["hdfs2sink", "hdfs3sink", "hdfssink"],
        what: "reads its position from the names of the files that it has written; move or remove the files after the new position",
        source: "the connector's documentation of exactly-once delivery",
    },
    KeptElsewhere {
        classes: &["clickhousesink"],
        what: "keeps its position in a table of its state store when exactly-once delivery is on",
        source: "the connector's documentation of exactly-once delivery",
    },
];

impl KeptElsewhere {
    /// Where connectors of a class keep a position besides their offsets; `None` when no such position is known.
    ///
    /// `class` is the value of `connector.class`, in any letter case, with or without its package.
    pub fn of_class(class: &str) -> Option<&'static Self> {
        let name = class.rsplit('.').next().unwrap_or_default().to_lowercase();
        let name = name.strip_suffix("connector").unwrap_or(&name);
        TABLE.iter().find(|row| row.classes.contains(&name))
    }

    /// The note about the position in the other system, shown before an alteration. `list` is the path of the note.
    pub(crate) fn note(&self, list: &str) -> Finding {
        Finding::note(
            list,
            Code::KeptElsewhere,
            format!("the connector {}", self.what),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rows;
    use super::*;

    #[test]
    fn classes_are_found_under_all_their_names() {
        for [class, place] in rows(
            "PostgresCdcSourceV2 | replication slot
            PostgresCdcSource | replication slot
            io.debezium.connector.postgresql.PostgresConnector | replication slot
            io.debezium.connector.v2.postgresql.PostgresConnectorV2 | replication slot
            OracleXStreamSource | outbound server
            CosmosDbSource | lease container
            com.snowflake.kafka.connector.SnowflakeSinkConnector | Snowpipe
            org.apache.iceberg.connect.IcebergSinkConnector | consumer group
            io.confluent.connect.hdfs.HdfsSinkConnector | names of the files
            io.confluent.connect.hdfs2.Hdfs2SinkConnector | names of the files
            io.confluent.connect.hdfs3.Hdfs3SinkConnector | names of the files
            com.clickhouse.kafka.connect.ClickHouseSinkConnector | state store",
        ) {
            let found = KeptElsewhere::of_class(class);
            assert!(found.is_some_and(|row| row.what.contains(place)), "{class}");
        }
        for class in ["MySqlSink", "S3_SINK", "MySqlCdcSourceV2", ""] {
            assert!(KeptElsewhere::of_class(class).is_none(), "{class}");
        }
        assert!(TABLE.iter().all(|row| !row.source.is_empty()));
    }
}
