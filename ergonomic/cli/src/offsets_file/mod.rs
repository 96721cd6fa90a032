//! The file that people edit: a connector's offsets as JSON.
//!
//! Four forms are read, so that every output with offsets can be edited and sent back:
//!
//! - an object with `offsets` and optionally `id`, `name` and `metadata`, which this tool and the service write;
//! - an object with only `offsets`, which Kafka Connect writes for `GET /connectors/NAME/offsets`;
//! - the plan that `patch --dry-run -o json` prints;
//! - the bare list.
//!
//! Every entry keeps its text: numbers are exact, whatever their size. This module looks at what surrounds the entries;
//! the entries themselves are checked by [`validate`](ccloud_connect::validate), which knows the connector's format.

mod schema;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use ccloud_connect::finding::text::{closest, excerpt, member_path};
use ccloud_connect::finding::{Code, Finding, Report, ValidationError};
use ccloud_connect::json::{Kind, RawObject};
use ccloud_connect::{OffsetEntry, RawJson, Timestamp};

pub(crate) use schema::json_schema;

/// Members that are allowed beside the list: those of the service, and those that `get` adds.
const KNOWN: [&str; 9] = [
    "id",
    "name",
    "offsets",
    "metadata",
    "environment",
    "cluster",
    "state",
    "trace",
    "tasks",
];

/// The members of an object in their order.
type Members = Vec<(String, RawJson)>;

/// The offsets of one connector, read from a file.
///
/// `FromStr` reads JSON text; text in another notation comes in through [`OffsetsFile::from_json`].
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
    /// When the service sampled the offsets, when the file has it.
    pub(crate) observed_at: Option<Timestamp>,
    /// The entries, in their order.
    pub(crate) offsets: Vec<OffsetEntry>,
    /// What looks odd in the file, but does not keep it from being read: members that are not known.
    pub(crate) warnings: Vec<Finding>,
}

impl OffsetsFile {
    /// Reads a JSON value in one of the four forms.
    ///
    /// # Errors
    /// All errors around the entries, at once: no list, a misspelt or repeated key, a wrong type.
    fn from_json(json: &RawJson) -> Result<Self, ValidationError> {
        let text = json.as_str();
        let mut file = Self::default();
        let mut findings = Vec::new();
        match Kind::of(text) {
            Kind::Array => file.read_list(text, &mut findings),
            Kind::Object => file.read_object(text, &mut findings),
            kind => findings.push(Finding::error(
                "file".to_owned(),
                Code::WrongType,
                format!(
                    "must be an object with offsets, or a list, but is {}",
                    kind.noun()
                ),
            )),
        }
        file.warnings = Report::new(findings).into_result()?.into_findings();
        Ok(file)
    }

    fn read_object(&mut self, text: &str, findings: &mut Vec<Finding>) {
        let members = text
            .parse()
            .map_or_else(|_| Members::new(), |o: RawObject| o.entries());
        repeated(&members, findings);
        if let (Some(request), Some(_)) = (find(&members, "request"), find(&members, "changes")) {
            self.read_plan(&members, request, findings);
            return;
        }
        match find(&members, "offsets").map(|list| (list, Kind::of(list.as_str()))) {
            Some((list, Kind::Array)) => self.read_list(list.as_str(), findings),
            Some((_, kind)) => findings.push(Finding::error(
                "offsets".to_owned(),
                Code::WrongType,
                format!("must be a list, but is {}", kind.noun()),
            )),
            None if find(&members, "partition").is_some() => findings.push(
                Finding::error(
                    "file".to_owned(),
                    Code::MissingMember,
                    "is a single entry, not a list of entries",
                )
                .suggest("make it a list: `[{…}]` in JSON, `- partition: …` in YAML"),
            ),
            None => {
                let finding =
                    Finding::error("offsets".to_owned(), Code::MissingMember, "is missing");
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
        self.name = string("name", find(&members, "name"), findings);
        self.environment = string("environment", find(&members, "environment"), findings);
        self.cluster = string("cluster", find(&members, "cluster"), findings);
        self.observed_at = observed_at(find(&members, "metadata"), findings);
        // The body of a request has a type; only a PATCH sets positions.
        let kind = string("type", find(&members, "type"), findings);
        if let Some(kind) = kind.filter(|kind| !kind.eq_ignore_ascii_case("PATCH")) {
            findings.push(
                Finding::error(
                    "type".to_owned(),
                    Code::WrongType,
                    format!("is {}, but positions are set by a PATCH", excerpt(&kind)),
                )
                .suggest("a reset is planned and sent by `delete`"),
            );
        }
        let is_entry = find(&members, "partition").is_some();
        for (key, _) in &members {
            let is_of_entry = is_entry && ["partition", "offset"].contains(&key.as_str());
            if !KNOWN.contains(&key.as_str()) && key != "type" && !is_of_entry {
                findings.push(Finding::warning(
                    member_path("file", key),
                    Code::UnknownMember,
                    "is not read",
                ));
            }
        }
    }

    /// Reads what `patch --dry-run -o json` prints: the request of a plan, and its connector.
    fn read_plan(&mut self, members: &Members, request: &RawJson, findings: &mut Vec<Finding>) {
        let path = "request";
        self.name = string("connector", find(members, "connector"), findings);
        self.environment = string("environment", find(members, "environment"), findings);
        self.cluster = string("cluster", find(members, "cluster"), findings);
        let object = request.as_str().parse::<RawObject>();
        let get = |key: &str| object.as_ref().ok().and_then(|object| object.get(key));
        let kind = get("type").and_then(|kind| kind.parse::<String>().ok());
        match (kind.as_deref(), get("offsets")) {
            (Some("PATCH"), Some(list)) if Kind::of(list.as_str()) == Kind::Array => {
                self.read_list(list.as_str(), findings);
            }
            _ => findings.push(
                Finding::error(
                    path.to_owned(),
                    Code::WrongType,
                    "is not the request of a patch",
                )
                .suggest("a reset is planned and sent by `delete`"),
            ),
        }
    }

    fn read_list(&mut self, text: &str, findings: &mut Vec<Finding>) {
        // The text is a valid list, and any value is an entry.
        self.offsets = serde_json::from_str(text).unwrap_or_default();
        for (index, entry) in self.offsets.iter().enumerate() {
            let object = entry.as_json().as_str().parse::<RawObject>();
            let holds = |key: &str| {
                object
                    .as_ref()
                    .is_ok_and(|object| object.get(key).is_some())
            };
            if holds("offsets") && !holds("partition") {
                findings.push(
                    Finding::error(
                        format!("offsets[{index}]"),
                        Code::EntryNotObject,
                        "holds the offsets of a whole connector, not of one partition",
                    )
                    .suggest("give the file of one connector"),
                );
            }
        }
    }
}

/// Reads JSON text; a byte order mark at its beginning is passed over.
impl FromStr for OffsetsFile {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Err(ValidationError::new(vec![Finding::error(
                "file".to_owned(),
                Code::EmptyRequest,
                "is empty",
            )]));
        }
        let json = text.parse::<RawJson>().map_err(|error| {
            // Reading into a tree gives a more exact error, such as for a trailing comma.
            let error = serde_json::from_str::<serde_json::Value>(text)
                .err()
                .unwrap_or(error);
            let place = format!("line {} column {}", error.line(), error.column());
            let message = error.to_string();
            let message = message.strip_suffix(&format!(" at {place}"));
            let message = message.map_or_else(|| error.to_string(), str::to_owned);
            ValidationError::new(vec![Finding::error(
                place,
                Code::NotJson,
                format!("is not JSON: {message}"),
            )])
        })?;
        Self::from_json(&json)
    }
}

/// The value of a member; of a repeated member, the last value.
fn find<'a>(members: &'a Members, key: &str) -> Option<&'a RawJson> {
    let member = members.iter().rfind(|(k, _)| k == key);
    member.map(|(_, value)| value)
}

fn repeated(members: &Members, findings: &mut Vec<Finding>) {
    for key in KNOWN {
        if members.iter().filter(|(k, _)| k == key).count() > 1 {
            findings.push(Finding::error(
                key.to_owned(),
                Code::DuplicateMember,
                "appears twice, and programs differ in which of the two they read",
            ));
        }
    }
}

fn string(path: &str, value: Option<&RawJson>, findings: &mut Vec<Finding>) -> Option<String> {
    let value = value.filter(|value| !value.is_null())?;
    let text = value.parse::<String>().ok();
    if text.is_none() {
        let kind = Kind::of(value.as_str()).noun();
        findings.push(Finding::error(
            path.to_owned(),
            Code::WrongType,
            format!("must be a string, but is {kind}"),
        ));
    }
    text
}

fn observed_at(metadata: Option<&RawJson>, findings: &mut Vec<Finding>) -> Option<Timestamp> {
    let metadata = metadata.filter(|metadata| !metadata.is_null())?;
    let Ok(object) = metadata.as_str().parse::<RawObject>() else {
        let kind = Kind::of(metadata.as_str()).noun();
        findings.push(Finding::error(
            "metadata".to_owned(),
            Code::WrongType,
            format!("must be an object, but is {kind}"),
        ));
        return None;
    };
    let path = "metadata.observed_at";
    let text = string(path, object.get("observed_at").as_ref(), findings)?;
    text.parse()
        .map_err(|error| {
            let message = format!("cannot be read: {error}");
            findings.push(Finding::error(path.to_owned(), Code::WrongType, message));
        })
        .ok()
}
