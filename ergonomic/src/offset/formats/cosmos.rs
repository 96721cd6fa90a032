//! Offsets of the Azure Cosmos DB source.

use crate::finding::{Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty};

offset_format! {
    /// The position of an Azure Cosmos DB source, version 1, in one container (format from the connector's source
    /// code).
    CosmosDbSource
    required {
        /// The database.
        partition "DatabaseName" database: String as &str;
        /// The container.
        partition "Container" container: String as &str;
        /// The continuation token of the change feed.
        offset "recordContinuationToken" continuation_token: String as &str;
    }
    optional {}
    checked {}
}

impl CosmosDbSource {
    /// A position.
    ///
    /// # Errors
    /// When a name is empty.
    pub fn new(
        database: impl Into<String>,
        container: impl Into<String>,
        continuation_token: impl Into<String>,
    ) -> Result<Self, ValidationError> {
        Self::of(database.into(), container.into(), continuation_token.into()).checked()
    }

    /// The same container at another continuation token.
    #[must_use]
    pub fn move_to(mut self, continuation_token: impl Into<String>) -> Self {
        self.continuation_token = continuation_token.into();
        let text = self.continuation_token.write();
        self.raw.offset.set_text("recordContinuationToken", &text);
        self
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.DatabaseName", &self.database, out);
        not_empty("partition.Container", &self.container, out);
    }
}
