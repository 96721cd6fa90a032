//! The queues of faults, one for each operation.

use std::collections::{BTreeMap, VecDeque};

use super::{Fault, Operation};

/// The queued faults of all operations, and the memory that they take.
#[derive(Debug, Default)]
pub(super) struct Faults {
    queues: BTreeMap<Operation, VecDeque<Fault>>,
    bytes: usize,
}

impl Faults {
    /// The approximate maximum memory of all queued faults together, in bytes.
    pub(super) const MOST_BYTES: usize = 16 * 1024 * 1024;

    /// Queues a fault. Returns false and does not queue the fault when the queues would take more memory than
    /// [`MOST_BYTES`](Self::MOST_BYTES).
    pub(super) fn push(&mut self, operation: Operation, fault: Fault) -> bool {
        let bytes = self.bytes + fault.size();
        let fits = bytes <= Self::MOST_BYTES;
        if fits {
            self.bytes = bytes;
            self.queues.entry(operation).or_default().push_back(fault);
        }
        fits
    }

    pub(super) fn take(&mut self, operation: Operation) -> Option<Fault> {
        let queue = self.queues.get_mut(&operation)?;
        let first = queue.front_mut()?;
        if first.left() > 1 {
            *first = first.clone().times(first.left() - 1);
            return Some(first.clone());
        }
        let last = queue.pop_front();
        self.bytes -= last.as_ref().map_or(0, Fault::size);
        last
    }

    /// The number of future requests of each operation that will meet a queued fault.
    pub(super) fn waiting(&self) -> BTreeMap<Operation, u64> {
        let queues = self.queues.iter().filter(|(_, queue)| !queue.is_empty());
        let times = |fault: &Fault| u64::from(fault.left());
        queues
            .map(|(operation, queue)| (*operation, queue.iter().map(times).sum()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_has_a_bound_and_what_was_taken_counts_no_more() {
        let mut faults = Faults::default();
        let large = || Fault::status(500).body(vec![b'x'; Faults::MOST_BYTES / 3]);
        let mut pushed = [(); 3].map(|()| faults.push(Operation::Alter, large()));
        assert_eq!(pushed, [true, true, false]);
        faults.take(Operation::Alter);
        pushed = [(); 3].map(|()| faults.push(Operation::Alter, large()));
        assert_eq!(pushed, [true, false, false]);
    }
}
