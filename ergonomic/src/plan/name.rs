//! The names of intents, as programs read them.

use serde::Deserialize;

use crate::named::named;

named! {
    #[derive(Deserialize)]
    pub(super) enum Name {
        Set = "set",
        ShiftBy = "shift-by",
        ToEarliest = "to-earliest",
        Reset = "reset",
        ResetAll = "reset-all",
        CopyFrom = "copy-from",
        /// An undo has a name of its own, because it is validated in another way than a PATCH with the same entries.
        Undo = "undo",
        ToLatest = "to-latest",
        ToTime = "to-time",
    }
}
