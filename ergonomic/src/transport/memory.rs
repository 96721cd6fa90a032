//! What a client remembers of the alterations of each connector: what it had accepted is none that is sent later, and an
//! answer that showed one ended tells when that was at the latest.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{AlterationRequestInfo, ConnectorRef};
use crate::{AlterationType, Timestamp};

/// The latest alteration of each connector that was accepted, and that was seen ended.
#[derive(Default)]
pub(crate) struct Memory {
    accepted: Requests<()>,
    /// With the `Date` of the first answer that showed it.
    ended: Requests<Timestamp>,
}

type Requests<T> = Mutex<HashMap<ConnectorRef, (AlterationType, Timestamp, T)>>;

impl Memory {
    pub(crate) fn accept(&self, connector: &ConnectorRef, request: &AlterationRequestInfo) {
        let identity = (request.kind.clone(), request.requested_at, ());
        locked(&self.accepted).insert(connector.clone(), identity);
    }

    pub(crate) fn accepted(&self, connector: &ConnectorRef) -> Option<(AlterationType, Timestamp)> {
        let accepted = locked(&self.accepted);
        let (kind, requested_at, ()) = accepted.get(connector)?;
        Some((kind.clone(), *requested_at))
    }

    /// Takes in that an answer of `shown` shows the request ended; the `Date` of the first one that did.
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
