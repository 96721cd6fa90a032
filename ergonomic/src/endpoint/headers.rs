//! The response headers that the library acts on.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::Timestamp;

/// The wait that `Retry-After` asks for, in seconds or until an HTTP date. The wait until a date is measured from the
/// `Date` of the answer, or else from `now`. A fraction of a second, which only some servers write, is rounded up.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if is_number(whole) && is_number(fraction) {
        // A number too large for `u64` counts as the longest time.
        let seconds = whole.parse::<u64>().unwrap_or(u64::MAX);
        let is_more = fraction.bytes().any(|b| b != b'0');
        return Some(Duration::from_secs(
            seconds.saturating_add(u64::from(is_more)),
        ));
    }
    let at = Timestamp::from_http_date(text).ok()?;
    Some(at.since(date(headers).unwrap_or(now)))
}

/// The `Date` of an answer: the time on the server's clock, in whole seconds.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    Timestamp::from_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

/// How long caches have stored the answer (`Age`); zero when the header is missing.
pub(crate) fn age(headers: &HeaderMap) -> Duration {
    Duration::from_secs(number(headers, "age").unwrap_or_default())
}

/// The whole number in a header; `None` when the header is missing or has another value.
pub(crate) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The id under which the service has logged the request (`X-Request-Id`).
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    Some(id.to_owned())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(k, v)| (k.parse().unwrap(), HeaderValue::from_static(v)))
            .collect()
    }

    #[test]
    fn retry_after_as_seconds_or_date() {
        let now = "2024-02-20T15:14:19Z".parse().unwrap();
        let wait = |pairs: &[_]| retry_after(&headers(pairs), now).map(|d| d.as_secs());
        for (text, seconds) in [
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("7.0", Some(7)),
            ("7.25", Some(8)),
            ("99999999999999999999", Some(u64::MAX)),
            ("Tue, 20 Feb 2024 15:14:49 GMT", Some(30)),
            ("Tuesday, 20-Feb-24 15:14:49 GMT", Some(30)),
            ("Tue Feb 20 15:14:49 2024", Some(30)),
            ("Tue, 20 Feb 2024 15:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("+7", None),
            ("7, 9", None),
            ("1e3", None),
            (".5", None),
            ("", None),
        ] {
            assert_eq!(wait(&[("retry-after", text)]), seconds, "{text}");
        }
        assert_eq!(
            wait(&[
                ("retry-after", "Tue, 20 Feb 2024 15:14:49 GMT"),
                ("date", "Tue, 20 Feb 2024 15:14:39 GMT")
            ]),
            Some(10)
        );
        assert_eq!(wait(&[]), None);
    }
}
