//! Checks of numbers that another program may have changed: whole numbers written as decimals, and numbers that lost
//! digits.

use crate::OffsetEntry;
use crate::finding::number::{EXACT, as_whole};
use crate::finding::text::{excerpt, member_path};
use crate::finding::{Code, Finding};
use crate::json::Kind;
use crate::json::scan;

/// Warns of whole numbers in a partition that are written as decimals: `1.0` and `1` name different partitions, and
/// connectors write `1`. This check is used when the connector has no current offsets to compare with.
pub(super) fn warn(path: &str, entry: &OffsetEntry, out: &mut Vec<Finding>) {
    let members = entry.texts().0.and_then(scan::members).unwrap_or_default();
    for member in members {
        if member.kind() != Kind::Number || !member.value.contains(['.', 'e', 'E']) {
            continue;
        }
        if let Some(whole) = as_whole(member.value, i64::MAX) {
            let finding = Finding::warning(
                member_path(&format!("{path}.partition"), &member.key),
                Code::PartitionForm,
                format!(
                    "is {}, which names another partition than {whole}",
                    excerpt(member.value)
                ),
            );
            out.push(finding.suggest(format!("write {whole}")));
        }
    }
}

/// Adds an error about each number in `asked` that is the connector's own number from `own`, rounded by a program that
/// calculates in doubles.
pub(super) fn rounded(path: &str, asked: Option<&str>, own: Option<&str>, out: &mut Vec<Finding>) {
    let own = own.and_then(scan::members).unwrap_or_default();
    for member in asked.and_then(scan::members).unwrap_or_default() {
        let was = own.iter().find(|own| own.key == member.key);
        let exact = was.map(|was| scan::string(was.value).unwrap_or(was.value.into()));
        if let Some(exact) = exact.filter(|exact| is_rounded(member.value, exact)) {
            let message = format!(
                "is {}; a program that calculates in doubles, such as jq before 1.7, rounds the connector's own {exact} to this number",
                member.value
            );
            let at = member_path(path, &member.key);
            let finding = Finding::error(at, Code::Rounded, message);
            out.push(finding.suggest("edit the file as YAML, or with jq 1.7 or later"));
        }
    }
}

/// Whether `number` is what a program that calculates in doubles writes for `exact`.
fn is_rounded(number: &str, exact: &str) -> bool {
    let (Ok(double), Ok(of_exact)) = (number.parse::<f64>(), exact.parse::<f64>()) else {
        return false;
    };
    number != exact
        && double.to_bits() == of_exact.to_bits()
        && double.abs() >= EXACT
        && [double.to_string(), format!("{double:.0}")].contains(&number.to_owned())
}
