//! The commands that only read: `get`, `list`, `status`, `watch`.
//!
//! Nothing here alters anything.

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod status;
pub(crate) mod watch;
