//! What a sample taken after the alteration says about one partition.

use super::Standing;
use crate::offset::{Direction, Identity, KafkaSink, direction};
use crate::plan::Way;
use crate::{OffsetEntry, RawJson};

/// The verdict of a later sample on one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The partition is exactly where the request put it, or where only the alteration can have led it.
    Shown,
    /// The partition is where it was before, or where reading on from there has led it.
    NotMoved,
    /// The partition is where neither the alteration nor reading on can have led it.
    Elsewhere,
    /// The sample fits both: altered and not altered.
    Undecided,
}

/// One partition of an alteration, with the facts that do not come from later samples.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) partition: RawJson,
    pub(super) asked: Standing,
    pub(super) stood: Standing,
    /// Where it was in the sample that the plan was made from.
    pub(super) planned_from: Standing,
    /// Whether it is uncertain that the request touches this partition: a DELETE whose list is not known may be about
    /// any partition.
    pub(super) perhaps: bool,
}

impl Subject {
    /// The direction from `from` to `to` in this partition.
    pub(super) fn direction(&self, from: &RawJson, to: &RawJson) -> Direction {
        direction(&self.at(from), &self.at(to))
    }

    /// Whether it is a partition of a topic that a sink reads.
    pub(super) fn is_sink(&self) -> bool {
        let entry = OffsetEntry::partition_only(&self.partition);
        matches!(Identity::of(&entry), Some(Identity::Sink(..)))
    }

    /// The distance between two positions of a source, as people read it.
    pub(super) fn way(&self, from: &RawJson, to: &RawJson) -> Option<Way> {
        (!self.is_sink()).then(|| Way::guessed(&self.at(from), &self.at(to)))?
    }

    /// The distance in records, for a sink.
    pub(super) fn records(&self, from: &RawJson, to: &RawJson) -> Option<i64> {
        Some(self.number(to)? - self.number(from)?)
    }

    pub(super) fn number(&self, position: &RawJson) -> Option<i64> {
        let sink = KafkaSink::try_from(&self.at(position)).ok()?;
        Some(sink.offset())
    }

    fn at(&self, position: &RawJson) -> OffsetEntry {
        OffsetEntry::new(&self.partition, position)
    }

    /// The verdict of a later sample that shows the partition at `seen`.
    ///
    /// An old position never counts as a new one: a running connector may have read on past its old position, even
    /// after it went back, so such a sample decides nothing.
    pub(super) fn judge(&self, seen: &Standing) -> Verdict {
        match (&self.asked, seen) {
            (Standing::Unknown, _) | (_, Standing::Unknown) => Verdict::Undecided,
            (Standing::Nowhere, seen) => self.judge_reset(seen.position()),
            // A source may show no position for a moment after a change, and some sources never show one; a sink that
            // was given a position shows it.
            (Standing::At(asked), Standing::Nowhere) => {
                let is_sink = self.number(asked).is_some();
                if is_sink && self.stood == Standing::Nowhere {
                    Verdict::NotMoved
                } else {
                    Verdict::Undecided
                }
            }
            (Standing::At(asked), Standing::At(seen)) => match &self.stood {
                Standing::At(stood) => self.judge_set(asked, stood, seen),
                // Without an old position, a connector may have reached any position by reading.
                Standing::Nowhere => match self.direction(asked, seen) {
                    Direction::Same => Verdict::Shown,
                    Direction::Back => Verdict::Elsewhere,
                    Direction::Ahead | Direction::Incomparable => Verdict::Undecided,
                },
                Standing::Unknown => self.judge_blind(asked, seen),
            },
        }
    }

    /// The verdict of a later sample after a failed alteration: it is altered only when the sample proves it.
    pub(super) fn judge_failed(&self, seen: &Standing) -> Verdict {
        if self.asked == self.stood || (self.stood == Standing::Nowhere && *seen == self.stood) {
            return Verdict::NotMoved;
        }
        let was_there = |standing: &Standing| match (standing, seen) {
            (Standing::At(one), Standing::At(other)) => {
                self.direction(one, other) == Direction::Same
            }
            _ => standing == seen,
        };
        let proves = match &self.stood {
            Standing::At(stood) => {
                was_there(&self.asked)
                    || seen
                        .position()
                        .is_some_and(|seen| self.direction(stood, seen) == Direction::Back)
            }
            Standing::Nowhere => was_there(&self.asked),
            Standing::Unknown => {
                was_there(&self.asked)
                    && !self.planned_from.is_unknown()
                    && !was_there(&self.planned_from)
            }
        };
        match self.judge(seen) {
            Verdict::Shown if !proves => Verdict::Undecided,
            verdict => verdict,
        }
    }

    fn judge_set(&self, asked: &RawJson, stood: &RawJson, seen: &RawJson) -> Verdict {
        use Direction::{Ahead, Back, Incomparable, Same};
        let (from_asked, from_stood) = (self.direction(asked, seen), self.direction(stood, seen));
        match (self.direction(stood, asked), from_asked, from_stood) {
            (Same, _, Back) => Verdict::Elsewhere,
            (_, Same, _) => Verdict::Shown,
            // Reading on from the old position does not lead back.
            (Back, Ahead, Back) => Verdict::Shown,
            (Back | Ahead | Incomparable, _, Same) | (Ahead, Back, Ahead) => Verdict::NotMoved,
            (Back | Ahead, Back, _) => Verdict::Elsewhere,
            (Same | Back | Ahead | Incomparable, ..) => Verdict::Undecided,
        }
    }

    /// The verdict when the old position is not known. It was at or after the position in the plan, unless the plan
    /// used an old sample.
    fn judge_blind(&self, asked: &RawJson, seen: &RawJson) -> Verdict {
        let Standing::At(from) = &self.planned_from else {
            return match self.direction(asked, seen) {
                Direction::Same => Verdict::Shown,
                Direction::Back => Verdict::Elsewhere,
                Direction::Ahead | Direction::Incomparable => Verdict::Undecided,
            };
        };
        match self.judge_set(asked, from, seen) {
            // The connector may have stood further ahead when it stopped.
            Verdict::NotMoved if self.direction(from, asked) == Direction::Back => {
                Verdict::Undecided
            }
            verdict => verdict,
        }
    }

    fn judge_reset(&self, seen: Option<&RawJson>) -> Verdict {
        let Some(seen) = seen else {
            return Verdict::Shown;
        };
        let Standing::At(stood) = &self.stood else {
            return Verdict::Undecided;
        };
        match self.direction(stood, seen) {
            // No offset is below 0, so a reset may lead to 0 too.
            Direction::Same if self.number(stood) == Some(0) => Verdict::Undecided,
            Direction::Same => Verdict::NotMoved,
            Direction::Back => Verdict::Shown,
            Direction::Ahead | Direction::Incomparable => Verdict::Undecided,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `?` for unknown, `-` for none, a number for a sink's offset.
    fn standing(text: &str) -> Standing {
        match text {
            "?" => Standing::Unknown,
            "-" => Standing::Nowhere,
            offset => Standing::At(format!(r#"{{"kafka_offset":{offset}}}"#).parse().unwrap()),
        }
    }

    fn subject(asked: &str, stood: &str, planned_from: &str) -> Subject {
        Subject {
            partition: r#"{"kafka_topic":"t","kafka_partition":0}"#.parse().unwrap(),
            asked: standing(asked),
            stood: standing(stood),
            planned_from: standing(planned_from),
            perhaps: false,
        }
    }

    #[test]
    fn sinks() {
        use Verdict::{Elsewhere, NotMoved, Shown, Undecided};
        for (asked, stood, planned_from, seen, expected) in [
            // Back.
            ("1000", "5000", "?", "1000", Shown),
            ("1000", "5000", "?", "4999", Shown),
            ("1000", "5000", "?", "5000", NotMoved),
            ("1000", "5000", "?", "5001", Undecided),
            ("1000", "5000", "?", "999", Elsewhere),
            ("1000", "5000", "?", "-", Undecided),
            // Ahead.
            ("9000", "5000", "?", "9000", Shown),
            ("9000", "5000", "?", "9001", Undecided),
            ("9000", "5000", "?", "5000", NotMoved),
            ("9000", "5000", "?", "8999", NotMoved),
            ("9000", "5000", "?", "0", Elsewhere),
            // To the old position.
            ("5000", "5000", "?", "5000", Shown),
            ("5000", "5000", "?", "6000", Undecided),
            ("5000", "5000", "?", "4000", Elsewhere),
            // The partition had no position before.
            ("5000", "-", "?", "5000", Shown),
            ("5000", "-", "?", "7000", Undecided),
            ("5000", "-", "?", "0", Elsewhere),
            ("5000", "-", "?", "-", NotMoved),
            // The old position is unknown.
            ("1000", "?", "5000", "4000", Shown),
            ("1000", "?", "5000", "5000", Undecided),
            ("9000", "?", "5000", "6000", NotMoved),
            ("9000", "?", "5000", "4000", Elsewhere),
            ("1000", "?", "?", "1000", Shown),
            ("1000", "?", "?", "5000", Undecided),
            ("1000", "?", "?", "500", Elsewhere),
            // Resets.
            ("-", "5000", "?", "-", Shown),
            ("-", "5000", "?", "100", Shown),
            ("-", "5000", "?", "5000", NotMoved),
            ("-", "5000", "?", "5001", Undecided),
            ("-", "0", "?", "0", Undecided),
            ("-", "-", "?", "7", Undecided),
            ("-", "-", "?", "-", Shown),
            ("-", "?", "?", "-", Shown),
            ("-", "?", "?", "7", Undecided),
        ] {
            let subject = subject(asked, stood, planned_from);
            let verdict = subject.judge(&standing(seen));
            assert_eq!(
                verdict, expected,
                "{asked} from {stood} ({planned_from}), seen {seen}"
            );
        }
    }

    #[test]
    fn a_failed_alteration_of_a_sink() {
        use Verdict::{NotMoved, Shown, Undecided};
        for (asked, seen, expected) in [
            ("9000", "9000", Shown),
            ("9000", "\"9000\"", Shown),
            ("9000", "9001", Undecided),
            ("9000", "\"5000\"", NotMoved),
            ("1000", "\"4000\"", Shown),
        ] {
            let verdict = subject(asked, "5000", "?").judge_failed(&standing(seen));
            assert_eq!(verdict, expected, "{asked}, seen {seen}");
        }
    }

    #[test]
    fn sources_without_a_known_order() {
        let at = |pos: &str| {
            Standing::At(
                format!(r#"{{"file":"binlog.000001","pos":{pos}}}"#)
                    .parse()
                    .unwrap(),
            )
        };
        let none = || Standing::Nowhere;
        for (asked, stood, seen, expected) in [
            (at("4"), at("900"), at("4"), Verdict::Shown),
            (at("4"), at("900"), at("900"), Verdict::NotMoved),
            (at("4"), at("900"), at("950"), Verdict::Undecided),
            (at("4"), at("900"), none(), Verdict::Undecided),
            (at("4"), none(), at("4"), Verdict::Shown),
            // The partition had no position before, and the connector may have begun to read by itself.
            (at("4"), none(), at("950"), Verdict::Undecided),
            (none(), at("900"), none(), Verdict::Shown),
            (none(), at("900"), at("900"), Verdict::NotMoved),
        ] {
            let subject = Subject {
                partition: r#"{"server":"inventory"}"#.parse().unwrap(),
                asked,
                stood,
                planned_from: Standing::Unknown,
                perhaps: false,
            };
            assert_eq!(subject.judge(&seen), expected, "{subject:?} {seen:?}");
        }
    }

    proptest! {
        /// For a sink that was never altered, no sample counts as an alteration, back or ahead, unless it shows exactly
        /// the requested position.
        #[test]
        fn an_old_position_never_confirms(asked in 0..3_000_i64, stood in 0..2_000_i64, read in 0..2_000_i64) {
            let seen = stood + read;
            let subject = subject(&asked.to_string(), &stood.to_string(), "?");
            prop_assert!(subject.judge(&standing(&seen.to_string())) != Verdict::Shown || seen == asked);
        }

        /// No sample counts as an alteration either when the partition had no position, or when the request resets it.
        #[test]
        fn reading_from_nothing_never_confirms(asked in 0..3_000_i64, stood in 0..2_000_i64, read in 0..3_000_i64) {
            let given = subject(&asked.to_string(), "-", "?").judge(&standing(&read.to_string()));
            prop_assert!(given != Verdict::Shown || read == asked);
            let reset = subject("-", &stood.to_string(), "?").judge(&standing(&(stood + read).to_string()));
            prop_assert_ne!(reset, Verdict::Shown);
        }

        /// For a sink that was altered as requested and has read on, no sample contradicts the alteration, unless it
        /// shows exactly the old position.
        #[test]
        fn a_carried_out_alteration_is_never_contradicted(asked in 0..2_000_i64, stood in 0..2_000_i64, read in 0..3_000_i64) {
            let seen = asked + read;
            let subject = subject(&asked.to_string(), &stood.to_string(), "?");
            let verdict = subject.judge(&standing(&seen.to_string()));
            prop_assert!(matches!(verdict, Verdict::Shown | Verdict::Undecided) || seen == stood, "{verdict:?}");
        }
    }
}
