//! The names of binary log files, such as `mysql-bin.000042`.

/// Splits the name of a binary log file into the base name, the number of digits, and the number: `mysql-bin`, 6 and
/// 42. A name without a dot has the number 0. `None` when the text after the last dot is not a number.
///
/// Files belong to one series only when they have the same base name and the same number of digits.
///
/// The server writes at least six digits, so a number of more than six digits without leading zeros continues a series
/// of six digits.
pub(crate) fn series(file: &str) -> Option<(&str, usize, i128)> {
    const DIGITS: usize = 6;
    let (base, digits) = file.rsplit_once('.').unwrap_or((file, "0"));
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let width = match digits.len() {
        len if len > DIGITS && !digits.starts_with('0') => DIGITS,
        len => len,
    };
    Some((base, width, digits.parse().ok()?))
}

/// Whether the files with these two names belong to one series, the log of one server.
pub(crate) fn same_series(one: &str, other: &str) -> bool {
    let form = |file| series(file).map(|(base, width, _)| (base, width));
    one == other || (form(one).is_some() && form(one) == form(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_one_form_follow_each_other() {
        for (one, other, expected) in [
            ("mysql-bin.000040", "mysql-bin.000041", true),
            ("mysql-bin.000040", "mysql-bin.0040", false),
            ("mysql-bin.000040", "mysql-bin.0000040", false),
            ("mysql-bin.000040", "mariadb-bin.000040", false),
            ("mysql-bin.999999", "mysql-bin.1000000", true),
            ("mysql-bin.000040", "mysql-bin", false),
            ("mysql-bin.000040", "mysql-bin.+00040", false),
            ("mysql-bin.000040", "mysql-bin.", false),
            ("mysql-bin.index", "mysql-bin.index", true),
        ] {
            assert_eq!(same_series(one, other), expected, "{one} {other}");
        }
    }
}
