//! Durations that JSON gives as numbers of seconds.

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A duration that is written as a number of seconds, such as `0.5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) Duration);

impl Seconds {
    /// The longest duration that is accepted: a hundred years.
    pub(crate) const MOST: Self = Self(Duration::from_secs(100 * 365 * 24 * 3600));
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        let duration = Duration::try_from_secs_f64(seconds).ok();
        let duration = duration.filter(|duration| *duration <= Self::MOST.0);
        duration.map(Self).ok_or_else(|| {
            let most = Self::MOST.0.as_secs();
            D::Error::custom(format_args!(
                "{seconds} is not a number of seconds from 0 to {most}"
            ))
        })
    }
}

impl JsonSchema for Seconds {
    fn schema_name() -> Cow<'static, str> {
        "Seconds".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0, "maximum": Self::MOST.0.as_secs() })
    }

    fn inline_schema() -> bool {
        true
    }
}
