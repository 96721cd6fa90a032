//! Members that keep their old value although the position they belong to has moved.

use crate::OffsetEntry;
use crate::finding::text::member_path;
use crate::finding::{Code, Finding};
use crate::offset::MysqlCdc;

/// Warns of members that keep their old value although the position they belong to has moved.
pub(super) fn warn(path: &str, entry: &OffsetEntry, current: &OffsetEntry, out: &mut Vec<Finding>) {
    let (Ok(asked), Ok(now)) = (MysqlCdc::try_from(entry), MysqlCdc::try_from(current)) else {
        return;
    };
    if (asked.file(), asked.pos()) == (now.file(), now.pos()) {
        return;
    }
    let at = |key: &str| member_path(&format!("{path}.offset"), key);
    if asked.gtids().is_some_and(|gtids| !gtids.is_empty()) && asked.gtids() == now.gtids() {
        out.push(
            Finding::warning(
                at("gtids"),
                Code::FormatTrap,
                "is unchanged and wins over the new file and position",
            )
            .suggest("remove it, or set the GTIDs to move to"),
        );
    }
    for (key, asked, now) in [
        ("row", asked.row(), now.row()),
        ("event", asked.event(), now.event()),
    ] {
        if asked == now && asked.is_some_and(|count| count != 0) {
            out.push(
                Finding::warning(
                    at(key),
                    Code::FormatTrap,
                    "is unchanged, but counts from the old file and position",
                )
                .suggest("remove it"),
            );
        }
    }
}
