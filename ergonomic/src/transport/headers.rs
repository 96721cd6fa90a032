//! The response headers that the library acts on.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::Timestamp;

/// `Retry-After` in seconds or as an HTTP date; a date is relative to the answer's own `Date`, or else to `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = Timestamp::from_http_date(text).ok()?;
    Some(at.since(date(headers).unwrap_or(now)))
}

/// The server's own clock, to the second.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    Timestamp::from_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

/// How long caches have stored the answer.
pub(crate) fn age(headers: &HeaderMap) -> Duration {
    Duration::from_secs(number(headers, "age").unwrap_or_default())
}

/// A header whose value is a whole number.
pub(crate) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The id under which the service logged the request.
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
        assert_eq!(wait(&[("retry-after", "7")]), Some(7));
        assert_eq!(
            wait(&[("retry-after", "Tue, 20 Feb 2024 15:14:49 GMT")]),
            Some(30)
        );
        assert_eq!(
            wait(&[
                ("retry-after", "Tue, 20 Feb 2024 15:14:49 GMT"),
                ("date", "Tue, 20 Feb 2024 15:14:39 GMT")
            ]),
            Some(10)
        );
        assert_eq!(
            wait(&[("retry-after", "Tue, 20 Feb 2024 15:00:00 GMT")]),
            Some(0)
        );
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[]), None);
    }
}
