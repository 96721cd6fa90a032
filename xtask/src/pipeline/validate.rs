//! Stage 5: checks that the document is OpenAPI 3.0, that its references have targets, that its compositions stay within
//! limits, and that earlier stages left no problem unsettled.

use crate::openapi::document::Document;
use crate::openapi::{bounds, references, shape};
use crate::problem::Result;

/// Checks the document. When the outcome is only compared, unsettled problems and deviations from OpenAPI 3.0 are not errors:
/// they stay in `document.unsettled`, as a part of the comparison.
pub(crate) fn check(document: &mut Document, is_compared: bool) -> Result<()> {
    let mut problems = std::mem::take(&mut document.unsettled);
    problems.take(shape::check(&document.value, true, |pointer| {
        document.place(pointer)
    }));
    if is_compared {
        document.unsettled = std::mem::take(&mut problems);
    }
    if problems.take(references::check(document)).is_some() {
        problems.take(bounds::check_copies(document));
    }
    problems.into_result()
}
