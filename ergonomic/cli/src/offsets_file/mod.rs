//! The file that people edit: a connector's offsets as JSON.
//!
//! The tool reads four forms, so that every output with offsets can be edited and sent back:
//!
//! - an object with `offsets` and optionally `id`, `name` and `metadata`, which this tool and the service write;
//! - an object with only `offsets`, which Kafka Connect writes for `GET /connectors/NAME/offsets`;
//! - the plan that `patch --dry-run -o json` prints;
//! - the bare list.
//!
//! Every entry keeps its text, so numbers of any size stay exact. This module checks what surrounds the entries.
//! [`validate`](ccloud_connect::validate) checks the entries themselves, with the connector's format.

mod schema;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use ccloud_connect::finding::text::{closest, excerpt, member_path};
use ccloud_connect::finding::{Code, Finding, Report, ValidationError};
use ccloud_connect::json::{Kind, RawObject};
use ccloud_connect::plan::{Change, Plan};
use ccloud_connect::{OffsetEntry, RawJson, Timestamp};

pub(crate) use schema::json_schema;

/// The members that an object with offsets may have: those of the service, and those that `get` adds.
const KNOWN: [&str; 10] = [
    "id",
    "name",
    "connector",
    "offsets",
    "metadata",
    "environment",
    "cluster",
    "state",
    "trace",
    "tasks",
];

/// The advice for a file that would reset positions.
const RESET: &str = "to reset positions, use `ccloud-offsets delete`";

/// The members of a JSON object, in their order.
type Members = Vec<(String, RawJson)>;

/// The offsets of one connector, read from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OffsetsFile {
    /// The connector's id, when the file has it.
    pub(crate) id: Option<String>,
    /// The connector's name, when the file has it.
    pub(crate) name: Option<String>,
    /// The environment, when the file has it.
    pub(crate) environment: Option<String>,
    /// The Kafka cluster, when the file has it.
    pub(crate) cluster: Option<String>,
    /// The time at which the service sampled the offsets, when the file has it.
    pub(crate) observed_at: Option<Timestamp>,
    /// The entries, in their order.
    pub(crate) offsets: Vec<OffsetEntry>,
    /// The plan, when the file is a saved plan.
    pub(crate) plan: Option<Plan>,
    /// The unedited copy of the file, when `--base` gives it.
    pub(crate) base: Option<Box<OffsetsFile>>,
    /// The warnings about unknown members, which do not keep the file from being used.
    pub(crate) warnings: Vec<Finding>,
}

impl OffsetsFile {
    fn read_object(&mut self, text: &str, findings: &mut Vec<Finding>) {
        let members = members(text);
        for key in KNOWN {
            if members.iter().filter(|(k, _)| k == key).count() > 1 {
                let message = "appears twice, and programs differ in which of the two they read";
                findings.push(error(key, Code::DuplicateMember, message));
            }
        }
        let is_entry = find(&members, "partition").is_some();
        self.environment = string("environment", find(&members, "environment"), findings);
        self.cluster = string("cluster", find(&members, "cluster"), findings);
        if let (Some(request), Some(_)) = (find(&members, "request"), find(&members, "changes")) {
            self.name = string("connector", find(&members, "connector"), findings);
            self.read_plan(text, request, findings);
            return;
        }
        match find(&members, "offsets") {
            Some(list) if Kind::of(list.as_str()) == Kind::Array => {
                self.read_list(list.as_str(), findings);
            }
            Some(other) => findings.push(wrong("offsets", "a list", other)),
            None if is_entry => {
                let message = "is a single entry, not a list of entries";
                let advice = "make it a list: `[{…}]` in JSON, `- partition: …` in YAML";
                findings.push(error("file", Code::MissingMember, message).suggest(advice));
            }
            None => {
                let finding = error("offsets", Code::MissingMember, "is missing");
                let mut keys = members.iter().map(|(key, _)| key);
                findings.push(match keys.find(|key| closest(key, ["offsets"]).is_some()) {
                    Some(misspelt) => {
                        finding.suggest(format!("rename `{}` to `offsets`", excerpt(misspelt)))
                    }
                    None => finding,
                });
            }
        }
        self.id = string("id", find(&members, "id"), findings);
        // What status, wait and the commands that change offsets print has the name as `connector`.
        self.name = string("name", find(&members, "name"), findings)
            .or_else(|| string("connector", find(&members, "connector"), findings));
        self.observed_at = observed_at(find(&members, "metadata"), findings);
        // The body of an alteration request has a type. Only a PATCH sets positions.
        let kind = string("type", find(&members, "type"), findings);
        if let Some(kind) = kind.filter(|kind| !kind.eq_ignore_ascii_case("PATCH")) {
            let message = format!("is {}, but positions are set by a PATCH", excerpt(&kind));
            findings.push(error("type", Code::WrongType, message).suggest(RESET));
        }
        for (key, _) in &members {
            let is_of_entry = is_entry && ["partition", "offset"].contains(&key.as_str());
            if !KNOWN.contains(&key.as_str()) && key != "type" && !is_of_entry {
                let path = member_path("file", key);
                findings.push(Finding::warning(path, Code::UnknownMember, "is ignored"));
            }
        }
    }

    /// Reads the offsets of a saved plan, which are in its `request`.
    fn read_plan(&mut self, text: &str, request: &RawJson, findings: &mut Vec<Finding>) {
        let members = members(request.as_str());
        let kind = find(&members, "type").and_then(|kind| kind.parse::<String>().ok());
        match (kind.as_deref(), find(&members, "offsets")) {
            (Some("PATCH"), Some(list)) if Kind::of(list.as_str()) == Kind::Array => {
                self.read_list(list.as_str(), findings);
                self.plan = serde_json::from_str(text).ok().filter(describes);
                if self.plan.is_none() {
                    let message = "is not what the plan's `changes` show";
                    let finding = error("request", Code::WrongType, message);
                    findings.push(finding.suggest("to send other offsets, give only the list"));
                }
            }
            _ => {
                let finding = error("request", Code::WrongType, "is not the request of a patch");
                findings.push(finding.suggest(RESET));
            }
        }
    }

    fn read_list(&mut self, text: &str, findings: &mut Vec<Finding>) {
        // This parsing cannot fail: the text is a valid list, and any JSON value is accepted as an entry.
        self.offsets = serde_json::from_str(text).unwrap_or_default();
        for (index, entry) in self.offsets.iter().enumerate() {
            let members = members(entry.as_json().as_str());
            if find(&members, "offsets").is_some() && find(&members, "partition").is_none() {
                let path = format!("offsets[{index}]");
                let message = "holds the offsets of a whole connector, not of one partition";
                let finding = error(&path, Code::EntryNotObject, message);
                findings.push(finding.suggest("give the file of one connector"));
            }
        }
    }
}

/// Parses JSON text in one of the four forms. A byte order mark at its beginning is ignored. All errors outside of the entries
/// are reported together.
impl FromStr for OffsetsFile {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_start_matches('\u{feff}');
        let only = |finding| ValidationError::new(vec![finding]);
        if text.trim().is_empty() {
            return Err(only(error("file", Code::EmptyRequest, "is empty")));
        }
        let json = text.parse::<RawJson>().map_err(|invalid| {
            // Parsing into a `Value` gives a more exact error, such as for a trailing comma.
            let exact = serde_json::from_str::<serde_json::Value>(text).err();
            let invalid = exact.unwrap_or(invalid);
            let place = format!("line {} column {}", invalid.line(), invalid.column());
            let message = invalid.to_string();
            let message = message.trim_end_matches(&format!(" at {place}"));
            only(error(
                &place,
                Code::NotJson,
                format!("is not JSON: {message}"),
            ))
        })?;
        let mut file = Self::default();
        let mut findings = Vec::new();
        match Kind::of(json.as_str()) {
            Kind::Array => file.read_list(json.as_str(), &mut findings),
            Kind::Object => file.read_object(json.as_str(), &mut findings),
            _ => findings.push(wrong("file", "an object with offsets, or a list", &json)),
        }
        file.warnings = Report::new(findings).into_result()?.into_findings();
        Ok(file)
    }
}

fn error(path: &str, code: Code, message: impl Into<String>) -> Finding {
    Finding::error(path.to_owned(), code, message)
}

/// The error for a value that has not the expected type.
fn wrong(path: &str, expected: &str, json: &RawJson) -> Finding {
    let is = Kind::of(json.as_str()).noun();
    error(
        path,
        Code::WrongType,
        format!("must be {expected}, but is {is}"),
    )
}

/// The members of a JSON object; no members for any other JSON value.
fn members(json: &str) -> Members {
    let object = json.parse::<RawObject>();
    object.map_or_else(|_| Members::new(), |object| object.entries())
}

/// Whether the plan's changes show every position that the plan's request sets.
fn describes(plan: &Plan) -> bool {
    plan.request().entries().iter().all(|entry| {
        let shows = |change: &Change| {
            let is_it = entry.partition().as_ref() == Some(change.partition());
            is_it && entry.offset().filter(|offset| !offset.is_null()).as_ref() == change.after()
        };
        plan.changes().iter().any(shows)
    })
}

/// The value of a member; of a repeated member, the last value.
fn find<'a>(members: &'a Members, key: &str) -> Option<&'a RawJson> {
    let member = members.iter().rfind(|(k, _)| k == key);
    member.map(|(_, value)| value)
}

fn string(path: &str, value: Option<&RawJson>, findings: &mut Vec<Finding>) -> Option<String> {
    let value = value.filter(|value| !value.is_null())?;
    let text = value.parse::<String>();
    if text.is_err() {
        findings.push(wrong(path, "a string", value));
    }
    text.ok()
}

fn observed_at(metadata: Option<&RawJson>, findings: &mut Vec<Finding>) -> Option<Timestamp> {
    let metadata = metadata.filter(|metadata| !metadata.is_null())?;
    if Kind::of(metadata.as_str()) != Kind::Object {
        findings.push(wrong("metadata", "an object", metadata));
        return None;
    }
    let path = "metadata.observed_at";
    let members = members(metadata.as_str());
    let text = string(path, find(&members, "observed_at"), findings)?;
    let time = text.parse();
    time.map_err(|invalid| {
        findings.push(error(
            path,
            Code::WrongType,
            format!("cannot be read: {invalid}"),
        ));
    })
    .ok()
}
