//! `allOf`, `anyOf` and `oneOf`.

use serde_json::Value;

use super::schema::Schemas;
use super::{At, Effect, Findings, Side};
use crate::spec::hoist;

impl Schemas<'_> {
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
        let removed = if added == Effect::Narrower {
            Effect::Wider
        } else {
            Effect::Narrower
        };
        for (index, member) in rest {
            let at = at.below(key).below(&index.to_string());
            let message = format!(
                "`{key}` loses the member {} {}",
                index,
                label(self.old, member)
            );
            findings.add(at.finding(
                removed,
                "composition-member-removed",
                message.trim_end().to_owned(),
                format!("{} changes its variants or fields", at.rust_name()),
            ));
        }
        for (index, member) in open {
            let at = at.below(key).below(&index.to_string());
            let message = format!(
                "`{key}` gains the member {} {}",
                index,
                label(self.new, member)
            );
            findings.add(at.finding(
                added,
                "composition-member-added",
                message.trim_end().to_owned(),
                format!("{} changes its variants or fields", at.rust_name()),
            ));
        }
    }

    fn equal(&mut self, old: &Value, new: &Value, at: &At<'_>) -> bool {
        let mut inner = Findings::default();
        self.compare(old, new, at, &mut inner);
        inner.found.is_empty()
    }
}

fn list<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    schema[key].as_array().map_or(&[], Vec::as_slice)
}
