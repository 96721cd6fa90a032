//! The assembled document is OpenAPI 3.0, by two readers that check different things.

use roas::v3_0::spec::Spec;
use roas::validation::{IGNORE_UNUSED, Options, Validate};
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
            // Other sources may bring components of which only a part is used here.
            let options = Options::new() | IGNORE_UNUSED;
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
