//! The faults of the proxy.

use super::server::{End, Fate, answer};

/// What the caller should be told when the request status can be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Told {
    Accepted,
    Nothing,
    Unclear,
}

const PAGE: &str = "<html><head><title>Sign in</title></head></html>";
const OTHER: &str = r#"{"id":"lcc-1","name":"MySinkConnector","type":"DELETE","requested_at":"2024-02-20T15:14:19Z"}"#;
const MORE: &str = r#"{"id":"lcc-1","name":"MySinkConnector","type":"PATCH","requested_at":"2024-02-20T15:14:19Z","offsets":[]}"#;

/// A fault of the POST.
pub(crate) type Post = (&'static str, fn(usize) -> Fate, Told);
/// A fault of the request status.
pub(crate) type Status = (&'static str, fn(usize, &str) -> Fate);

/// Faults of the POST: the fate of its `n`th sending, and what the caller should be told.
pub(crate) fn posts() -> Vec<Post> {
    use Told::{Accepted, Nothing, Unclear};
    fn page(status: &str) -> String {
        answer(status, "content-type: text/html\r\n", PAGE)
    }
    fn empty(status: &str) -> String {
        answer(status, "", "")
    }
    vec![
        ("passes", |_| Fate::pass(), Accepted),
        (
            "reset, lost",
            |_| Fate::answering(0, "").ending(End::Rst(0)),
            Unclear,
        ),
        (
            "closed, lost",
            |_| Fate::answering(0, "").ending(End::Fin(0)),
            Unclear,
        ),
        (
            "reset, arrived",
            |_| Fate::answering(1, "").ending(End::Rst(0)),
            Accepted,
        ),
        (
            "closed, arrived",
            |_| Fate::answering(1, "").ending(End::Fin(0)),
            Accepted,
        ),
        (
            "the head is cut",
            |_| Fate {
                cut: Some(20),
                end: End::Fin(0),
                ..Fate::pass()
            },
            Accepted,
        ),
        (
            "the body is cut",
            |_| Fate {
                cut: Some(200),
                end: End::Rst(0),
                ..Fate::pass()
            },
            Accepted,
        ),
        (
            "no answer, lost",
            |_| Fate::answering(0, "").ending(End::Hang),
            Unclear,
        ),
        (
            "no answer, arrived",
            |_| Fate::answering(1, "").ending(End::Hang),
            Accepted,
        ),
        (
            "502, lost",
            |_| Fate::answering(0, &page("502 Bad Gateway")),
            Unclear,
        ),
        (
            "502, arrived",
            |_| Fate::answering(1, &page("502 Bad Gateway")),
            Accepted,
        ),
        (
            "504, arrived twice",
            |_| Fate::answering(2, &page("504 Gateway Timeout")),
            Accepted,
        ),
        (
            "500, arrived",
            |_| Fate::answering(1, &empty("500 Oops")),
            Accepted,
        ),
        (
            "408, arrived",
            |_| Fate::answering(1, &empty("408 Request Timeout")),
            Accepted,
        ),
        (
            "101, arrived",
            |_| Fate::answering(1, &empty("101 Switching Protocols")).ending(End::Fin(0)),
            Accepted,
        ),
        (
            "429 once, lost",
            |n| {
                if n == 0 {
                    Fate::answering(0, &empty("429 Too Many"))
                } else {
                    Fate::pass()
                }
            },
            Accepted,
        ),
        (
            "429 for good, lost",
            |_| Fate::answering(0, &empty("429 Too Many")),
            Nothing,
        ),
        (
            "429 for good, arrived",
            |_| Fate::answering(1, &empty("429 Too Many")),
            Accepted,
        ),
        (
            "429, arrived the second time",
            |n| Fate::answering(n.min(1), &answer("429 Too Many", "retry-after: 2\r\n", "")),
            Accepted,
        ),
        (
            "repeated, second answer",
            |_| Fate {
                forwards: 2,
                ..Fate::pass()
            },
            Accepted,
        ),
        (
            "repeated thrice",
            |_| Fate {
                forwards: 3,
                ..Fate::pass()
            },
            Accepted,
        ),
        (
            "409, lost",
            |_| Fate::answering(0, &empty("409 Conflict")),
            Nothing,
        ),
        (
            "a page with 200, lost",
            |_| Fate::answering(0, &page("200 OK")),
            Unclear,
        ),
        (
            "a page with 200, arrived",
            |_| Fate::answering(1, &page("200 OK")),
            Accepted,
        ),
        (
            "JSON of something else, lost",
            |_| Fate::answering(0, &answer("200 OK", "", "{}")),
            Unclear,
        ),
        (
            "JSON of another type, lost",
            |_| Fate::answering(0, &answer("200 OK", "", OTHER)),
            Unclear,
        ),
        (
            "JSON with other entries, lost",
            |_| Fate::answering(0, &answer("201 OK", "", MORE)),
            Unclear,
        ),
        (
            "an empty 200, arrived",
            |_| Fate::answering(1, &empty("200 OK")),
            Accepted,
        ),
        (
            "an empty 202, lost",
            |_| Fate::answering(0, &empty("202 Accepted")),
            Unclear,
        ),
        (
            "302, lost",
            |_| Fate::answering(0, &answer("302 Found", "location: /login\r\n", "")),
            Nothing,
        ),
        (
            "303, arrived",
            |_| Fate::answering(1, &answer("303 See Other", "location: /done\r\n", "")),
            Accepted,
        ),
        (
            "400, lost",
            |_| Fate::answering(0, &answer("400 Bad", "", r#"{"message":"no"}"#)),
            Nothing,
        ),
        (
            "400, arrived",
            |_| Fate::answering(1, &answer("400 Bad", "", r#"{"message":"no"}"#)),
            Accepted,
        ),
        (
            "403, lost",
            |_| Fate::answering(0, &empty("403 Forbidden")),
            Nothing,
        ),
    ]
}

/// Faults of the status after the POST: the fate of its `n`th read since then, given the status before the POST.
pub(crate) fn statuses() -> Vec<Status> {
    fn page(status: &str) -> Fate {
        Fate::answering(0, &answer(status, "content-type: text/html\r\n", PAGE))
    }
    vec![
        ("readable", |_, _| Fate::pass()),
        ("down at first", |n, _| {
            if n < 2 {
                page("503 Unavailable")
            } else {
                Fate::pass()
            }
        }),
        ("down", |_, _| page("503 Unavailable")),
        ("reset", |_, _| Fate::answering(0, "").ending(End::Rst(0))),
        ("a portal's page", |_, _| page("200 OK")),
        ("a page with 404", |_, _| page("404 Not Found")),
        ("late at first", |n, old| {
            if n < 2 {
                Fate::answering(0, old)
            } else {
                Fate::pass()
            }
        }),
        ("from a cache", |_, old| {
            Fate::answering(0, &old.replacen("\r\n", "\r\nage: 40\r\n", 1))
        }),
        ("throttled at first", |n, _| {
            let throttled = answer("429 Too Many", "retry-after: 1\r\n", "");
            if n < 2 {
                Fate::answering(0, &throttled)
            } else {
                Fate::pass()
            }
        }),
    ]
}
