//! The commands that only read, and alter nothing: `get`, `list`, `status`, `watch`.

pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod status;
pub(crate) mod watch;
