//! Offsets of the Azure Cosmos DB source.

use base64::Engine as _;

use crate::finding::text::{excerpt, member_path};
use crate::finding::{Code, Finding, ValidationError};
use crate::json::RawObject;
use crate::offset::RawEntry;
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Case, Misread, OffsetFormat};
use crate::offset::findings::warn;
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::Position;
use crate::offset::value::{TextOrNumber, Value, not_empty};

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
        /// The log sequence number of the last item that was read, as digits. It overrides the number in the token.
        offset "cosmos.source.feedRange.item.lsn" item_lsn: TextOrNumber as &str;
    }
    optional {
        /// The continuation token of the change feed.
        offset "cosmos.source.feedRange.responseContinuation" response_continuation: String as &str;
        /// The continuation token under its name before the connector was released.
        offset "cosmos.source.feedRange.continuation" earlier_continuation: String as &str;
    }
    moves {
        /// The same feed range at another continuation token.
        ///
        /// Also sets `item_lsn`, which would override the token, to the number in the token.
        move_to(token: impl Into<String>) = Coordinate::ContinuationToken(token.into());
    }
}

impl CosmosDbSourceV2 {
    /// An entry for one feed range of a container, at a continuation token of its change feed. `container` is the
    /// resource id of the container, `feed_range` the JSON text of the range. `item_lsn` becomes the number in the token.
    ///
    /// # Errors
    /// When `database` is empty, or the token contains no number.
    pub fn new(
        database: impl Into<String>,
        container: impl Into<String>,
        feed_range: impl Into<String>,
        continuation_token: impl Into<String>,
    ) -> Result<Self, ValidationError> {
        let token = continuation_token.into();
        let mut raw = RawEntry::default();
        let place = [database.into(), container.into(), feed_range.into()];
        for (key, name) in FORMAT_V2.partitions[0].iter().zip(place) {
            raw.partition.set_text(key, &name.write());
        }
        let number = number_in(&token).unwrap_or_default();
        raw.offset.set_text(ITEM_LSN, &number.write());
        raw.offset.set_text(RESPONSE, &token.write());
        Self::read(raw)
    }

    /// The continuation token of the change feed, under either of its names.
    pub fn continuation_token(&self) -> &str {
        let token = self.response_continuation.as_ref();
        token
            .or(self.earlier_continuation.as_ref())
            .map_or("", |token| token)
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty(
            "partition[\"cosmos.source.database.name\"]",
            &self.database,
            out,
        );
        let has = |key| self.raw.offset.text(key).is_some_and(|text| text != "null");
        let mut refuse = |key: &str, code: Code, message: &str| {
            out.push(Finding::error(member_path("offset", key), code, message));
        };
        if !has(RESPONSE) && !has(CONTINUATION) {
            refuse(RESPONSE, Code::MissingMember, "is missing");
        }
        if let Some(token) = &self.response_continuation {
            for (key, text) in [(RESPONSE, token), (ITEM_LSN, &self.item_lsn.0)] {
                if text.is_empty() {
                    refuse(key, Code::TaskWouldFail, "is empty; the task fails");
                }
            }
        }
    }
}

/// The log sequence number in a continuation token: JSON in base64.
fn number_in(token: &str) -> Option<String> {
    let json = base64::engine::general_purpose::STANDARD
        .decode(token)
        .ok()?;
    let state: serde_json::Value = serde_json::from_slice(&json).ok()?;
    let etag = state["Continuation"]["Continuation"][0]["token"].as_str()?;
    let number = etag.trim_matches('"');
    is_number(number).then(|| number.to_owned())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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

const RESPONSE: &str = "cosmos.source.feedRange.responseContinuation";
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
    signature: &[RESPONSE, CONTINUATION],
    fixed: Some((
        "cosmos.source.database.name",
        &["azure.cosmos.source.database.name"],
    )),
    check: check_v2,
    unplaced: Code::TaskWouldFail,
    without_position: "has no `cosmos.source.feedRange.responseContinuation`; the connector fails",
    position: |fields| Position::number(fields, ITEM_LSN, None),
    before_start: "goes back to item {}; changes that the feed no longer holds are not emitted again",
    past_end: "goes ahead to item {}; items in between are not read",
    rules: &[
        "`cosmos.source.feedRange.item.lsn` overrides the number in the continuation token. When one of the two members is missing or empty, the connector fails.",
        "Before its release, the connector named the token `cosmos.source.feedRange.continuation`; a connector reads only the name that it writes.",
    ],
    going: &[
        "Set `cosmos.source.feedRange.item.lsn` to the `_lsn` of the last item that counts as read, and keep the continuation token; or set both members to those of another position.",
    ],
    moves: &[
        Move {
            instead: Some(CONTINUATION),
            adjust: adjust_number,
            ..Move::of("continuation-token", RESPONSE)
        },
        Move {
            value: |to| Ok(to.to_json().write()),
            adjust: |_, to| match to {
                Coordinate::Sequence(number) if *number < 0 => Err(to.refused("must be 0 or more")),
                _ => Ok(()),
            },
            ..Move::of("sequence", ITEM_LSN)
        },
    ],
    ..CosmosDbSourceV2::FACTS
};

/// Sets the number of the last item to the one in a new continuation token.
fn adjust_number(offset: &mut RawObject, to: &Coordinate) -> Result<(), ValidationError> {
    let number = match to {
        // Before the release, an empty text meant the number in the token.
        _ if offset.text(CONTINUATION).is_some() => String::new(),
        Coordinate::ContinuationToken(token) => number_in(token).ok_or_else(|| {
            to.refused("contains no log sequence number, which the connector needs as well; move by sequence")
        })?,
        _ => return Ok(()),
    };
    offset.set_text(ITEM_LSN, &number.write());
    Ok(())
}

fn check_v2(case: &Case<'_>, out: &mut Vec<Finding>) {
    let asked = case.asked;
    for (key, other) in [(RESPONSE, CONTINUATION), (CONTINUATION, RESPONSE)] {
        if case.own.is_some_and(|own| own.has(key)) && !asked.has(key) && asked.has(other) {
            let missing =
                "is missing, and this connector reads its token under this name; the task fails";
            let path = member_path("offset", key);
            let finding = Finding::error(path, Code::TaskWouldFail, missing);
            out.push(finding.suggest(format!("rename `{other}` to `{key}`")));
        }
    }
    let lsn = asked.text(ITEM_LSN);
    let path = member_path("offset", ITEM_LSN);
    if case.kept(ITEM_LSN) {
        if (case.changed(RESPONSE) || case.changed(CONTINUATION)) && lsn.as_deref() != Some("") {
            let unchanged = "is unchanged and overrides the number in the continuation token; the connector starts at its old position";
            let advice = match asked.has(RESPONSE) {
                true => "set it to the `_lsn` of the last item that counts as read",
                false => "write \"\"",
            };
            let finding = Finding::warning(path, Code::StaleMember, unchanged);
            out.push(finding.suggest(advice));
        }
    } else if let Some(lsn) = lsn.filter(|lsn| !lsn.is_empty() && !is_number(lsn)) {
        let message = format!(
            "is \"{}\", not a number; the connector asks the database for the items after this number, so the task fails (*assumed*)",
            excerpt(&lsn)
        );
        out.push(Finding::warning(path, Code::TaskWouldFail, message));
    }
}
