//! The direction of a connector.

use super::open_enum::open_enum;

open_enum! {
    /// The direction of a connector. The enum is open; it is read in any letter case.
    ConnectorKind {
        /// From topics to another system; its offsets are those of a consumer group.
        Sink = "sink",
        /// From another system to topics; its offsets have the form of its plugin.
        Source = "source",
    }
}
