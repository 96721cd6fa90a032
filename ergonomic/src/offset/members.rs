//! Looks up members of JSON objects, and finds those that are missing, misspelt, repeated or unknown.

use crate::finding::text::{closest, excerpt, member_path};
use crate::finding::{Code, Finding};
use crate::json::Kind;
use crate::json::scan::Member;

/// The finding about a required member that is absent; it suggests a member with a similar name.
pub(crate) fn missing(path: String, name: &str, members: &[Member<'_>]) -> Finding {
    let message = match name {
        "offset" => "is missing; without a position Kafka Connect would reset the partition",
        _ => "is missing",
    };
    let misspelt = members
        .iter()
        .find(|m| closest(&m.key, [name]).is_some())
        .map(|m| format!("rename `{}` to `{name}`", excerpt(&m.key)));
    let null = (name == "offset").then(|| "write null to reset this partition".to_owned());
    Finding::error(path, Code::MissingMember, message).suggest_any(misspelt.or(null))
}

/// The member with this key; when it is absent or null, an error is added to `out`.
pub(crate) fn required<'m, 'a>(
    path: &str,
    members: &'m [Member<'a>],
    key: &str,
    out: &mut Vec<Finding>,
) -> Option<&'m Member<'a>> {
    let found = members.iter().find(|m| m.key == key);
    match found.map(Member::kind) {
        None => out.push(missing(member_path(path, key), key, members)),
        Some(Kind::Null) => out.push(Finding::error(
            member_path(path, key),
            Code::NullMember,
            "is null",
        )),
        Some(_) => return found,
    }
    None
}

/// Adds findings about keys that appear twice.
pub(crate) fn repeated(path: &str, members: &[Member<'_>], out: &mut Vec<Finding>) {
    let mut keys: Vec<&str> = members.iter().map(|m| m.key.as_ref()).collect();
    keys.sort_unstable();
    let mut last = None;
    for pair in keys.windows(2) {
        if pair[0] == pair[1] && last != Some(pair[0]) {
            last = Some(pair[0]);
            let twice = "appears twice in one object, and programs differ in which of the two values they use";
            let path = member_path(path, pair[0]);
            let finding = Finding::error(path, Code::DuplicateMember, twice);
            out.push(finding.suggest("remove one of the two"));
        }
    }
}

/// Adds findings about members that Kafka Connect does not read.
pub(crate) fn unknown(path: &str, members: &[Member<'_>], known: &[&str], out: &mut Vec<Finding>) {
    for member in members {
        if known.contains(&member.key.as_ref()) {
            continue;
        }
        let effect = "is not read by Kafka Connect";
        let at = member_path(path, &member.key);
        let meant = closest(&member.key, known.iter().copied());
        out.push(Finding::warning(at, Code::UnknownMember, effect).did_you_mean(meant));
    }
}
