//! The resume tokens of MongoDB's change streams: the position that a token contains.

use base64::Engine as _;

use crate::Timestamp;
use crate::offset::position::Unit;

/// Whether a text is the `_data` of a resume token: hexadecimal digits that begin with `82`, the type of a time in
/// MongoDB's key strings.
pub(super) fn is_data(text: &str) -> bool {
    text.starts_with("82") && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The `_data` of a resume token in Debezium's notation: BSON in base64, or in older versions the `_data` alone. `None`
/// when the text is not a token. `Some(None)` when it is a token of an old server, whose `_data` is binary.
pub(super) fn data(token: &str) -> Option<Option<String>> {
    if is_data(token) {
        return Some(Some(token.to_owned()));
    }
    let bson = base64::engine::general_purpose::STANDARD
        .decode(token)
        .ok()?;
    let key = b"_data\0";
    let at = bson.windows(key.len()).position(|bytes| bytes == key)? + key.len();
    // The length of the text comes first, in four bytes. A zero byte ends the text.
    let text = bson.get(at + 4..)?.split(|byte| *byte == 0).next()?;
    let text = std::str::from_utf8(text).ok().filter(|text| is_data(text));
    Some(text.map(str::to_owned))
}

/// The numbers by which positions in a change stream are ordered, and the time in a form for people.
pub(super) type Place = ([(i128, Option<Unit>); 5], String);

/// The place of a token with this `_data`; `None` when the `_data` is malformed. A `_data` begins with the time, and
/// `_data` in alphabetical order are in the order of the events.
pub(super) fn place(data: &str) -> Option<Place> {
    let part = |from: usize, length: usize| {
        let digits = data.get(from.min(data.len())..).unwrap_or_default();
        let digits = digits.get(..length).unwrap_or(digits);
        i128::from_str_radix(&format!("{digits:0<length$}"), 16).ok()
    };
    let (sec, ord) = (part(2, 8)?, part(10, 8)?);
    let mut place = place_of_time(i64::try_from(sec).ok()?, i64::try_from(ord).ok()?);
    for (index, key) in place.0.iter_mut().skip(2).enumerate() {
        key.0 = part(18 + 30 * index, 30)?;
    }
    is_data(data).then_some(place)
}

/// The first place with the time `sec`, in seconds since the Unix epoch, and the event number `ord` within that second.
pub(super) fn place_of_time(sec: i64, ord: i64) -> Place {
    let time =
        Timestamp::from_unix(sec, 0).map_or_else(|| sec.to_string(), |time| time.to_string());
    let millis = (i128::from(sec) * 1_000, Some(Unit::Milliseconds));
    let rest = (0, None);
    ([millis, (ord.into(), None), rest, rest, rest], time)
}
