//! One file for each offset format: its members and their types, and how to move to another position.
//!
//! A format knows nothing of the others, nor of requests; what is said about an entry is said in findings with paths below
//! that entry.

pub(crate) mod cosmos;
pub(crate) mod couchbase;
pub(crate) mod filestream;
pub(crate) mod github;
pub(crate) mod jdbc;
pub(crate) mod kafka_sink;
pub(crate) mod mirrormaker;
pub(crate) mod mongodb_atlas;
pub(crate) mod mongodb_cdc;
pub(crate) mod mysql_cdc;
pub(crate) mod oracle_cdc;
pub(crate) mod postgres_cdc;
pub(crate) mod sqlserver_cdc;
