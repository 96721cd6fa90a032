//! Stage 5: the document is OpenAPI 3.0, its references lead somewhere, its compositions stay within bounds, and nothing
//! was left unsettled.

use super::sources::Purpose;
use crate::openapi::document::Document;
use crate::openapi::shape::{self, Strictness};
use crate::openapi::{bounds, references};
use crate::problem::Result;

pub(crate) fn check(document: &mut Document, purpose: Purpose) -> Result<()> {
    let mut problems = std::mem::take(&mut document.unsettled);
    problems.take(shape::check(
        &document.value,
        Strictness::Whole,
        |pointer| document.place(pointer),
    ));
    if purpose == Purpose::Compare {
        document.unsettled = std::mem::take(&mut problems);
    }
    if problems.take(references::check(document)).is_some() {
        problems.take(bounds::check_copies(document));
    }
    problems.into_result()
}
