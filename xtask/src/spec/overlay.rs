//! Our deliberate deviations from what is published: an OpenAPI Overlay 1.0 document, applied strictly.

use roas_overlay::apply::{Apply, ApplyOptions};
use roas_overlay::v1_0::Overlay;
use roas_overlay::validation::Validate;
use serde_json::Value;

use super::assemble::Source;
use crate::problem::{Problem, Problems, Result};

/// Applies every action in order. An action that matches nothing is an error: the deviation it describes has lost its
/// object, and somebody has to decide whether it is still wanted.
pub(crate) fn apply(overlay: &Source, document: &mut Value) -> Result<()> {
    let place = &overlay.place;
    let parsed: Overlay = serde_json::from_value(overlay.document.clone()).map_err(|error| {
        Problem::new(
            place,
            format!("not an OpenAPI Overlay 1.0 document: {error}"),
        )
    })?;
    let mut problems = Problems::default();
    if let Err(invalid) = parsed.validate(Default::default()) {
        for error in invalid.errors {
            problems.push(Problem::new(place, error));
        }
    }
    for (index, action) in parsed.actions.iter().enumerate() {
        if action
            .description
            .as_ref()
            .is_none_or(|text| text.trim().is_empty())
        {
            problems.push(
                Problem::new(
                    place,
                    format!("actions[{index}] ({}) has no description", action.target),
                )
                .help("say why the published description is not taken as it is"),
            );
        }
    }
    problems.into_result()?;
    parsed
        .apply(document, ApplyOptions::ErrorOnZeroMatch | ApplyOptions::ErrorOnMixedKindMatch)
        .map_err(|error| {
            Problem::new(
                place,
                format!("actions[{}] (target {}): {}", error.action_index, error.target, error.kind),
            )
            .help("adapt the action to the changed description, or remove it if it is no longer needed")
        })?;
    Ok(())
}
