//! Typed offsets: the partition and the position of every connector whose format is known.
//!
//! | type | connectors |
//! |---|---|
//! | [`KafkaSink`] | every sink |
//! | [`JdbcSource`] | JDBC sources: MySQL, PostgreSQL, SQL Server, Oracle |
//! | [`MysqlCdc`] | MySQL CDC and MariaDB CDC (Debezium) |
//! | [`PostgresCdc`] | PostgreSQL CDC (Debezium) |
//! | [`SqlServerCdc`] | SQL Server CDC (Debezium) |
//! | [`OracleCdc`] | Oracle CDC (Debezium) |
//! | [`MongodbAtlas`] | MongoDB Atlas source |
//! | [`MongodbCdc`] | MongoDB CDC (Debezium) |
//! | [`GithubSource`] | GitHub source |
//! | [`CouchbaseSource`] | Couchbase source |
//! | [`CosmosDbSource`], [`CosmosDbSourceV2`] | Azure Cosmos DB source, versions 1 and 2 |
//! | [`MirrorMaker`] | MirrorMaker 2, self-managed |
//! | [`FileStreamSource`] | FileStream source, self-managed |
//! | [`RawEntry`] | every other connector: take its current entry, and edit that |
//!
//! All types have the same methods. A constructor takes the required members, and `to_entry` returns the
//! [`OffsetEntry`](crate::OffsetEntry) to send. `TryFrom<&OffsetEntry>` parses an entry, and keeps every member that
//! the type does not declare, byte for byte. `move_to` sets a new position, and changes or removes the members that
//! depend on it. `into_raw` gives access to single members.
//!
//! [`OffsetFormat`] has the facts about a format that its type does not contain. [`OffsetFormat::of_class`] finds the
//! format of a connector's class. An `OffsetFormat` compares positions, shows them in a form for people, and moves an
//! entry to a [`Coordinate`]. [`validate`](crate::validate) uses the same facts.
//!
//! The formats were measured on real connectors, or come from published examples and the connectors' source code. The
//! service does not document most formats. For a connector that is not in the table, no format is assumed: edit its
//! current entry as a [`RawEntry`].
//!
//! ```
//! use ccloud_connect::offset::{MysqlCdc, PostgresCdc};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let current = serde_json::from_str(
//!     r#"{"partition":{"server":"inventory"},"offset":{"file":"binlog.000007","pos":4711,"row":2,"event":5,"ts_sec":1}}"#,
//! )?;
//! let moved = MysqlCdc::try_from(&current)?.move_to("binlog.000003", 154)?;
//! assert_eq!(
//!     moved.to_entry().to_string(),
//!     r#"{"partition":{"server":"inventory"},"offset":{"file":"binlog.000003","pos":154,"ts_sec":1}}"#,
//! );
//!
//! let entry = PostgresCdc::new("inventory", "16/B374D848".parse()?)?.to_entry();
//! assert_eq!(entry.to_string(), r#"{"partition":{"server":"inventory"},"offset":{"lsn":97500059720}}"#);
//! # Ok(()) }
//! ```

mod binlog;
mod coordinate;
pub(crate) mod debezium;
pub(crate) mod debezium_members;
mod direction;
mod elsewhere;
pub(crate) mod facts;
pub(crate) mod fields;
mod findings;
mod format;
pub(crate) mod formats;
mod gtid;
mod identity;
mod lsn;
pub(crate) mod members;
mod move_to;
mod moves;
mod page;
pub(crate) mod plain;
pub(crate) mod position;
#[cfg(test)]
mod properties;
mod raw;
mod schema;
#[cfg(test)]
pub(crate) mod tests;
mod value;

pub use coordinate::Coordinate;
pub(crate) use direction::direction;
pub use elsewhere::KeptElsewhere;
pub use facts::OffsetFormat;
pub use formats::cosmos::{CosmosDbSource, CosmosDbSourceV2};
pub use formats::couchbase::CouchbaseSource;
pub use formats::filestream::FileStreamSource;
pub use formats::github::GithubSource;
pub use formats::jdbc::JdbcSource;
pub use formats::kafka_sink::KafkaSink;
pub use formats::mirrormaker::MirrorMaker;
pub use formats::mongodb_atlas::MongodbAtlas;
pub use formats::mongodb_cdc::MongodbCdc;
pub use formats::mysql_cdc::MysqlCdc;
pub use formats::oracle_cdc::OracleCdc;
pub use formats::postgres_cdc::PostgresCdc;
pub use formats::sqlserver_cdc::SqlServerCdc;
pub(crate) use identity::{Identity, Side, by_identity};
pub use lsn::{ParseLsnError, PostgresLsn, SqlServerLsn};
pub use position::{Comparison, Direction, Distance, Unit};
pub use raw::RawEntry;
pub use schema::entry_schemas;
