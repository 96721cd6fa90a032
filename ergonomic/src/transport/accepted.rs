//! The alterations that a client had accepted: none of them is one that is sent later.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{AlterationRequestInfo, ConnectorRef};
use crate::{AlterationType, Timestamp};

/// The latest one of each connector.
#[derive(Default)]
pub(crate) struct Accepted(Mutex<HashMap<ConnectorRef, (AlterationType, Timestamp)>>);

impl Accepted {
    pub(crate) fn remember(&self, connector: &ConnectorRef, request: &AlterationRequestInfo) {
        let identity = (request.kind.clone(), request.requested_at);
        self.lock().insert(connector.clone(), identity);
    }

    pub(crate) fn latest(&self, connector: &ConnectorRef) -> Option<(AlterationType, Timestamp)> {
        self.lock().get(connector).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectorRef, (AlterationType, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
