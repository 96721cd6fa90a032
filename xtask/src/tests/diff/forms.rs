//! Other ways to write the same document.

use serde_json::{Value, json};

/// Replaces every reference by what it means.
pub(in crate::tests) fn inlined(document: &Value) -> Value {
    fn inline(value: &mut Value, document: &Value) {
        if let Some(target) = value["$ref"].as_str() {
            *value = document
                .pointer(target.strip_prefix('#').unwrap())
                .unwrap()
                .clone();
        }
        match value {
            Value::Object(members) => members
                .values_mut()
                .for_each(|member| inline(member, document)),
            Value::Array(items) => items.iter_mut().for_each(|item| inline(item, document)),
            _ => {}
        }
    }
    let mut inlined = document.clone();
    inline(&mut inlined["paths"], document);
    // What the components hold is not reached any more; security schemes are named, not referred to.
    if let Some(components) = inlined["components"].as_object_mut() {
        components.retain(|section, _| section == "securitySchemes");
    }
    inlined
}

/// Moves every inline parameter, body, response and property schema into components.
pub(in crate::tests) fn referenced(document: &Value) -> Value {
    let mut out = document.clone();
    let mut components =
        json!({ "parameters": {}, "requestBodies": {}, "responses": {}, "schemas": {} });
    // What is moved already keeps its name.
    let mut count = document["components"]["schemas"]
        .as_object()
        .map_or(0, serde_json::Map::len)
        * 1000;
    let mut move_to = |section: &str, value: &mut Value| {
        if value.get("$ref").is_none() {
            count += 1;
            let name = format!("Moved{count}");
            components[section][&name] = value.take();
            *value = json!({ "$ref": format!("#/components/{section}/{name}") });
        }
    };
    for schema in out["components"]["schemas"]
        .as_object_mut()
        .unwrap()
        .values_mut()
    {
        for property in schema
            .get_mut("properties")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(|properties| properties.values_mut())
        {
            move_to("schemas", property);
        }
    }
    for operation in out["paths"]
        .as_object_mut()
        .unwrap()
        .values_mut()
        .flat_map(|item| item.as_object_mut().unwrap().values_mut())
    {
        operation["parameters"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(|parameter| move_to("parameters", parameter));
        if operation.get("requestBody").is_some() {
            move_to("requestBodies", &mut operation["requestBody"]);
        }
        operation["responses"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .for_each(|response| move_to("responses", response));
    }
    for (section, entries) in components.as_object().unwrap() {
        for (name, entry) in entries.as_object().unwrap() {
            out["components"][section][name] = entry.clone();
        }
    }
    out
}
