//! The phases of an alteration.

/// The phase of an alteration, as its status shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Pending,
    PendingValidation,
    Applied,
    Failed,
}

impl Phase {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::PendingValidation => "PENDING_VALIDATION",
            Self::Applied => "APPLIED",
            Self::Failed => "FAILED",
        }
    }
}
