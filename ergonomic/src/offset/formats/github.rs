//! Offsets of the GitHub source.

use crate::Timestamp;
use crate::finding::number::Fault;
use crate::finding::{Code, Finding, ValidationError};
use crate::json::scan;
use crate::offset::coordinate::Coordinate;
use crate::offset::facts::{Misread, OffsetFormat};
use crate::offset::fields::whole;
use crate::offset::format::offset_format;
use crate::offset::moves::Move;
use crate::offset::position::{Position, Unit};
use crate::offset::value::{Value, wrong};

/// A number above this value counts as milliseconds: in seconds, it would be a time after the year 5138.
const SECONDS: i64 = 100_000_000_000;

impl Value for Timestamp {
    type View<'a> = Self;

    fn view(&self) -> Self {
        *self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        let string = scan::string(text);
        // A time in another form is refused, because nothing shows that the connector reads it.
        let is_rfc3339 = |text: &str| {
            let zone = text.ends_with('Z')
                || text
                    .rfind(':')
                    .is_some_and(|at| at + 3 == text.len() && at > 19);
            text.get(10..11) == Some("T") && zone
        };
        let string = string.filter(|text| is_rfc3339(text));
        string.and_then(|text| text.parse().ok()).ok_or_else(|| {
            let mut fault = wrong("a time such as 2024-02-20T15:14:19Z", text);
            let meant = whole(text).and_then(|number| {
                let seconds = if number > SECONDS {
                    number / 1_000
                } else {
                    number
                };
                Self::from_unix(seconds, 0)
            });
            fault.suggestion = meant.map(|time| format!("write \"{time}\""));
            fault
        })
    }

    const TYPE: &'static str = "text, a time as RFC 3339";

    fn schema() -> serde_json::Value {
        serde_json::json!({ "type": "string", "format": "date-time" })
    }
}

offset_format! {
    /// The position of a GitHub source in one resource of one repository (format published by Confluent).
    ///
    /// ```
    /// use ccloud_connect::offset::GithubSource;
    ///
    /// let entry = GithubSource::new("apache/kafka_stargazers", "2024-02-20T15:14:19Z".parse()?)?.to_entry();
    /// assert_eq!(
    ///     entry.to_string(),
    ///     r#"{"partition":{"name":"apache/kafka_stargazers"},"offset":{"since":"2024-02-20T15:14:19Z"}}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    GithubSource: FORMAT
    required {
        /// The resource that the connector reads: `owner/repository_resource`.
        partition "name" name: String as &str;
        /// The time from which the connector reads. An entry contains it as RFC 3339.
        offset "since" since: Timestamp as Timestamp;
    }
    optional {}
    moves {
        /// The same resource, read from another time.
        move_to(since: Timestamp) = Coordinate::Time(since);
    }
}

impl GithubSource {
    /// An entry for one resource, read from the time `since` on. `name` is `owner/repository_resource`.
    ///
    /// # Errors
    /// When `name` has another form than `owner/repository_resource`.
    pub fn new(name: impl Into<String>, since: Timestamp) -> Result<Self, ValidationError> {
        Self::of(name.into(), since)
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        let parts = self.name.split_once('/');
        let good = parts.is_some_and(|(owner, rest)| !owner.is_empty() && rest.contains('_'));
        if !good {
            let fault = wrong("of the form owner/repository_resource", &self.name);
            out.push(fault.at("partition.name".to_owned()));
        }
    }
}

pub(crate) static FORMAT: OffsetFormat = OffsetFormat {
    name: "github",
    title: "GitHub source",
    managed: &["GithubSource"],
    self_managed: &["io.confluent.connect.github.GithubSourceConnector"],
    evidence: "an example that Confluent published; what the connector does with an offset is *assumed*, because its source code is not public",
    partitions: &[&["name"]],
    signature: &["since"],
    proof: |fields| {
        let name = fields.partition_text("name").unwrap_or_default();
        name.split_once('/')
            .is_some_and(|(_, resource)| resource.contains('_'))
    },
    misread: Misread::Unknown,
    unplaced: Code::MissingPosition,
    without_position: "has no `since`, the time from which the connector reads",
    position: |fields| {
        let time: Timestamp = fields.text("since")?.parse().ok()?;
        let millis = time.unix_nanoseconds().div_euclid(1_000_000);
        Some(Position::new(
            [(millis, Some(Unit::Milliseconds))],
            time.to_string(),
        ))
    },
    past_end: "goes ahead to {}; items that were updated before then are not read (*assumed*)",
    going: &["Set `since` to the time from which the connector must read, as RFC 3339."],
    moves: &[Move::of("time", "since")],
    ..GithubSource::FACTS
};
