//! Adds the findings of formats: each function adds one kind of finding, with its path.

use super::facts::Case;
use super::fields::Fields;
use crate::finding::{Code, Finding};

/// Adds a warning about a member of the position.
pub(crate) fn warn(out: &mut Vec<Finding>, key: &str, code: Code, message: impl Into<String>) {
    out.push(Finding::warning(format!("offset.{key}"), code, message));
}

/// Adds an error about a member of the position that certainly makes the task fail when it starts.
pub(crate) fn fails(out: &mut Vec<Finding>, key: &str, message: impl Into<String>) {
    let path = format!("offset.{key}");
    out.push(Finding::error(path, Code::TaskWouldFail, message));
}

/// Adds an error for each of these members that is null, because the task then fails. A member that is absent, or null
/// in the current entry too, gets no error.
pub(crate) fn nulls(case: &Case<'_>, keys: &[&str], out: &mut Vec<Finding>) {
    let null = |fields: &Fields<'_>, key| fields.offset(key) == Some("null");
    for key in keys {
        if null(case.asked, key) && !case.own.is_some_and(|own| null(own, key)) {
            let path = format!("offset.{key}");
            let finding = Finding::error(path, Code::TaskWouldFail, "is null; the task fails");
            out.push(finding.suggest("remove it"));
        }
    }
}

/// Adds a warning about a reset after which the connector goes on from a partition of an older form.
pub(crate) fn falls_back(
    case: &Case<'_>,
    is_older: impl Fn(&Fields<'_>) -> bool,
    form: &str,
    out: &mut Vec<Finding>,
) {
    let (request, mut present) = (&case.around.request, case.around.present.iter().flatten());
    if case.own.is_some()
        && case.asked.is_reset()
        && !is_older(case.asked)
        && present.any(|own| is_older(own) && !own.is_reset())
        && !request
            .iter()
            .any(|asked| is_older(asked) && asked.is_reset())
    {
        let older = format!(
            "also has an older position {form}; after this reset the connector goes on from that one, not from the beginning"
        );
        let finding = Finding::warning("partition", Code::FallsBack, older);
        out.push(finding.suggest("reset both partitions"));
    }
}

/// Adds a warning about a member of the position, with what to write instead.
pub(crate) fn advise(
    out: &mut Vec<Finding>,
    key: &str,
    code: Code,
    message: impl Into<String>,
    suggestion: impl Into<String>,
) {
    out.push(Finding::warning(format!("offset.{key}"), code, message).suggest(suggestion));
}

/// Adds a note about a member of the position; `suggestion` is what to write instead, or empty.
pub(crate) fn note(
    out: &mut Vec<Finding>,
    key: &str,
    code: Code,
    message: impl Into<String>,
    suggestion: &str,
) {
    let suggestion = Some(suggestion).filter(|text| !text.is_empty());
    out.push(Finding::note(format!("offset.{key}"), code, message).suggest_any(suggestion));
}
