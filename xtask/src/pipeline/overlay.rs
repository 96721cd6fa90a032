//! Stage 4: applies our deliberate deviations from the published pages, an OpenAPI Overlay 1.0 document.

use roas_overlay::apply::{Apply, ApplyOptions};
use roas_overlay::v1_0::Overlay;
use roas_overlay::validation::Validate;

use super::hoist;
use crate::openapi::document::{Document, Source};
use crate::problem::{Problem, Problems, Result};

/// Applies all actions in order, then hoists the schemas to which an action gave a title.
///
/// An action that matches nothing becomes an unsettled problem: a person must decide whether the action is still needed.
pub(crate) fn apply(overlay: &Source, document: &mut Document) -> Result<()> {
    let place = &overlay.place;
    let parsed: Overlay = serde_json::from_value(overlay.document.clone())
        .map_err(|error| Problem::new(place, format!("not OpenAPI Overlay 1.0: {error}")))?;
    let mut problems = Problems::default();
    if let Err(invalid) = parsed.validate(Default::default()) {
        let errors = invalid.errors.into_iter();
        errors.for_each(|error| problems.push(Problem::new(place, error)));
    }
    for (index, action) in parsed.actions.iter().enumerate() {
        let words = action.description.as_deref().unwrap_or_default();
        if words.trim().is_empty() {
            let what = format!("actions[{index}] ({}) has no description", action.target);
            let help = "say why the published description is not taken as it is";
            problems.add(place, what, help);
        }
    }
    problems.into_result()?;
    let options = ApplyOptions::ErrorOnMixedKindMatch.into();
    let report = parsed
        .apply(&mut document.value, options)
        .map_err(|error| {
            let (index, target) = (error.action_index, error.target);
            let what = format!("actions[{index}] (target {target}): {}", error.kind);
            Problem::new(place, what).help("adapt the target of the action")
        })?;
    let mut unmatched = Problems::default();
    for action in report.actions.iter().filter(|action| action.matched == 0) {
        let (index, target) = (action.index, &action.target);
        let what = format!("actions[{index}] (target {target}) matches nothing");
        let help =
            "adapt the action to the changed description, or remove it if it is no longer needed";
        unmatched.add(place, what, help);
    }
    hoist::hoist(document);
    document.unsettled.extend(unmatched);
    Ok(())
}
