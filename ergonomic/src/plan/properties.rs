//! Property tests with a small model of the service: the request of a plan must lead to the positions that the plan
//! shows.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::sinks;
use super::*;
use crate::RawJson;

/// Positions by the canonical text of their partition.
type Offsets = BTreeMap<String, Option<RawJson>>;

fn read(entries: &[OffsetEntry]) -> Offsets {
    let pair = |entry: &OffsetEntry| (entry.partition().unwrap().canonical(), entry.offset());
    entries.iter().map(pair).collect()
}

/// What the service does with a request, according to its published description. A null position resets its partition.
fn apply(request: &AlterationRequest, offsets: &mut Offsets) {
    match request {
        AlterationRequest::Patch(entries) => {
            for (partition, offset) in read(entries) {
                match offset.filter(|offset| !offset.is_null()) {
                    Some(offset) => offsets.insert(partition, Some(offset)),
                    None => offsets.remove(&partition),
                };
            }
        }
        AlterationRequest::Delete(entries) => {
            for partition in read(entries).keys() {
                offsets.remove(partition);
            }
        }
        AlterationRequest::DeleteAll => offsets.clear(),
    }
}

fn words(offsets: &BTreeMap<i32, i64>) -> Vec<OffsetEntry> {
    let words: Vec<String> = offsets.iter().map(|(p, o)| format!("t:{p}={o}")).collect();
    sinks(&words.join(" "))
}

fn offsets(low: usize) -> impl Strategy<Value = BTreeMap<i32, i64>> {
    prop::collection::btree_map(0..8_i32, prop_oneof![0..50_i64, 0..=i64::MAX], low..6)
}

#[test]
fn a_reset_of_what_has_no_position_is_refused() {
    assert!(Plan::new(&sinks("t:1=0"), Intent::reset(sinks("t:2=0"))).is_err());
}

proptest! {
    #[test]
    fn promises_are_kept(
        now in offsets(1),
        other in offsets(1),
        by in prop_oneof![-60..60_i64, any::<i64>()],
        goal in 0..6,
        only in prop::option::of(prop::collection::btree_set(0..8_i32, 1..4)),
    ) {
        let current = words(&now);
        let mut intent = match goal {
            0 => Intent::set(words(&other)),
            1 => Intent::shift_by(by),
            2 => Intent::to_earliest(),
            3 => Intent::reset(words(&other)),
            4 => Intent::reset_all(),
            _ => Intent::copy_from(words(&other)),
        };
        if let Some(only) = &only {
            let places: Vec<String> = only.iter().map(|p| format!("t:{p}=-")).collect();
            intent = intent.only(sinks(&places.join(" ")));
        }
        let Ok(plan) = Plan::new(&current, intent) else {
            let chosen = |p: &i32| only.as_ref().is_none_or(|only| only.contains(p));
            let nothing = goal == 3 && other.keys().filter(|p| chosen(p)).all(|p| !now.contains_key(p));
            let covered = if matches!(goal, 0 | 3 | 5) { &other } else { &now };
            let uncovered = only.as_ref().is_some_and(|only| only.iter().any(|p| !covered.contains_key(p)));
            let overflow = goal == 1 && now.values().any(|o| o.checked_add(by).is_none());
            prop_assert!(nothing || uncovered || overflow);
            return Ok(());
        };
        prop_assert!(plan.check(&current).is_ok());

        let before = read(&current);
        let mut after = before.clone();
        apply(plan.request(), &mut after);
        let mut touched = std::collections::BTreeSet::new();
        for change in plan.changes() {
            let place = change.partition().canonical();
            prop_assert_eq!(before.get(&place).cloned().flatten(), change.before().cloned());
            prop_assert_eq!(after.get(&place).cloned().flatten(), change.after().cloned());
            if goal == 1 {
                let from = change.records.0.unwrap();
                prop_assert_eq!(change.distance(), Some(by.max(-from)));
            }
            touched.insert(place);
        }
        for (place, offset) in &before {
            prop_assert!(touched.contains(place) || after.get(place) == Some(offset));
        }
        if let Some(only) = only {
            prop_assert_eq!(touched.len(), only.len());
        }
    }

    #[test]
    fn reading_on_never_stops_a_rewind_and_always_stops_a_skip_that_it_passed(
        now in offsets(1),
        steps in prop::collection::vec(1..9_i64, 8),
    ) {
        let current = words(&now);
        let later: BTreeMap<i32, i64> = now
            .iter()
            .zip(steps)
            .map(|((partition, offset), step)| (*partition, offset.saturating_add(step)))
            .collect();
        prop_assume!(now != later);
        let later = words(&later);
        let rewind = Plan::new(&current, Intent::reset_all()).unwrap();
        prop_assert!(rewind.check(&later).is_ok());
        // A move back leaves a partition at offset 0 where it is, and such a plan is refused once the sink has read on.
        prop_assume!(now.values().all(|offset| *offset > 0));
        let back = Plan::new(&current, Intent::shift_by(-3)).unwrap();
        prop_assert!(back.check(&later).is_ok());
        let stay = Plan::new(&current, Intent::set(current.clone())).unwrap();
        prop_assert!(stay.check(&later).is_err());
    }
}
