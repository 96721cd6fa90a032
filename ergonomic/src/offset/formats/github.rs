//! Offsets of the GitHub source.

use crate::Timestamp;
use crate::finding::number::Fault;
use crate::finding::{Code, Finding, ValidationError};
use crate::offset::format::offset_format;
use crate::offset::value::{Value, wrong};

impl Value for Timestamp {
    type View<'a> = Self;

    fn view(&self) -> Self {
        *self
    }

    fn read(text: &str) -> Result<Self, Fault> {
        let string = String::read(text)?;
        string
            .parse()
            .map_err(|_| wrong("a time such as 2024-02-20T15:14:19Z", text))
    }

    fn write(&self) -> String {
        self.to_string().write()
    }

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
    GithubSource
    required {
        /// What is read: `owner/repository_resource`.
        partition "name" name: String as &str;
        /// The time from which on it is read; sent as RFC 3339.
        offset "since" since: Timestamp as Timestamp;
    }
    optional {}
    checked {}
}

impl GithubSource {
    /// A position; `name` is `owner/repository_resource`.
    ///
    /// # Errors
    /// When the name has another form.
    pub fn new(name: impl Into<String>, since: Timestamp) -> Result<Self, ValidationError> {
        Self::of(name.into(), since).checked()
    }

    /// The same resource from another time on.
    #[must_use]
    pub fn move_to(mut self, since: Timestamp) -> Self {
        self.raw.offset.set_text("since", &since.write());
        self.since = since;
        self
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        let parts = self.name.split_once('/');
        let good = parts.is_some_and(|(owner, rest)| !owner.is_empty() && rest.contains('_'));
        if !good {
            let fault = wrong("of the form owner/repository_resource", &self.name);
            out.push(Finding {
                code: Code::FormatTrap,
                ..fault.at("partition.name".to_owned())
            });
        }
    }
}
