//! The documents of operations that do not concern offsets: the list of connectors, one connector, its status, and a Kafka
//! cluster with its address.

use serde_json::{Value, json};

use super::backend::{ConnectorView, TaskView};

/// The document with the state of a connector and of its tasks.
pub(super) fn status(connector: &ConnectorView) -> Value {
    let state = |state: &str, worker: &str| json!({ "state": state, "worker_id": worker });
    let tasks = connector.tasks.iter().map(|task| {
        let mut shown = state(&task.state, &task.worker);
        shown["id"] = task.id.into();
        told(shown, "msg", task.trace.as_deref())
    });
    let own = state(&connector.state, &connector.worker);
    json!({
        "name": connector.name,
        "type": connector.kind,
        "connector": told(own, "trace", connector.trace.as_deref()),
        "tasks": tasks.collect::<Vec<_>>(),
    })
}

/// The document of a Kafka cluster, with its bootstrap address if it is known.
pub(super) fn cluster(id: &str, bootstrap: Option<&str>) -> Value {
    json!({ "id": id, "spec": told(json!({}), "kafka_bootstrap_endpoint", bootstrap) })
}

/// The document of a connector: its name, type, configuration and tasks.
pub(super) fn read(connector: &ConnectorView) -> Value {
    let task = |task: &TaskView| json!({ "connector": connector.name, "task": task.id });
    let mut shown = info(connector);
    shown["tasks"] = connector.tasks.iter().map(task).collect();
    shown
}

fn info(connector: &ConnectorView) -> Value {
    json!({ "name": connector.name, "type": connector.kind, "config": connector.config })
}

/// The object with the member `name` added if its value is known.
fn told(mut object: Value, name: &str, value: Option<&str>) -> Value {
    if let Some(value) = value {
        object[name] = value.into();
    }
    object
}

/// The parts of each connector that a list can show; `?expand=` names the wanted parts.
const PARTS: [&str; 3] = ["id", "info", "status"];

/// The parts of each connector that `?expand=` in the query of a list names.
pub(super) fn wanted(query: Option<&str>) -> Result<Vec<String>, String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default())
        .map_err(|error| format!("the query: {error}"))?;
    let values = pairs.iter().filter(|(key, _)| key == "expand");
    let wanted = values.flat_map(|(_, value)| value.split(',').map(str::to_owned));
    let wanted: Vec<String> = wanted.collect();
    match wanted.iter().find(|part| !PARTS.contains(&&***part)) {
        Some(part) => Err(format!(
            "expand: {part:?} is not one of {}",
            PARTS.join(", ")
        )),
        None => Ok(wanted),
    }
}

/// The list of connectors: their names, or the wanted parts of each connector.
pub(super) fn list(wanted: &[String], connectors: &[ConnectorView]) -> Value {
    if wanted.is_empty() {
        return connectors.iter().map(|c| c.name.as_str()).collect();
    }
    let expanded = connectors.iter().map(|connector| {
        let id = json!({ "id": connector.id, "id_type": "ID" });
        let parts = PARTS
            .into_iter()
            .zip([id, info(connector), status(connector)]);
        let parts = parts.filter(|(name, _)| wanted.iter().any(|part| part == name));
        (connector.name.clone(), parts.collect::<Value>())
    });
    expanded.collect()
}
