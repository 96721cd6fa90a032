//! What was seen after an alteration: later samples, and the connector's state.

use std::time::Duration;

use super::Standing;
use super::judge::{Subject, Verdict};
use crate::Timestamp;
use crate::model::ConnectorStatus;
use crate::offset::Direction;

/// What the later samples showed of one partition.
#[derive(Clone, Debug, Default)]
pub(super) struct Sighting {
    pub(super) verdict: Option<Verdict>,
    pub(super) seen: Standing,
}

impl Sighting {
    /// Adds one later sample, which shows the partition at `seen`.
    pub(super) fn add(&mut self, subject: &Subject, failed: bool, seen: Standing) {
        let verdict = if failed {
            subject.judge_failed(&seen)
        } else {
            subject.judge(&seen)
        };
        let is_first_none = seen == Standing::Nowhere && self.seen != Standing::Nowhere;
        let verdict = match verdict {
            // A source may show no position for a moment after a change, so the first sample without a position
            // confirms nothing.
            Verdict::Shown if is_first_none && !subject.is_sink() => Verdict::Undecided,
            Verdict::NotMoved | Verdict::Elsewhere if subject.perhaps => Verdict::Undecided,
            verdict => verdict,
        };
        self.verdict = Some(match (self.verdict, verdict) {
            (Some(Verdict::Shown), Verdict::Undecided) => Verdict::Shown,
            // An earlier sample has confirmed the move back. The old position in this sample does not contradict it,
            // because the sink may have read up to this position again.
            (Some(Verdict::Shown), Verdict::NotMoved) if self.leads_to(subject, &seen) => {
                Verdict::Shown
            }
            // A connector that was not altered may have read up to the new position.
            (Some(before @ (Verdict::NotMoved | Verdict::Elsewhere)), Verdict::Shown)
                if self.has_read_on(subject) && self.leads_to(subject, &seen) =>
            {
                before
            }
            (_, verdict) => verdict,
        });
        self.seen = seen;
    }

    /// Whether the sample before shows the partition where it only stood after the connector had resumed.
    fn has_read_on(&self, subject: &Subject) -> bool {
        self.seen
            .position()
            .is_some_and(|seen| match &subject.stood {
                Standing::At(stood) => subject.direction(stood, seen) == Direction::Ahead,
                Standing::Nowhere => true,
                Standing::Unknown => false,
            })
    }

    fn leads_to(&self, subject: &Subject, seen: &Standing) -> bool {
        let from_to = self.seen.position().zip(seen.position());
        from_to.is_some_and(|(from, to)| subject.direction(from, to) == Direction::Ahead)
    }
}

/// What was seen after the alteration.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// One sighting for each subject, in the order of the subjects.
    pub(super) sightings: Vec<Sighting>,
    pub(super) observed_at: Option<Timestamp>,
    /// Whether the watch also waited for later samples.
    pub(super) sampled: bool,
    pub(super) state: Option<ConnectorStatus>,
    /// Why the connector cannot be read any more.
    pub(super) gone: Option<String>,
    /// The time from the first to the last read that showed the state; `None` when the state was not watched.
    pub(super) watched: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(partition: &str, asked: &str, stood: &str, samples: &[&str]) -> Option<Verdict> {
        let standing = |text: &str| match text {
            "-" => Standing::Nowhere,
            position => Standing::At(position.parse().unwrap()),
        };
        let subject = Subject {
            partition: partition.parse().unwrap(),
            asked: standing(asked),
            stood: standing(stood),
            planned_from: Standing::Unknown,
            perhaps: false,
        };
        let mut sighting = Sighting::default();
        for sample in samples {
            sighting.add(&subject, false, standing(sample));
        }
        sighting.verdict
    }

    #[test]
    fn a_source_is_reset_when_two_samples_show_none() {
        use Verdict::{NotMoved, Shown, Undecided};
        let stood = r#"{"file":"binlog.000001","pos":900}"#;
        for (samples, expected) in [
            (&["-"] as &[_], Undecided),
            (&["-", "-"], Shown),
            (&["-", stood], NotMoved),
            (&["-", "-", stood], NotMoved),
            (&[stood, "-"], Undecided),
            (&["-", r#"{"file":"binlog.000001","pos":950}"#], Undecided),
        ] {
            let found = verdict(r#"{"server":"inventory"}"#, "-", stood, samples);
            assert_eq!(found, Some(expected), "{samples:?}");
        }
    }

    #[test]
    fn a_later_sample_of_a_sink_contradicts_unless_reading_on_leads_there() {
        use Verdict::{Elsewhere, NotMoved, Shown};
        let at = |offset: i64| format!(r#"{{"kafka_offset":{offset}}}"#);
        for (asked, stood, samples, expected) in [
            // The sink went back, and reads up to its old position.
            (1_000, 5_000, [1_000, 5_000], Shown),
            (1_000, 5_000, [1_000, 6_000], Shown),
            (1_000, 5_000, [1_000, 0], Elsewhere),
            // The sink was moved ahead. A second sample at the old position, or before it, contradicts the first one.
            (9_000, 5_000, [9_000, 5_000], NotMoved),
            (9_000, 5_000, [9_000, 0], Elsewhere),
            (9_000, 5_000, [9_000, 9_500], Shown),
            // The first sample is old, or the sink was not altered and has read up to the new position.
            (9_000, 5_000, [5_000, 9_000], Shown),
            (9_000, 5_000, [7_000, 9_000], NotMoved),
        ] {
            let samples = samples.map(at);
            let found = verdict(
                r#"{"kafka_topic":"t","kafka_partition":0}"#,
                &at(asked),
                &at(stood),
                &samples.each_ref().map(String::as_str),
            );
            assert_eq!(found, Some(expected), "{asked} from {stood}, {samples:?}");
        }
        let found = verdict(
            r#"{"kafka_topic":"t","kafka_partition":0}"#,
            "-",
            &at(5),
            &["-"],
        );
        assert_eq!(
            found,
            Some(Shown),
            "one sample without a position confirms the reset of a sink"
        );
    }
}
