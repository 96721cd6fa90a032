//! Offsets of the MongoDB CDC source.

use crate::finding::{Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::not_empty;

offset_format! {
    /// The position of a MongoDB CDC source (Debezium) in a change stream.
    ///
    /// The keys are from the connector's source code, their types *assumed*; members without a type here are reached
    /// through [`MongodbCdc::into_raw`].
    MongodbCdc
    required {
        /// The logical name of the server: the connector's topic prefix.
        partition "server_id" server_id: String as &str;
    }
    optional {
        /// The time of the event, in seconds since the Unix epoch.
        offset "sec" sec with_sec(i64): i64 as i64;
        /// The number of the event within its second.
        offset "ord" ord with_ord(i64): i64 as i64;
        /// The resume token of the change stream.
        offset "resume_token" resume_token with_resume_token(impl Into<String>): String as &str;
        /// The id of the logical session.
        offset "lsid" lsid with_lsid(impl Into<String>): String as &str;
        /// The number of the transaction within its session.
        offset "txnNumber" txn_number with_txn_number(i64): i64 as i64;
    }
    checked {}
}

impl MongodbCdc {
    /// A partition without a position yet.
    ///
    /// # Errors
    /// When the name is empty.
    pub fn new(server_id: impl Into<String>) -> Result<Self, ValidationError> {
        Self::of(server_id.into()).checked()
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.server_id", &self.server_id, out);
    }
}
