//! The file that people edit: a connector's offsets as JSON.
//!
//! Three forms are read, so that whatever shows offsets can be edited and sent back:
//!
//! - an object with `offsets`, and with `id`, `name` and `metadata` if they are there: what this library and the service
//!   write;
//! - the same with nothing but `offsets`: what Kafka Connect writes for `GET /connectors/NAME/offsets`;
//! - the bare list.
//!
//! Every entry keeps its text: numbers are exact, whatever their size. This module looks at what surrounds the entries;
//! the entries themselves are checked by [`validate`](crate::validate), which knows what is to be done with them.
//!
//! ```
//! use ccloud_connect::offsets_file::OffsetsFile;
//!
//! let file: OffsetsFile = r#"{
//!     "name": "orders-sink",
//!     "offsets": [
//!         {"partition": {"kafka_topic": "orders", "kafka_partition": 0}, "offset": {"kafka_offset": 9007199254740993}}
//!     ]
//! }"#.parse()?;
//! assert_eq!(file.name(), Some("orders-sink"));
//! assert_eq!(file.offsets().len(), 1);
//! # Ok::<(), ccloud_connect::validate::Invalid>(())
//! ```

mod schema;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

pub use schema::json_schema;

use crate::offset::scan::{self, Kind, Member};
use crate::validate::text::{closest, excerpt, member_path};
use crate::validate::{Code, Finding, Invalid, Report};
use crate::{OffsetEntry, RawJson, Timestamp};

/// Members that may stand beside the list.
const KNOWN: [&str; 4] = ["id", "name", "offsets", "metadata"];

/// The offsets of one connector, read from a file or to be written to one.
///
/// Serialised as `{"id":…,"name":…,"offsets":[…],"metadata":{"observed_at":…}}`, without the members that are not
/// known. `FromStr` reads JSON text; text in another notation comes in through [`OffsetsFile::from_json`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetsFile {
    id: Option<String>,
    name: Option<String>,
    observed_at: Option<Timestamp>,
    offsets: Vec<OffsetEntry>,
    warnings: Vec<Finding>,
}

impl OffsetsFile {
    /// A file of these entries, in this order.
    pub fn new(offsets: impl IntoIterator<Item = OffsetEntry>) -> Self {
        Self {
            offsets: offsets.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Notes the connector's id, such as `lcc-12345`.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Notes the connector's name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Notes when the service sampled the offsets.
    #[must_use]
    pub fn with_observed_at(mut self, observed_at: Timestamp) -> Self {
        self.observed_at = Some(observed_at);
        self
    }

    /// Reads a JSON value in one of the three forms.
    ///
    /// # Errors
    /// Everything that is wrong around the entries, at once: no list, a misspelt or repeated key, a wrong type.
    pub fn from_json(json: &RawJson) -> Result<Self, Invalid> {
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

    /// The entries, in their order.
    pub fn offsets(&self) -> &[OffsetEntry] {
        &self.offsets
    }

    /// The entries, taken out of the file.
    pub fn into_offsets(self) -> Vec<OffsetEntry> {
        self.offsets
    }

    /// The connector's id, when the file has it.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The connector's name, when the file has it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// When the service sampled the offsets, when the file has it.
    pub fn observed_at(&self) -> Option<Timestamp> {
        self.observed_at
    }

    /// What looks odd in the file, but does not keep it from being read: members that nobody knows.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    fn read_object(&mut self, text: &str, findings: &mut Vec<Finding>) {
        let members = scan::members(text).unwrap_or_default();
        repeated(&members, findings);
        let find = |key: &str| members.iter().rfind(|m| m.key == key);
        match find("offsets").map(|m| (m.value, m.kind())) {
            Some((list, Kind::Array)) => self.read_list(list, findings),
            Some((_, kind)) => findings.push(Finding::error(
                "offsets".to_owned(),
                Code::WrongType,
                format!("must be a list, but is {}", kind.noun()),
            )),
            None if find("partition").is_some() => findings.push(
                Finding::error(
                    "file".to_owned(),
                    Code::MissingMember,
                    "is a single entry, not a list of entries",
                )
                .suggest("put it in brackets: [ … ]"),
            ),
            None => {
                let slip = members
                    .iter()
                    .find(|m| closest(&m.key, ["offsets"]).is_some());
                let finding =
                    Finding::error("offsets".to_owned(), Code::MissingMember, "is missing");
                findings.push(match slip {
                    Some(slip) => {
                        finding.suggest(format!("rename `{}` to `offsets`", excerpt(&slip.key)))
                    }
                    None => finding,
                });
            }
        }
        self.id = string("id", find("id"), findings);
        self.name = string("name", find("name"), findings);
        self.observed_at = observed_at(find("metadata"), findings);
        for member in &members {
            if !KNOWN.contains(&member.key.as_ref()) && member.key != "partition" {
                findings.push(Finding::warning(
                    member_path("file", &member.key),
                    Code::UnknownMember,
                    "is not read",
                ));
            }
        }
    }

    fn read_list(&mut self, text: &str, findings: &mut Vec<Finding>) {
        // The text is a valid list, and any value is an entry.
        self.offsets = serde_json::from_str(text).unwrap_or_default();
        for (index, entry) in self.offsets.iter().enumerate() {
            if entry.texts().0.is_some() {
                continue;
            }
            let members = scan::members(entry.as_json().as_str()).unwrap_or_default();
            if members.iter().any(|m| m.key == "offsets") {
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
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Err(Invalid::new(vec![Finding::error(
                "file".to_owned(),
                Code::EmptyRequest,
                "is empty",
            )]));
        }
        let json = text.parse::<RawJson>().map_err(|error| {
            // Reading it into a tree explains more, such as a comma too many.
            let error = serde_json::from_str::<serde_json::Value>(text)
                .err()
                .unwrap_or(error);
            let place = format!("line {} column {}", error.line(), error.column());
            let message = error.to_string();
            let message = message.strip_suffix(&format!(" at {place}"));
            let message = message.map_or_else(|| error.to_string(), str::to_owned);
            Invalid::new(vec![Finding::error(
                place,
                Code::NotJson,
                format!("is not JSON: {message}"),
            )])
        })?;
        Self::from_json(&json)
    }
}

impl Serialize for OffsetsFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Metadata {
            observed_at: Timestamp,
        }
        let metadata = self.observed_at.map(|observed_at| Metadata { observed_at });
        let mut object = serializer.serialize_struct("OffsetsFile", 4)?;
        match &self.id {
            Some(id) => object.serialize_field("id", id)?,
            None => object.skip_field("id")?,
        }
        match &self.name {
            Some(name) => object.serialize_field("name", name)?,
            None => object.skip_field("name")?,
        }
        object.serialize_field("offsets", &self.offsets)?;
        match metadata {
            Some(metadata) => object.serialize_field("metadata", &metadata)?,
            None => object.skip_field("metadata")?,
        }
        object.end()
    }
}

fn repeated(members: &[Member<'_>], findings: &mut Vec<Finding>) {
    for key in KNOWN {
        if members.iter().filter(|m| m.key == key).count() > 1 {
            findings.push(Finding::error(
                key.to_owned(),
                Code::DuplicateMember,
                "appears twice; it is unknown which one would count",
            ));
        }
    }
}

fn string(path: &str, member: Option<&Member<'_>>, findings: &mut Vec<Finding>) -> Option<String> {
    let member = member.filter(|m| m.kind() != Kind::Null)?;
    let text = scan::string(member.value);
    if text.is_none() {
        findings.push(Finding::error(
            path.to_owned(),
            Code::WrongType,
            format!("must be a string, but is {}", member.kind().noun()),
        ));
    }
    text.map(std::borrow::Cow::into_owned)
}

fn observed_at(metadata: Option<&Member<'_>>, findings: &mut Vec<Finding>) -> Option<Timestamp> {
    let metadata = metadata.filter(|m| m.kind() != Kind::Null)?;
    let Some(members) = scan::members(metadata.value) else {
        findings.push(Finding::error(
            "metadata".to_owned(),
            Code::WrongType,
            format!("must be an object, but is {}", metadata.kind().noun()),
        ));
        return None;
    };
    let path = "metadata.observed_at";
    let member = members.iter().rfind(|m| m.key == "observed_at");
    let text = string(path, member, findings)?;
    text.parse()
        .map_err(|error| {
            let message = format!("cannot be read: {error}");
            findings.push(Finding::error(path.to_owned(), Code::WrongType, message));
        })
        .ok()
}
