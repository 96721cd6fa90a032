//! Who is let in, and where.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{At, Effect, Findings, NOTHING, Side, show, values};

/// One way to be let in: scheme names with their scopes.
fn alternatives(security: &Value) -> BTreeSet<String> {
    let list = security.as_array().into_iter().flatten();
    let found: BTreeSet<String> = list
        .map(|alternative| {
            let schemes = alternative.as_object().into_iter().flatten();
            let mut schemes: Vec<String> = schemes
                .map(|(name, scopes)| {
                    let mut scopes: Vec<&str> = scopes
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str)
                        .collect();
                    scopes.sort_unstable();
                    if scopes.is_empty() {
                        name.clone()
                    } else {
                        format!("{name} ({})", scopes.join(", "))
                    }
                })
                .collect();
            schemes.sort();
            schemes.join(" and ")
        })
        .collect();
    // No requirement at all is the alternative that asks for nothing.
    if found.is_empty() {
        BTreeSet::from([String::new()])
    } else {
        found
    }
}

pub(super) fn security(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let (old, new) = (alternatives(old), alternatives(new));
    let name = |alternative: &String| {
        if alternative.is_empty() {
            "no authorization".to_owned()
        } else {
            format!("`{alternative}`")
        }
    };
    for gone in old.difference(&new) {
        let message = format!("{} is no longer enough", name(gone));
        findings.add(at.finding(
            Effect::Different,
            "security-removed",
            message,
            NOTHING.to_owned(),
        ));
    }
    for added in new.difference(&old) {
        let message = format!("{} is now enough", name(added));
        findings.add(at.finding(Effect::More, "security-added", message, NOTHING.to_owned()));
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
        values::words(
            before,
            after,
            &["description", "bearerFormat"],
            &at,
            findings,
        );
        let meaning = |scheme: &Value| {
            let mut scheme = scheme.clone();
            if let Some(members) = scheme.as_object_mut() {
                members.retain(|key, _| key != "description" && key != "bearerFormat");
            }
            scheme
        };
        if meaning(before) != meaning(after) {
            let message = format!(
                "the security scheme `{name}` works differently: {} becomes {}",
                show(&meaning(before)),
                show(&meaning(after))
            );
            findings.add(at.finding(
                Effect::Different,
                "security-scheme-changed",
                message,
                NOTHING.to_owned(),
            ));
        }
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

fn urls(servers: &Value) -> BTreeSet<String> {
    let list = servers.as_array().into_iter().flatten();
    list.filter_map(|server| Some(server["url"].as_str()?.trim_end_matches('/').to_owned()))
        .collect()
}

pub(super) fn servers(old: &Value, new: &Value, at: &At<'_>, findings: &mut Findings) {
    let (before, after) = (urls(old), urls(new));
    let rust = || {
        "no effect: the base URL is set by the caller; check the default of ccloud-connect"
            .to_owned()
    };
    for gone in before.difference(&after) {
        findings.add(at.finding(
            Effect::Different,
            "server-removed",
            format!("the server {gone} is gone"),
            rust(),
        ));
    }
    for added in after.difference(&before) {
        findings.add(at.finding(
            Effect::More,
            "server-added",
            format!("the server {added} is new"),
            rust(),
        ));
    }
    if before == after && old != new {
        findings.add(at.finding(
            Effect::Words,
            "server-described",
            "servers are described differently".to_owned(),
            NOTHING.to_owned(),
        ));
    }
}

/// Servers of the document that no operation uses, because all have their own.
pub(super) fn unused_servers(old: &Side, new: &Side, at: &At<'_>, findings: &mut Findings) {
    let (before, after) = (&old.document["servers"], &new.document["servers"]);
    let used = new.operations.values().any(|(path, method)| {
        let item = new.item(path);
        item.get("servers").is_none() && item[method].get("servers").is_none()
    });
    if before != after && !used && !before.is_null() && !after.is_null() {
        let message = format!(
            "the document's servers change, which every operation overrides: {} becomes {}",
            show(before),
            show(after)
        );
        findings.add(at.below("servers").finding(
            Effect::Words,
            "unused-servers-changed",
            message,
            NOTHING.to_owned(),
        ));
    }
}
