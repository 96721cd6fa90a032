//! The position of a JDBC source, as a time and a number.

use crate::Timestamp;
use crate::offset::fields::Fields;
use crate::offset::position::{Position, Unit};

/// The time of the position, in nanoseconds: `timestamp_nanos` replaces everything below the second.
pub(super) fn time(fields: &Fields<'_>) -> Option<i128> {
    let millis = fields.whole("timestamp")?;
    let nanos = fields.whole("timestamp_nanos").map(i128::from);
    Some(match nanos {
        Some(nanos) => i128::from(millis.div_euclid(1_000)) * 1_000_000_000 + nanos,
        None => i128::from(millis) * 1_000_000,
    })
}

pub(super) fn shown(nanos: i128) -> String {
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok();
    let rest = i32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or_default();
    seconds
        .and_then(|seconds| Timestamp::from_unix(seconds, rest))
        .map_or_else(
            || format!("{} ms", nanos / 1_000_000),
            |time| time.to_string(),
        )
}

pub(super) fn position(fields: &Fields<'_>) -> Option<Position> {
    let incrementing = fields.whole("incrementing");
    let Some(nanos) = time(fields) else {
        let value = incrementing?;
        let keys = [(value.into(), Some(Unit::Values))];
        return Some(Position::within(
            "incrementing".to_owned(),
            keys,
            value.to_string(),
        ));
    };
    let shown = match incrementing {
        Some(value) => format!("{}, {value}", shown(nanos)),
        None => shown(nanos),
    };
    let millis = nanos.div_euclid(1_000_000);
    let keys = [
        (millis, Some(Unit::Milliseconds)),
        (nanos.rem_euclid(1_000_000), None),
        (incrementing.unwrap_or(-1).into(), Some(Unit::Values)),
    ];
    Some(Position::within("timestamp".to_owned(), keys, shown))
}
