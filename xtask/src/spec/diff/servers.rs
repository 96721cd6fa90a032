//! Where requests go.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{At, Effect, Findings, NOTHING, Side, show};

/// The base URLs, with the default of every variable in its place.
fn urls(servers: &Value) -> BTreeSet<String> {
    let list = servers.as_array().into_iter().flatten();
    list.filter_map(|server| {
        let mut url = server["url"].as_str()?.trim_end_matches('/').to_owned();
        for (name, variable) in server["variables"].as_object().into_iter().flatten() {
            let default = variable["default"].as_str().unwrap_or_default();
            url = url.replace(&format!("{{{name}}}"), default);
        }
        Some(url)
    })
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
