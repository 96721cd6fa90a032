//! How long things take in the emulator.

use std::time::Duration;

/// The durations of one alteration, and the period of sampling. All of them are *assumed* unless a source is named.
///
/// They pass on the emulator's clock, divided by its [speed](super::EmulatorBuilder::speed). Begin with one of the constructors
/// and set members:
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
    /// The time from accepting an alteration until the connector has stopped; phase `PENDING`. Default 20 s.
    pub stop: Duration,
    /// The time from then until the alteration is applied, or handed to the plugin for validation; phase `PENDING`.
    /// Default 23 s.
    pub pending: Duration,
    /// The time in which a source connector's plugin checks the offsets; phase `PENDING_VALIDATION`. Default 10 s, so
    /// that a source takes 53 s in all, the one duration recorded from the live service.
    pub validation: Duration,
    /// The time from the end of the alteration until the connector runs again. Default 10 s.
    pub resume: Duration,
    /// The time between two samples of the offsets; the first sample is taken when the emulator starts. Default 30 s.
    /// With zero, every request takes a sample. The service says only that sampling is periodic.
    pub sampling_period: Duration,
}

impl Timing {
    /// Everything happens at once: an alteration is applied when its reply arrives.
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
