//! What a client remembers of the alterations of each connector. A request that was accepted earlier must not be taken
//! for the one that is sent now. An alteration has ended at the latest at the time of the first answer that showed
//! its end.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{AlterationRequestInfo, ConnectorRef};
use crate::{AlterationType, Timestamp};

/// For each connector, the latest request that was accepted, and the latest one whose end was seen.
#[derive(Default)]
pub(crate) struct Memory {
    /// With the digest of the entries.
    accepted: Requests<u32>,
    /// The latest request whose end was seen, with the `Date` of the first answer that showed the end.
    ended: Requests<Timestamp>,
}

type Requests<T> = Mutex<HashMap<ConnectorRef, (AlterationType, Timestamp, T)>>;

impl Memory {
    pub(crate) fn accept(
        &self,
        connector: &ConnectorRef,
        request: &AlterationRequestInfo,
        digest: u32,
    ) {
        let identity = (request.kind.clone(), request.requested_at, digest);
        locked(&self.accepted).insert(connector.clone(), identity);
    }

    pub(crate) fn accepted(
        &self,
        connector: &ConnectorRef,
    ) -> Option<(AlterationType, Timestamp, u32)> {
        locked(&self.accepted).get(connector).cloned()
    }

    /// Records that an answer shows the end of the request; `shown` is the `Date` of this answer. Returns the `Date` of
    /// the first answer that showed the end.
    pub(crate) fn end(
        &self,
        connector: &ConnectorRef,
        request: &AlterationRequestInfo,
        shown: Timestamp,
    ) -> Timestamp {
        let mut ended = locked(&self.ended);
        if let Some((kind, requested_at, first)) = ended.get(connector)
            && request.is(kind, *requested_at)
        {
            return *first;
        }
        let seen = (request.kind.clone(), request.requested_at, shown);
        ended.insert(connector.clone(), seen);
        shown
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
