//! How long the steps of an alteration take in the emulator, and how often offsets are sampled.

use std::time::Duration;

/// The durations of one alteration, and the period of sampling. A duration is *assumed* unless its documentation names a
/// source.
///
/// The durations follow the emulator's clock, and are divided by its [speed](super::EmulatorBuilder::speed). Begin with one of
/// the constructors, and set members:
///
/// ```
/// use ccloud_connect_emulator::Timing;
/// # use std::time::Duration;
/// let mut timing = Timing::default();
/// timing.pending = Duration::from_secs(90);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// The time from the acceptance of an alteration until the connector has stopped. The phase is `PENDING`. Default 20 s.
    pub stop: Duration,
    /// The time from the stop of the connector until the alteration is applied, or given to the plugin for validation. The
    /// phase is `PENDING`. Default 23 s.
    pub pending: Duration,
    /// The time that a source connector's plugin needs to check the offsets. The phase is `PENDING_VALIDATION`. Default 10 s,
    /// so that an alteration of a source takes 53 s, like the only one that was recorded from the live service.
    pub validation: Duration,
    /// The time from the end of the alteration until the connector runs again. Default 10 s.
    pub resume: Duration,
    /// The time between two samples of the offsets. The first sample is taken when the emulator starts. Default 30 s. With
    /// zero, every request takes a sample. The service's documents state only that sampling is periodic.
    pub sampling_period: Duration,
}

impl Timing {
    /// All durations are zero: an alteration is applied when its reply arrives, and every request takes a sample.
    pub fn instant() -> Self {
        Self::default().map(|_| Duration::ZERO)
    }

    pub(super) fn divided_by(&self, speed: f64) -> Self {
        self.map(|duration| {
            Duration::try_from_secs_f64(duration.as_secs_f64() / speed).unwrap_or(Duration::MAX)
        })
    }

    fn map(&self, change: impl Fn(Duration) -> Duration) -> Self {
        Self {
            stop: change(self.stop),
            pending: change(self.pending),
            validation: change(self.validation),
            resume: change(self.resume),
            sampling_period: change(self.sampling_period),
        }
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            stop: Duration::from_secs(20),
            pending: Duration::from_secs(23),
            validation: Duration::from_secs(10),
            resume: Duration::from_secs(10),
            sampling_period: Duration::from_secs(30),
        }
    }
}
