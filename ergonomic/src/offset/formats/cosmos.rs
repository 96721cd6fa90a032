//! Offsets of the Azure Cosmos DB source.

use crate::finding::text::member_path;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Misread, OffsetFormat, warn};
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::Position;
use crate::offset::value::{TextOrNumber, not_empty};

offset_format! {
    /// The position of an Azure Cosmos DB source, version 1, in one container.
    ///
    /// Connectors from version 1.9.0 on do not read this position, because they use the position in their lease
    /// container. The format comes from the connector's source code.
    CosmosDbSource: FORMAT
    required {
        /// The name of the database.
        partition "DatabaseName" database: String as &str;
        /// The name of the container.
        partition "Container" container: String as &str;
        /// The continuation token of the change feed.
        offset "recordContinuationToken" continuation_token: String as &str;
    }
    optional {}
    moves {
        /// The same container at another continuation token.
        move_to(token: impl Into<String>) = Coordinate::ContinuationToken(token.into());
    }
}

impl CosmosDbSource {
    /// An entry for one container, at a continuation token of its change feed.
    ///
    /// # Errors
    /// When `database` or `container` is empty.
    pub fn new(
        database: impl Into<String>,
        container: impl Into<String>,
        continuation_token: impl Into<String>,
    ) -> Result<Self, ValidationError> {
        Self::of(database.into(), container.into(), continuation_token.into())
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.DatabaseName", &self.database, out);
        not_empty("partition.Container", &self.container, out);
    }
}

offset_format! {
    /// The position of an Azure Cosmos DB source, version 2, in one feed range of a container (format from the
    /// connector's source code).
    CosmosDbSourceV2: FORMAT_V2
    required {
        /// The name of the database.
        partition "cosmos.source.database.name" database: String as &str;
        /// The resource id of the container.
        partition "cosmos.source.container.resourceId" container: String as &str;
        /// The feed range, as JSON text.
        partition "cosmos.source.feedRange" feed_range: String as &str;
        /// The continuation token of the change feed.
        offset "cosmos.source.feedRange.continuation" continuation_token: String as &str;
        /// The log sequence number of the last item that was read, as digits, or the empty text. A number here
        /// overrides the number in the continuation token.
        offset "cosmos.source.feedRange.item.lsn" item_lsn: TextOrNumber as &str;
    }
    optional {}
    moves {
        /// The same feed range at another continuation token.
        ///
        /// Sets `item_lsn` to the empty text, because a number there would override the token. Removing the member
        /// would make the connector fail.
        move_to(token: impl Into<String>) = Coordinate::ContinuationToken(token.into());
    }
}

impl CosmosDbSourceV2 {
    /// An entry for one feed range of a container, at a continuation token of its change feed. `container` is the
    /// resource id of the container, `feed_range` the JSON text of the range.
    ///
    /// # Errors
    /// When `database` is empty.
    pub fn new(
        database: impl Into<String>,
        container: impl Into<String>,
        feed_range: impl Into<String>,
        continuation_token: impl Into<String>,
    ) -> Result<Self, ValidationError> {
        let (container, feed_range) = (container.into(), feed_range.into());
        Self::of(
            database.into(),
            container,
            feed_range,
            continuation_token.into(),
            TextOrNumber(String::new()),
        )
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty(
            "partition[\"cosmos.source.database.name\"]",
            &self.database,
            out,
        );
    }
}

/// What is known about the format of version 1.
pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "cosmosdb",
    title: "Azure Cosmos DB source, version 1",
    managed: &["CosmosDbSource"],
    self_managed: &["com.azure.cosmos.kafka.connect.source.CosmosDBSourceConnector"],
    evidence: "the connector's source code",
    partitions: &[&["DatabaseName", "Container"]],
    signature: &["recordContinuationToken"],
    misread: Misread::Unknown,
    fixed: Some(("DatabaseName", &["connect.cosmos.databasename"])),
    check: |case, out| {
        let key = "recordContinuationToken";
        if case.asked.has(key) && (case.own.is_none() || case.changed(key)) {
            let lease = "is not read by connectors from version 1.9.0 on; they use the position in the lease container";
            warn(out, key, Code::NoEffect, lease);
        }
    },
    unplaced: Code::MissingPosition,
    without_position: "has no `recordContinuationToken`",
    queries: &[(
        "the position from version 1.9.0 on",
        "the documents of the lease container (`connect.cosmos.leaseContainer`, default `CONTAINER-leases`)",
    )],
    rules: &[
        "From version 1.9.0 on, the connector ignores the offset in Kafka and uses the lease container.",
    ],
    going: &[
        "Delete or edit the leases; an alteration of offsets has no effect on connectors from version 1.9.0 on.",
    ],
    moves: &[Move::of("continuation-token", "recordContinuationToken")],
    ..CosmosDbSource::FACTS
};

const CONTINUATION: &str = "cosmos.source.feedRange.continuation";
const ITEM_LSN: &str = "cosmos.source.feedRange.item.lsn";

/// What is known about the format of version 2.
pub(crate) static FORMAT_V2: OffsetFormat = OffsetFormat {
    name: "cosmosdb-v2",
    title: "Azure Cosmos DB source, version 2",
    managed: &["CosmosDbSourceV2"],
    self_managed: &["com.azure.cosmos.kafka.connect.CosmosSourceConnector"],
    evidence: "the connector's source code",
    partitions: &[&[
        "cosmos.source.database.name",
        "cosmos.source.container.resourceId",
        "cosmos.source.feedRange",
    ]],
    signature: &["cosmos.source.feedRange.continuation"],
    fixed: Some((
        "cosmos.source.database.name",
        &["azure.cosmos.source.database.name"],
    )),
    check: |case, out| {
        let stale = case.kept(ITEM_LSN) && case.asked.text(ITEM_LSN).as_deref() != Some("");
        if case.changed(CONTINUATION) && stale {
            let unchanged = "is unchanged and overrides the number in the continuation token; the connector starts at its old position";
            let path = member_path("offset", ITEM_LSN);
            let finding = Finding::warning(path, Code::StaleMember, unchanged);
            out.push(finding.suggest("write \"\""));
        }
    },
    unplaced: Code::TaskWouldFail,
    without_position: "has no `cosmos.source.feedRange.continuation`; the connector fails",
    position: |fields| Position::number(fields, ITEM_LSN, None),
    before_start: "goes back to item {}; changes that the feed no longer holds are not emitted again",
    past_end: "goes ahead to item {}; items in between are not read",
    rules: &[
        "When `cosmos.source.feedRange.item.lsn` is not the empty text, it overrides the number in `cosmos.source.feedRange.continuation`. The connector fails when one of these two members is absent.",
    ],
    going: &[
        "Set `cosmos.source.feedRange.continuation`, and set `cosmos.source.feedRange.item.lsn` to \"\".",
    ],
    moves: &[Move {
        adjust: |offset, _| {
            offset.set_text(ITEM_LSN, "\"\"");
            Ok(())
        },
        ..Move::of("continuation-token", CONTINUATION)
    }],
    ..CosmosDbSourceV2::FACTS
};
