//! The assembled document is OpenAPI 3.0, by two readers that check different things.

use roas::v3_0::spec::Spec;
use roas::validation::{IGNORE_EMPTY_REQUIRED_FIELDS, IGNORE_UNUSED, Options, Validate};
use serde_json::Value;

use crate::problem::{Problem, Problems, Result};

pub(crate) fn check(document: &Value) -> Result<()> {
    let mut problems = Problems::default();
    if let Err(error) = serde_json::from_value::<openapiv3::OpenAPI>(document.clone()) {
        problems.push(Problem::new(
            super::ASSEMBLED,
            format!("not OpenAPI 3.0: {error}"),
        ));
    }
    match serde_json::from_value::<Spec>(document.clone()) {
        Err(error) => problems.push(Problem::new(
            super::ASSEMBLED,
            format!("not OpenAPI 3.0: {error}"),
        )),
        Ok(spec) => {
            // Vendored parts of larger documents bring components that nothing uses here, and tags that only their
            // whole describes; an empty text is nobody's mistake to correct here.
            let options = Options::new()
                | IGNORE_UNUSED
                | IGNORE_EMPTY_REQUIRED_FIELDS
                | Options::IgnoreMissingTags;
            if let Err(invalid) = spec.validate(options, None) {
                for error in invalid.errors {
                    problems.push(Problem::new(super::ASSEMBLED, error).help(
                        "if the published text is wrong, correct it in openapi/overlay.yaml",
                    ));
                }
            }
        }
    }
    problems.into_result()
}
