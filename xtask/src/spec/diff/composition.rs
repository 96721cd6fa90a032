//! `allOf`, `anyOf` and `oneOf`: whole compositions that come and go, and their members.

use serde_json::Value;

use super::schema::{Schemas, WORDS};
use super::{At, Effect, Findings, NOTHING, Side};
use crate::spec::hoist;

/// The compositions, and whether one more member allows fewer values.
pub(super) const COMPOSITIONS: [(&str, Effect); 3] = [
    ("allOf", Effect::Narrower),
    ("anyOf", Effect::Wider),
    ("oneOf", Effect::Wider),
];

/// Members of a schema that say nothing of its values, so that a composition beside them stands for the whole.
const BESIDE: &[&str] = &[
    "discriminator",
    "nullable",
    "readOnly",
    "writeOnly",
    "deprecated",
];

impl Schemas<'_> {
    /// A schema that becomes one of several, or one of several that becomes the only one. True when that is all there is
    /// to say: the two have nothing else in common that could be compared.
    pub(super) fn wrapped(
        &mut self,
        old: &Value,
        new: &Value,
        at: &At<'_>,
        findings: &mut Findings,
    ) -> bool {
        for (key, more) in COMPOSITIONS {
            let (before, after) = (list(old, key), list(new, key));
            let (members, is_new) = match (before, after) {
                ([], [_, ..]) => (after, true),
                ([_, ..], []) => (before, false),
                _ => continue,
            };
            let (single, whole) = if is_new { (old, new) } else { (new, old) };
            if !stands_for_the_whole(whole, key) || says_nothing(single) {
                continue;
            }
            let here = at.below(key);
            let mut same = |member: &Value| {
                let mut inner = Findings::default();
                let (old, new) = if is_new {
                    (single, member)
                } else {
                    (member, single)
                };
                self.compare(old, new, &here, &mut inner);
                inner.only_words()
            };
            let contained = members.iter().any(&mut same);
            let side = if is_new { self.new } else { self.old };
            let says_more = |member: &&Value| !says_nothing(side.follow(member).1);
            let effect = match (contained, is_new) {
                (false, _) => Effect::Different,
                // Of several members one says everything.
                (true, _) if key == "allOf" && members.iter().filter(says_more).count() < 2 => {
                    Effect::Words
                }
                (true, true) => more,
                (true, false) => more.opposite(),
            };
            let (rule, message) = match (is_new, contained) {
                (true, true) => (
                    "wrapped",
                    format!("what was allowed becomes a member of `{key}`"),
                ),
                (true, false) => (
                    "wrapped",
                    format!("`{key}` takes the place of what was allowed"),
                ),
                (false, true) => ("unwrapped", format!("a member of `{key}` remains alone")),
                (false, false) => (
                    "unwrapped",
                    format!("something else takes the place of `{key}`"),
                ),
            };
            let rust = if effect == Effect::Words {
                NOTHING.to_owned()
            } else {
                at.rust("changes its type")
            };
            findings.add(here.finding(effect, rule, message, rust));
            return true;
        }
        false
    }

    /// Members of a composition have no identity but their content: equal ones are paired first, then those of the same
    /// name, and what remains in order.
    pub(super) fn composition(
        &mut self,
        old: &Value,
        new: &Value,
        key: &str,
        added: Effect,
        at: &At<'_>,
        findings: &mut Findings,
    ) {
        let (before, after) = (list(old, key), list(new, key));
        let rust = || at.rust("changes its variants or fields");
        // The first member of all forbids, the last one that goes allows, whatever the composition.
        let whole = match (before, after) {
            ([], [_, ..]) if added == Effect::Wider => {
                Some((Effect::Narrower, "composition-introduced", "must now fit"))
            }
            ([_, ..], []) if added == Effect::Wider => {
                Some((Effect::Wider, "composition-dropped", "need no longer fit"))
            }
            _ => None,
        };
        if let Some((effect, rule, words)) = whole {
            let message = format!("values {words} `{key}`");
            findings.add(at.below(key).finding(effect, rule, message, rust()));
            return;
        }
        let mut left: Vec<(usize, &Value)> = Vec::new();
        let mut open: Vec<(usize, &Value)> = after.iter().enumerate().collect();
        for (index, member) in before.iter().enumerate() {
            match open
                .iter()
                .position(|(_, candidate)| self.equal(member, candidate, at))
            {
                Some(at) => drop(open.remove(at)),
                None => left.push((index, member)),
            }
        }
        let label = |side: &Side, member: &Value| {
            let (name, schema) = side.follow(member);
            name.map(str::to_owned)
                .or_else(|| schema["title"].as_str().map(hoist::short))
                .unwrap_or_default()
        };
        let mut rest = Vec::new();
        for (index, member) in left {
            let name = label(self.old, member);
            match open
                .iter()
                .position(|(_, candidate)| !name.is_empty() && label(self.new, candidate) == name)
            {
                Some(position) => {
                    let (index, candidate) = open.remove(position);
                    self.compare(
                        member,
                        candidate,
                        &at.below(key).below(&index.to_string()),
                        findings,
                    );
                }
                None => rest.push((index, member)),
            }
        }
        // A pair of which neither has a name is the same member, changed, when the number of members stays.
        if before.len() == after.len() {
            for ((_, member), (index, candidate)) in rest.into_iter().zip(open) {
                self.compare(
                    member,
                    candidate,
                    &at.below(key).below(&index.to_string()),
                    findings,
                );
            }
            return;
        }
        // A member of `allOf` that only describes forbids nothing.
        let effect = |side: &Side, member: &Value, effect: Effect| {
            let describes = key == "allOf" && says_nothing(side.follow(member).1);
            if describes { Effect::Words } else { effect }
        };
        let rust_of = |effect: Effect| {
            if effect == Effect::Words {
                NOTHING.to_owned()
            } else {
                rust()
            }
        };
        for (index, member) in rest {
            let at = at.below(key).below(&index.to_string());
            let message = format!(
                "`{key}` loses the member {} {}",
                index,
                label(self.old, member)
            );
            let effect = effect(self.old, member, added.opposite());
            findings.add(at.finding(
                effect,
                "composition-member-removed",
                message.trim_end().to_owned(),
                rust_of(effect),
            ));
        }
        for (index, member) in open {
            let at = at.below(key).below(&index.to_string());
            let message = format!(
                "`{key}` gains the member {} {}",
                index,
                label(self.new, member)
            );
            let effect = effect(self.new, member, added);
            findings.add(at.finding(
                effect,
                "composition-member-added",
                message.trim_end().to_owned(),
                rust_of(effect),
            ));
        }
    }

    pub(super) fn equal(&mut self, old: &Value, new: &Value, at: &At<'_>) -> bool {
        // What references lead to stays where it is as long as the documents do.
        let (old_target, new_target) = (self.old.follow(old).1, self.new.follow(new).1);
        let key = (
            std::ptr::from_ref(old_target),
            std::ptr::from_ref(new_target),
            at.direction,
            at.is_text,
        );
        if let Some(known) = self.equal.get(&key) {
            return *known;
        }
        let mut inner = Findings::default();
        self.compare(old, new, at, &mut inner);
        let equal = inner.found.is_empty();
        self.equal.insert(key, equal);
        equal
    }
}

fn list<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    schema[key].as_array().map_or(&[], Vec::as_slice)
}

/// Whether a composition is all that a schema says of its values; a type beside it only repeats the members' type.
fn stands_for_the_whole(schema: &Value, key: &str) -> bool {
    let members = schema.as_object().into_iter().flatten();
    let mut others = members.filter(|(name, _)| *name != key && *name != "type");
    others.all(|(name, _)| is_beside(name))
}

/// Whether a schema allows everything.
fn says_nothing(schema: &Value) -> bool {
    let members = schema.as_object().into_iter().flatten();
    members.into_iter().all(|(name, _)| is_beside(name))
}

fn is_beside(name: &str) -> bool {
    BESIDE.contains(&name) || WORDS.contains(&name) || name.starts_with("x-")
}
