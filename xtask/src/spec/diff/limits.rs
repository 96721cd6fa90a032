//! Limits on values: lengths, ranges, sizes, patterns.

use std::cmp::Ordering;

use serde_json::Value;

use super::values::changes;
use super::{At, Effect, Findings};

/// Bounds: the key, and whether a larger number allows more.
const BOUNDS: &[(&str, bool)] = &[
    ("minLength", false),
    ("maxLength", true),
    ("minimum", false),
    ("maximum", true),
    ("minItems", false),
    ("maxItems", true),
    ("minProperties", false),
    ("maxProperties", true),
];

pub(super) fn limits(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let mut changed = |key: &str, effect: Effect| {
        findings.add(at.below(key).finding(
            effect,
            "limit-changed",
            changes(&format!("`{key}`"), &old[key], &new[key]),
            "no effect: the client leaves limits to the service".to_owned(),
        ));
    };
    for (key, larger_is_wider) in BOUNDS {
        let (before, after) = (&old[*key], &new[*key]);
        if let Some(effect) = presence(before, after) {
            changed(key, effect);
        } else if let Some(order) = order(before, after).filter(|order| order.is_ne()) {
            let is_wider = order.is_lt() == *larger_is_wider;
            changed(
                key,
                if is_wider {
                    Effect::Wider
                } else {
                    Effect::Narrower
                },
            );
        }
    }
    for key in ["exclusiveMinimum", "exclusiveMaximum", "uniqueItems"] {
        match (old[key] == true, new[key] == true) {
            (false, true) => changed(key, Effect::Narrower),
            (true, false) => changed(key, Effect::Wider),
            _ => {}
        }
    }
    type Contains = fn(&Value, &Value) -> bool;
    let kinds: [(&str, Contains); 2] = [("pattern", takes_anything), ("multipleOf", divides)];
    for (key, contains) in kinds {
        let (before, after) = (&old[key], &new[key]);
        if before == after {
            continue;
        }
        let effect = match presence(before, after) {
            Some(effect) => effect,
            None if contains(after, before) => Effect::Wider,
            None if contains(before, after) => Effect::Narrower,
            None => Effect::Different,
        };
        changed(key, effect);
    }
}

/// The effect of a limit that appears or goes.
fn presence(old: &Value, new: &Value) -> Option<Effect> {
    match (old.is_null(), new.is_null()) {
        (true, false) => Some(Effect::Narrower),
        (false, true) => Some(Effect::Wider),
        _ => None,
    }
}

/// Whole numbers of 64 bits are compared with every digit.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    let whole = |value: &Value| {
        let signed = value.as_i64().map(i128::from);
        signed.or_else(|| value.as_u64().map(i128::from))
    };
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// A pattern that is no limit, whatever the other one is.
fn takes_anything(pattern: &Value, _: &Value) -> bool {
    matches!(pattern.as_str(), Some("" | ".*" | "^.*$" | "^.*" | ".*$"))
}

/// Whether every multiple of `other` is a multiple of `number`.
fn divides(number: &Value, other: &Value) -> bool {
    let (Some((number, scale)), Some((other, other_scale))) = (decimal(number), decimal(other))
    else {
        return false;
    };
    let common = scale.max(other_scale);
    let scaled =
        |digits: i128, scale: u32| digits.checked_mul(10_i128.checked_pow(common - scale)?);
    match (scaled(number, scale), scaled(other, other_scale)) {
        (Some(number), Some(other)) => number != 0 && other % number == 0,
        _ => false,
    }
}

/// A number as whole digits and how many of them stand behind the point.
fn decimal(number: &Value) -> Option<(i128, u32)> {
    let text = number.as_number()?.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, u32::try_from(fraction.len()).ok()?))
}
