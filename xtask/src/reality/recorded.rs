//! Reads the recorded table of Kafka Connect's answers, which is among the data of the emulator's tests.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::problem;
use crate::problem::Result;

const PLACE: &str = "ergonomic/emulator/tests/data/kafka-connect-4.1.1.json";

#[derive(Deserialize)]
pub(super) struct Table {
    pub(super) topics: BTreeMap<String, Vec<(i64, i64)>>,
    pub(super) connectors: Vec<Connector>,
    pub(super) rows: Vec<Row>,
}

#[derive(Deserialize)]
pub(super) struct Connector {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) config: BTreeMap<String, String>,
    pub(super) before: String,
}

#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) connector: String,
    pub(super) method: String,
    pub(super) body: Option<String>,
    pub(super) body_hex: Option<String>,
    pub(super) fill: Option<(String, usize)>,
    pub(super) content_type: Option<String>,
    pub(super) status: u16,
    pub(super) message: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) state: Option<String>,
    pub(super) run: Option<u64>,
    pub(super) after_run: Option<String>,
}

pub(super) fn table(root: &Path) -> Result<Table> {
    let text = std::fs::read_to_string(root.join(PLACE)).map_err(|error| problem(PLACE, error))?;
    serde_json::from_str(&text).map_err(|error| problem(PLACE, error).into())
}
