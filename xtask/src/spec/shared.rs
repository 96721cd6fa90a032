//! Parameters, bodies, responses and headers by reference, replaced by what they mean.

use serde_json::Value;

use super::walk::{self, Kind};

/// Replaces every reference that is not to a schema. `refs` must have accepted the document.
pub(crate) fn resolve(document: &mut Value) {
    let components = document["components"].take();
    let target = |value: &Value| {
        Some(
            value["$ref"]
                .as_str()?
                .strip_prefix("#/components")?
                .to_owned(),
        )
    };
    // What a target contains is replaced in turn, parents of parents included, until nothing is left to replace.
    loop {
        let mut changed = false;
        walk::each(document, &mut |kind, _, value| {
            if kind != Kind::Schema
                && let Some(target) = target(value)
            {
                *value = components.pointer(&target).cloned().unwrap_or_default();
                changed = true;
            }
        });
        if !changed {
            break;
        }
    }
    document["components"] = components;
    if document["components"].is_null()
        && let Some(members) = document.as_object_mut()
    {
        members.remove("components");
    }
}
