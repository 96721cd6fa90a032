//! Decides what a sample that was taken after the alteration shows of one partition.

use super::Standing;
use crate::offset::{Direction, Identity, KafkaSink, direction};
use crate::plan::Way;
use crate::{OffsetEntry, RawJson};

/// The verdict of a later sample on one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The partition is exactly at the requested position, or at one that only the alteration can have led to.
    Shown,
    /// The partition is at its old position, or at one that only reading on from the old position can have led to.
    NotMoved,
    /// The partition is at a position that neither the alteration nor reading on can have led to.
    Elsewhere,
    /// The sample is possible both with and without the alteration.
    Undecided,
}

/// One partition of an alteration, with the facts that do not come from later samples.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) partition: RawJson,
    pub(super) asked: Standing,
    pub(super) stood: Standing,
    /// The position in the sample that the plan was made from.
    pub(super) planned_from: Standing,
    /// Whether it is uncertain that the request touches this partition. A DELETE whose list is not known may be about
    /// any partition.
    pub(super) perhaps: bool,
}

impl Subject {
    /// The direction from `from` to `to` in this partition.
    pub(super) fn direction(&self, from: &RawJson, to: &RawJson) -> Direction {
        direction(&self.at(from), &self.at(to))
    }

    /// Whether this is a partition of a topic that a sink reads.
    pub(super) fn is_sink(&self) -> bool {
        let entry = OffsetEntry::partition_only(&self.partition);
        matches!(Identity::of(&entry), Some(Identity::Sink(..)))
    }

    /// The distance between two positions of a source, in a form for people.
    pub(super) fn way(&self, from: &RawJson, to: &RawJson) -> Option<Way> {
        (!self.is_sink()).then(|| Way::guessed(&self.at(from), &self.at(to)))?
    }

    /// The distance between two positions of a sink, in records.
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
    /// The old position never confirms an alteration. A position past the old one decides nothing after a move back: a
    /// running connector reaches it whether or not it went back.
    pub(super) fn judge(&self, seen: &Standing) -> Verdict {
        match (&self.asked, seen) {
            (Standing::Unknown, _) | (_, Standing::Unknown) => Verdict::Undecided,
            (Standing::Nowhere, seen) => self.judge_reset(seen.position()),
            // A source may show no position for a moment after a change, and some sources never show a position. A sink
            // that was given a position shows it.
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
                // A partition that had no position may have reached any position past the requested one by reading from
                // another start.
                Standing::Nowhere => match self.direction(asked, seen) {
                    Direction::Same => Verdict::Shown,
                    Direction::Back => Verdict::Elsewhere,
                    Direction::Ahead | Direction::Incomparable => Verdict::Undecided,
                },
                Standing::Unknown => self.judge_blind(asked, seen),
            },
        }
    }

    /// The verdict of a later sample after a failed alteration. The partition counts as altered only when the sample
    /// proves it.
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
            // A connector that only reads on is never before its old position, so a partition before it was altered.
            (Back, Ahead, Back) => Verdict::Shown,
            (Back | Ahead | Incomparable, _, Same) | (Ahead, Back, Ahead) => Verdict::NotMoved,
            (Back | Ahead, Back, _) => Verdict::Elsewhere,
            (Same | Back | Ahead | Incomparable, ..) => Verdict::Undecided,
        }
    }

    /// The verdict when the position at which the connector stopped is not known. That position was at or past the
    /// position in the plan, unless the sample of the plan was outdated.
    fn judge_blind(&self, asked: &RawJson, seen: &RawJson) -> Verdict {
        let Standing::At(from) = &self.planned_from else {
            return match self.direction(asked, seen) {
                Direction::Same => Verdict::Shown,
                Direction::Back => Verdict::Elsewhere,
                Direction::Ahead | Direction::Incomparable => Verdict::Undecided,
            };
        };
        match self.judge_set(asked, from, seen) {
            // The connector may have read past the position in the plan before it stopped. It may then have gone back,
            // and reached the position in the plan again, so a sample at this position decides nothing.
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
            // A reset of a partition at offset 0 may lead to offset 0 again, so offset 0 decides nothing.
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

    /// The standing for a text of the cases below: `?` is an unknown position, `-` is no position, and a number is the
    /// offset of a sink.
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
            // The request moves the sink back.
            ("1000", "5000", "?", "1000", Shown),
            ("1000", "5000", "?", "4999", Shown),
            ("1000", "5000", "?", "5000", NotMoved),
            ("1000", "5000", "?", "5001", Undecided),
            ("1000", "5000", "?", "999", Elsewhere),
            ("1000", "5000", "?", "-", Undecided),
            // The request moves the sink ahead.
            ("9000", "5000", "?", "9000", Shown),
            ("9000", "5000", "?", "9001", Undecided),
            ("9000", "5000", "?", "5000", NotMoved),
            ("9000", "5000", "?", "8999", NotMoved),
            ("9000", "5000", "?", "0", Elsewhere),
            // The request sets the old position.
            ("5000", "5000", "?", "5000", Shown),
            ("5000", "5000", "?", "6000", Undecided),
            ("5000", "5000", "?", "4000", Elsewhere),
            // The partition had no position before.
            ("5000", "-", "?", "5000", Shown),
            ("5000", "-", "?", "7000", Undecided),
            ("5000", "-", "?", "0", Elsewhere),
            ("5000", "-", "?", "-", NotMoved),
            // The position at which the connector stopped is unknown.
            ("1000", "?", "5000", "4000", Shown),
            ("1000", "?", "5000", "5000", Undecided),
            ("9000", "?", "5000", "6000", NotMoved),
            ("9000", "?", "5000", "4000", Elsewhere),
            ("1000", "?", "?", "1000", Shown),
            ("1000", "?", "?", "5000", Undecided),
            ("1000", "?", "?", "500", Elsewhere),
            // The request resets the partition.
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
        /// A sink that only reads on must not look altered: its samples confirm the request only when they show exactly
        /// the requested position. Otherwise a wait would report a move that never happened.
        #[test]
        fn an_old_position_never_confirms(asked in 0..3_000_i64, stood in 0..2_000_i64, read in 0..2_000_i64) {
            let seen = stood + read;
            let subject = subject(&asked.to_string(), &stood.to_string(), "?");
            prop_assert!(subject.judge(&standing(&seen.to_string())) != Verdict::Shown || seen == asked);
        }

        /// A sink that reads from the beginning of a topic, or that reads on after a reset that never happened, must
        /// not look altered. Only a sample with exactly the requested position confirms the request.
        #[test]
        fn reading_from_nothing_never_confirms(asked in 0..3_000_i64, stood in 0..2_000_i64, read in 0..3_000_i64) {
            let given = subject(&asked.to_string(), "-", "?").judge(&standing(&read.to_string()));
            prop_assert!(given != Verdict::Shown || read == asked);
            let reset = subject("-", &stood.to_string(), "?").judge(&standing(&(stood + read).to_string()));
            prop_assert_ne!(reset, Verdict::Shown);
        }

        /// A sink that was altered as requested and has read on must not look unaltered. Only a sample with exactly the
        /// old position may contradict the request. Otherwise a wait would report a failure that never happened.
        #[test]
        fn a_carried_out_alteration_is_never_contradicted(asked in 0..2_000_i64, stood in 0..2_000_i64, read in 0..3_000_i64) {
            let seen = asked + read;
            let subject = subject(&asked.to_string(), &stood.to_string(), "?");
            let verdict = subject.judge(&standing(&seen.to_string()));
            prop_assert!(matches!(verdict, Verdict::Shown | Verdict::Undecided) || seen == stood, "{verdict:?}");
        }
    }
}
