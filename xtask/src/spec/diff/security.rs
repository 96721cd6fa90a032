//! Who is let in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::media::by_name;
use super::values::{self, changes};
use super::{At, Effect, Findings, NOTHING, Side};

/// One way to be let in: the schemes it needs, each with its scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

fn alternatives(security: &Value) -> BTreeSet<Alternative> {
    let list = security.as_array().into_iter().flatten();
    let found: BTreeSet<Alternative> = list
        .map(|alternative| {
            let schemes = alternative.as_object().into_iter().flatten();
            let named = schemes.map(|(name, scopes)| {
                let scopes = scopes.as_array().into_iter().flatten();
                let scopes = scopes.filter_map(Value::as_str).map(str::to_owned);
                (name.clone(), scopes.collect())
            });
            named.collect()
        })
        .collect();
    // No requirement at all is the alternative that asks for nothing.
    if found.is_empty() {
        BTreeSet::from([Alternative::new()])
    } else {
        found
    }
}

fn name(alternative: &Alternative) -> String {
    let schemes: Vec<String> = alternative
        .iter()
        .map(|(name, scopes)| {
            let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
            match scopes.as_slice() {
                [] => name.clone(),
                scopes => format!("{name} ({})", scopes.join(", ")),
            }
        })
        .collect();
    if schemes.is_empty() {
        "no authorization".to_owned()
    } else {
        format!("`{}`", schemes.join(" and "))
    }
}

pub(super) fn security(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let (old, new) = (alternatives(old), alternatives(new));
    let mut added: Vec<&Alternative> = new.difference(&old).collect();
    let mut add = |effect: Effect, rule: &'static str, message: String| {
        findings.add(at.finding(effect, rule, message, NOTHING.to_owned()));
    };
    for gone in old.difference(&new) {
        // The same schemes with other scopes are the same way to be let in.
        let same = added.iter().position(|other| other.keys().eq(gone.keys()));
        let Some(after) = same.map(|index| added.remove(index)) else {
            let message = format!("{} is no longer enough", name(gone));
            add(Effect::Different, "security-removed", message);
            continue;
        };
        for (scheme, before) in gone {
            for scope in after[scheme].difference(before) {
                let message = format!("`{scheme}` now needs the scope `{scope}`");
                add(Effect::Different, "security-scope-added", message);
            }
            for scope in before.difference(&after[scheme]) {
                let message = format!("`{scheme}` no longer needs the scope `{scope}`");
                add(Effect::More, "security-scope-removed", message);
            }
        }
    }
    for alternative in added {
        let message = format!("{} is now enough", name(alternative));
        add(Effect::More, "security-added", message);
    }
}

pub(super) fn security_schemes(old: &Side, new: &Side, at: &At<'_>, findings: &mut Findings) {
    let schemes = |side: &Side| {
        side.document
            .pointer("/components/securitySchemes")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let (old, new) = (schemes(old), schemes(new));
    let at = at.below("components").below("securitySchemes");
    for (name, before) in &old {
        let at = at.below(name);
        let Some(after) = new.get(name) else {
            // A fragment has no schemes; operations that need a missing one say so themselves.
            if !new.is_empty() {
                findings.add(at.finding(
                    Effect::Different,
                    "security-scheme-removed",
                    format!("the security scheme `{name}` is gone"),
                    NOTHING.to_owned(),
                ));
            }
            continue;
        };
        scheme(name, before, after, &at, findings);
    }
    for name in new
        .keys()
        .filter(|name| !old.is_empty() && !old.contains_key(*name))
    {
        findings.add(at.below(name).finding(
            Effect::More,
            "security-scheme-added",
            format!("the security scheme `{name}` is new"),
            NOTHING.to_owned(),
        ));
    }
}

fn scheme(name: &str, old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    values::words(old, new, &["description", "bearerFormat"], at, findings);
    let known = ["type", "scheme", "openIdConnectUrl", "flows"];
    values::extensions(old, new, &known, at, findings);
    for key in ["type", "scheme", "in", "name", "openIdConnectUrl"] {
        if old[key] != new[key] {
            let message = changes(
                &format!("`{key}` of the security scheme `{name}`"),
                &old[key],
                &new[key],
            );
            findings.add(at.below(key).finding(
                Effect::Different,
                "security-scheme-changed",
                message,
                NOTHING.to_owned(),
            ));
        }
    }
    let at = at.below("flows");
    let (old, new) = (by_name(&old["flows"]), by_name(&new["flows"]));
    for (flow, before) in &old {
        match new.get(flow) {
            Some(after) => oauth_flow(flow, before, after, &at.below(flow), findings),
            None => findings.add(at.below(flow).finding(
                Effect::Different,
                "oauth-flow-removed",
                format!("the OAuth flow `{flow}` is gone"),
                NOTHING.to_owned(),
            )),
        }
    }
    for flow in new.keys().filter(|flow| !old.contains_key(*flow)) {
        findings.add(at.below(flow).finding(
            Effect::More,
            "oauth-flow-added",
            format!("the OAuth flow `{flow}` is new"),
            NOTHING.to_owned(),
        ));
    }
}

fn oauth_flow(flow: &str, old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let known = ["authorizationUrl", "tokenUrl", "refreshUrl", "scopes"];
    values::extensions(old, new, &known, at, findings);
    let mut add = |at: &At<'_>, effect: Effect, rule: &'static str, message: String| {
        findings.add(at.finding(effect, rule, message, NOTHING.to_owned()));
    };
    for key in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
        if old[key] != new[key] {
            let message = changes(
                &format!("`{key}` of the OAuth flow `{flow}`"),
                &old[key],
                &new[key],
            );
            add(
                &at.below(key),
                Effect::Different,
                "oauth-url-changed",
                message,
            );
        }
    }
    let at = at.below("scopes");
    let empty = serde_json::Map::new();
    let (old, new) = (
        old["scopes"].as_object().unwrap_or(&empty),
        new["scopes"].as_object().unwrap_or(&empty),
    );
    for (scope, before) in old {
        let at = at.below(scope);
        match new.get(scope) {
            None => add(
                &at,
                Effect::Different,
                "oauth-scope-removed",
                format!("the scope `{scope}` is gone"),
            ),
            Some(after) if before != after => {
                let message = format!("the scope `{scope}` is described differently");
                add(&at, Effect::Words, "documentation-changed", message);
            }
            Some(_) => {}
        }
    }
    for scope in new.keys().filter(|scope| !old.contains_key(*scope)) {
        add(
            &at.below(scope),
            Effect::More,
            "oauth-scope-added",
            format!("the scope `{scope}` is new"),
        );
    }
}
