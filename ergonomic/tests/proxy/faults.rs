//! The faults that the proxy causes in answers to the POST and to reads of the request status.

use super::server::{End, Fate, answer};

/// What a call must report about its alteration when the request status can be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Told {
    /// The call succeeds: the alteration was accepted.
    Accepted,
    /// The error reports that nothing was changed.
    Nothing,
    /// The error reports that the alteration may have been applied.
    Unclear,
}

use Told::{Accepted, Nothing, Unclear};

const PAGE: &str = "<html><head><title>Sign in</title></head></html>";
const OTHER: &str = r#"{"id":"lcc-1","name":"MySinkConnector","type":"DELETE","requested_at":"2024-02-20T15:14:19Z"}"#;
const MORE: &str = r#"{"id":"lcc-1","name":"MySinkConnector","type":"PATCH","requested_at":"2024-02-20T15:14:19Z","offsets":[]}"#;

/// A fault of the POST: the answer that the client gets, how often the proxy forwards the request, and what the call must report.
pub(crate) type Post = (&'static str, usize, Told);
/// A fault of the request status: its name, and a function that decides what happens to the `n`th read of the status since the
/// POST. The function also gets the answer with the status from before the POST.
pub(crate) type Status = (&'static str, fn(usize, &str) -> Fate);

pub(crate) const POSTS: [Post; 40] = [
    ("passes", 1, Accepted),
    ("passes", 2, Accepted),
    ("passes", 3, Accepted),
    ("reset", 0, Unclear),
    ("reset", 1, Accepted),
    ("closed", 0, Unclear),
    ("closed", 1, Accepted),
    ("the head is cut", 1, Accepted),
    ("the body is cut", 1, Accepted),
    ("no answer", 0, Unclear),
    ("no answer", 1, Accepted),
    ("101", 1, Accepted),
    ("200", 1, Accepted),
    ("200 page", 0, Unclear),
    ("200 page", 1, Accepted),
    ("200 {}", 0, Unclear),
    ("200 another type", 0, Unclear),
    ("201 other entries", 0, Unclear),
    ("202", 0, Unclear),
    ("302 elsewhere", 0, Nothing),
    ("303 elsewhere", 1, Accepted),
    ("400 no", 0, Nothing),
    ("400 no", 1, Accepted),
    ("401 no", 0, Nothing),
    ("401 no", 1, Accepted),
    ("403", 0, Nothing),
    ("403", 1, Accepted),
    ("404 no", 1, Accepted),
    ("408", 1, Accepted),
    ("409", 0, Nothing),
    ("413 page", 1, Accepted),
    ("413 no", 1, Accepted),
    ("429", 0, Nothing),
    ("429", 1, Accepted),
    ("429 once", 0, Accepted),
    ("429 until the second", 1, Accepted),
    ("500", 1, Accepted),
    ("502 page", 0, Unclear),
    ("502 page", 1, Accepted),
    ("504 page", 2, Accepted),
];

/// What the proxy does when the client sends the POST for the `n`th time, counted from 0.
pub(crate) fn fate((text, forwards, _): Post, n: usize) -> Fate {
    let ending = |end| Fate::answering(forwards, "").ending(end);
    let cut = |at, end| Fate {
        cut: Some(at),
        end,
        ..Fate::pass()
    };
    match text {
        "passes" => Fate {
            forwards,
            ..Fate::pass()
        },
        "reset" => ending(End::Rst(0)),
        "closed" => ending(End::Fin(0)),
        "no answer" => ending(End::Hang),
        "the head is cut" => cut(20, End::Fin(0)),
        "the body is cut" => cut(200, End::Rst(0)),
        "429 once" if n > 0 => Fate::pass(),
        "429 until the second" => {
            Fate::answering(n.min(1), &answer("429 No", "retry-after: 2\r\n", ""))
        }
        text => {
            let (status, body) = text.split_once(' ').unwrap_or((text, ""));
            let (headers, body) = match body {
                "page" => ("content-type: text/html\r\n", PAGE),
                "elsewhere" => ("location: /elsewhere\r\n", ""),
                "another type" => ("", OTHER),
                "other entries" => ("", MORE),
                "no" => ("", r#"{"message":"no"}"#),
                "{}" => ("", "{}"),
                _ => ("", ""),
            };
            let fate = Fate::answering(forwards, &answer(&format!("{status} S"), headers, body));
            match status {
                "101" => fate.ending(End::Fin(0)),
                _ => fate,
            }
        }
    }
}

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
        ("refused", |_, _| {
            Fate::answering(0, &answer("403 No", "", r#"{"message":"no"}"#))
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
