//! Offsets of the MongoDB Atlas source.

use crate::finding::text::excerpt;
use crate::finding::{Code, Finding, ValidationError};
use crate::json::scan::{self, Kind};
use crate::offset::format::offset_format;
use crate::offset::value::{Value, not_empty};

offset_format! {
    /// The position of a MongoDB Atlas source in a change stream.
    ///
    /// The resume token `_id` is JSON text **in a string**, `"{\"_data\": \"8266…\"}"`, not an object; Kafka Connect
    /// stores no objects (format published by Confluent and from the connector's source code).
    ///
    /// ```
    /// use ccloud_connect::offset::MongodbAtlas;
    ///
    /// let entry = MongodbAtlas::new("mongodb+srv://host/shop.orders", r#"{"_data": "8266"}"#)?.to_entry();
    /// assert_eq!(
    ///     entry.to_string(),
    ///     r#"{"partition":{"ns":"mongodb+srv://host/shop.orders"},"offset":{"_id":"{\"_data\": \"8266\"}"}}"#,
    /// );
    /// # Ok::<(), ccloud_connect::finding::ValidationError>(())
    /// ```
    MongodbAtlas
    required {
        /// The namespace: `mongodb+srv://host/database.collection`.
        partition "ns" namespace: String as &str;
        /// The resume token, as JSON text of an object.
        offset "_id" resume_token: String as &str;
    }
    optional {}
    checked {}
}

impl MongodbAtlas {
    /// A position; `resume_token` is the JSON text of the token, `{"_data": "8266…"}`.
    ///
    /// # Errors
    /// When the namespace is empty or the token is not the JSON text of an object.
    pub fn new(
        namespace: impl Into<String>,
        resume_token: impl Into<String>,
    ) -> Result<Self, ValidationError> {
        Self::of(namespace.into(), resume_token.into()).checked()
    }

    /// The same namespace at another resume token.
    ///
    /// # Errors
    /// When the token is not the JSON text of an object.
    pub fn move_to(mut self, resume_token: impl Into<String>) -> Result<Self, ValidationError> {
        self.resume_token = resume_token.into();
        let text = self.resume_token.write();
        self.raw.offset.set_text("_id", &text);
        self.checked()
    }

    fn rules(&self, out: &mut Vec<Finding>) {
        not_empty("partition.ns", &self.namespace, out);
        let token = self.resume_token.parse::<crate::RawJson>();
        if !token.is_ok_and(|json| Kind::of(json.as_str()) == Kind::Object) {
            let is = match scan::string(&self.resume_token) {
                Some(_) => "a string within a string".to_owned(),
                None => format!("\"{}\"", excerpt(&self.resume_token)),
            };
            let finding = Finding::error(
                "offset._id".to_owned(),
                Code::FormatTrap,
                format!("must be the JSON text of an object, but is {is}"),
            );
            out.push(finding.suggest(r#"the form is "{\"_data\": \"8266…\"}""#));
        }
    }
}
