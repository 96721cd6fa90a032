//! What is known of offset formats, held against an entry.
//!
//! A format is recognised by its keys. What does not fit it is a warning, because the service accepts anything for most
//! sources; and only where the connector does not write the same itself.

use crate::OffsetEntry;
use crate::finding::number::as_whole;
use crate::finding::text::{excerpt, member_path};
use crate::finding::{Code, Finding, Severity};
use crate::json::scan::{self, Kind, Member};
use crate::offset::{
    CosmosDbSource, CouchbaseSource, FileStreamSource, GithubSource, JdbcSource, MirrorMaker,
    MongodbAtlas, MongodbCdc, MysqlCdc, OracleCdc, PostgresCdc, SqlServerCdc,
};

type Check = fn(&OffsetEntry) -> Vec<Finding>;

/// A format, told by keys of the partition (all of them) and of the position (any of them).
struct Format {
    partition: &'static [&'static str],
    offset: &'static [&'static str],
    check: Check,
}

fn faults<'a, T: TryFrom<&'a OffsetEntry, Error = crate::finding::ValidationError>>(
    entry: &'a OffsetEntry,
) -> Vec<Finding> {
    T::try_from(entry)
        .err()
        .map(|invalid| invalid.into_report().into_findings())
        .unwrap_or_default()
}

const FORMATS: &[Format] = &[
    Format {
        partition: &["table"],
        offset: &["incrementing", "timestamp", "timestamp_nanos"],
        check: jdbc,
    },
    Format {
        partition: &["query"],
        offset: &["incrementing", "timestamp", "timestamp_nanos"],
        check: jdbc,
    },
    Format {
        partition: &["server"],
        offset: &["file", "pos", "gtids"],
        check: |entry| faults::<MysqlCdc>(entry),
    },
    Format {
        partition: &["server"],
        offset: &["lsn", "lsn_proc", "lsn_commit"],
        check: |entry| faults::<PostgresCdc>(entry),
    },
    Format {
        partition: &["server", "database"],
        offset: &["commit_lsn", "change_lsn", "event_serial_no"],
        check: |entry| faults::<SqlServerCdc>(entry),
    },
    Format {
        partition: &["server"],
        offset: &["scn", "commit_scn", "snapshot_scn"],
        check: |entry| faults::<OracleCdc>(entry),
    },
    Format {
        partition: &["ns"],
        offset: &["_id"],
        check: |entry| faults::<MongodbAtlas>(entry),
    },
    Format {
        partition: &["server_id"],
        offset: &["sec", "ord", "resume_token"],
        check: |entry| faults::<MongodbCdc>(entry),
    },
    Format {
        partition: &["name"],
        offset: &["since"],
        check: |entry| faults::<GithubSource>(entry),
    },
    Format {
        partition: &["bucket", "partition"],
        offset: &[
            "bySeqno",
            "vbuuid",
            "snapshotStartSeqno",
            "snapshotEndSeqno",
        ],
        check: |entry| faults::<CouchbaseSource>(entry),
    },
    Format {
        partition: &["DatabaseName", "Container"],
        offset: &["recordContinuationToken"],
        check: |entry| faults::<CosmosDbSource>(entry),
    },
    Format {
        partition: &["cluster", "topic", "partition"],
        offset: &["offset"],
        check: |entry| faults::<MirrorMaker>(entry),
    },
    Format {
        partition: &["filename"],
        offset: &["position"],
        check: |entry| faults::<FileStreamSource>(entry),
    },
];

fn jdbc(entry: &OffsetEntry) -> Vec<Finding> {
    let mut found = faults::<JdbcSource>(entry);
    if JdbcSource::try_from(entry).is_ok_and(|read| read.has_numeric_protocol()) {
        let finding = Finding::error(
            "partition.protocol".to_owned(),
            Code::FormatTrap,
            "is a number; the connector writes the string \"1\" and would never read this partition",
        );
        found.push(finding.suggest("write \"1\""));
    }
    found
}

/// What does not fit the format of an entry; empty when the format is not recognised.
fn misfits(entry: &OffsetEntry) -> Vec<Finding> {
    let (Some(partition), Some(offset)) = entry.texts() else {
        return Vec::new();
    };
    let (Some(partition), Some(offset)) = (scan::members(partition), scan::members(offset)) else {
        return Vec::new();
    };
    let has = |members: &[Member<'_>], key: &&str| members.iter().any(|m| m.key == *key);
    let recognised = |format: &&Format| {
        format.partition.iter().all(|key| has(&partition, key))
            && format.offset.iter().any(|key| has(&offset, key))
    };
    FORMATS
        .iter()
        .find(recognised)
        .map(|format| (format.check)(entry))
        .unwrap_or_default()
}

/// Warns of what does not fit the format of a source entry. `own` is an entry that the connector wrote itself: what it
/// does there is right, whatever is known of the format.
pub(super) fn warn(
    path: &str,
    entry: &OffsetEntry,
    own: Option<&OffsetEntry>,
    out: &mut Vec<Finding>,
) {
    let found = misfits(entry);
    if found.is_empty() {
        return;
    }
    let accepted = own.map(misfits).unwrap_or_default();
    for finding in found {
        let finding = Finding {
            severity: Severity::Warning,
            path: format!("{path}.{}", finding.path),
            ..finding
        };
        let known = accepted
            .iter()
            .any(|own| finding.path == format!("{path}.{}", own.path));
        let said = out.iter().any(|other| other.path == finding.path);
        if !known && !said {
            out.push(finding);
        }
    }
}

/// Warns of whole numbers written as decimals in a partition: `1.0` and `1` name different ones, and connectors write whole numbers. For use
/// without the connector's own offsets to compare with.
pub(super) fn warn_decimals(path: &str, entry: &OffsetEntry, out: &mut Vec<Finding>) {
    let members = entry.texts().0.and_then(scan::members).unwrap_or_default();
    for member in members {
        if member.kind() != Kind::Number || !member.value.contains(['.', 'e', 'E']) {
            continue;
        }
        if let Some(whole) = as_whole(member.value, i64::MAX) {
            let finding = Finding::warning(
                member_path(&format!("{path}.partition"), &member.key),
                Code::PartitionForm,
                format!(
                    "is {}, which names another partition than {whole}",
                    excerpt(member.value)
                ),
            );
            out.push(finding.suggest(format!("write {whole}")));
        }
    }
}
