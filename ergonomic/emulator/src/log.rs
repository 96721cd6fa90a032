//! The log of the requests that reached the emulator.

use std::collections::VecDeque;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderValue, PROXY_AUTHORIZATION};
use http::{HeaderMap, Method, StatusCode};

use super::Operation;
use ccloud_connect_types::Timestamp;

/// One request that reached the emulator.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The time at which the emulator recorded the request, after it had read the head and, where it reads one, the body.
    pub received_at: Timestamp,
    /// The method of the request.
    pub method: Method,
    /// The path and query of the request, exactly as the client sent them.
    pub path: String,
    /// The decoded segments of the request's path; empty when no operation has this path.
    pub segments: Vec<String>,
    /// The operation of the request; `None` when no operation has this path and method.
    pub operation: Option<Operation>,
    /// The headers of the request. Headers with credentials are marked sensitive, and neither `Debug` nor JSON shows their
    /// values.
    pub headers: HeaderMap,
    /// The body of the request; empty when the body was incomplete, too large, or not read because of a fault.
    pub body: Bytes,
    /// The HTTP status of the reply; `None` before the reply, and when the connection ended or stays open without a reply.
    pub status: Option<StatusCode>,
    /// Whether the request was an alteration that was accepted, even if a fault replaced the reply.
    pub accepted: bool,
}

/// The latest requests with their headers and bodies, up to a total size in memory.
#[derive(Debug)]
pub(super) struct Log {
    requests: VecDeque<RecordedRequest>,
    /// The number of dropped requests, which is also the number of the oldest kept request.
    dropped: u64,
    bytes: usize,
    max_bytes: usize,
}

impl RecordedRequest {
    /// The approximate memory of the request, in bytes.
    fn size(&self) -> usize {
        /// The memory of a text or a header in addition to its characters, in bytes.
        const EACH: usize = 64;
        let texts = self.segments.iter().map(|segment| segment.len() + EACH);
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + 2 * EACH);
        let fixed = size_of::<Self>() + self.path.len() + self.body.len();
        fixed + texts.sum::<usize>() + headers.sum::<usize>()
    }
}

impl Log {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            requests: VecDeque::new(),
            dropped: 0,
            bytes: 0,
            max_bytes,
        }
    }

    /// Adds a request and returns its number.
    pub(super) fn push(&mut self, mut request: RecordedRequest) -> u64 {
        for (name, value) in &mut request.headers {
            // Each value is copied, because the original value would keep the whole buffer of the request in memory.
            if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
                *value = copy;
            }
            value.set_sensitive([AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(name));
        }
        let number = self.dropped + self.requests.len() as u64;
        self.bytes += request.size();
        self.requests.push_back(request);
        while self.bytes > self.max_bytes {
            let Some(oldest) = self.requests.pop_front() else {
                break;
            };
            self.bytes -= oldest.size();
            self.dropped += 1;
        }
        number
    }

    /// The request with this number; `None` when the log has dropped it.
    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut RecordedRequest> {
        let index = usize::try_from(number.checked_sub(self.dropped)?).ok()?;
        self.requests.get_mut(index)
    }

    /// Removes all requests from the log. Later requests do not get the numbers of removed requests.
    pub(super) fn clear(&mut self) {
        self.dropped += self.requests.len() as u64;
        self.requests.clear();
        self.bytes = 0;
    }

    pub(super) fn all(&self) -> Vec<RecordedRequest> {
        self.requests.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &'static str) -> RecordedRequest {
        RecordedRequest {
            received_at: Timestamp::MAX,
            method: Method::GET,
            path: "/".to_owned(),
            segments: Vec::new(),
            operation: None,
            headers: [(
                http::header::AUTHORIZATION,
                "Basic c2VjcmV0".parse().unwrap(),
            )]
            .into_iter()
            .collect(),
            body: body.into(),
            status: None,
            accepted: false,
        }
    }

    #[test]
    fn the_oldest_give_way() {
        let mut log = Log::new(2 * request("a").size());
        let numbers = ["a", "b", "c"].map(|body| log.push(request(body)));
        assert!(log.get_mut(numbers[0]).is_none());
        log.get_mut(numbers[2]).unwrap().accepted = true;
        let kept: Vec<_> = log
            .all()
            .into_iter()
            .map(|r| (r.body, r.accepted))
            .collect();
        assert_eq!(kept, [(Bytes::from("b"), false), (Bytes::from("c"), true)]);
        log.clear();
        assert!(log.all().is_empty() && log.bytes == 0);
        let next = log.push(request("d"));
        assert!(next > numbers[2] && log.get_mut(numbers[2]).is_none());
        assert_eq!(log.get_mut(next).unwrap().body, "d");
        let mut none = Log::new(0);
        let numbers = ["a", "b"].map(|body| none.push(request(body)));
        assert!(none.get_mut(numbers[0]).is_none() && none.all().is_empty());
        assert_ne!(numbers[0], numbers[1]);
    }

    #[test]
    fn everything_of_a_request_counts() {
        let long = "x".repeat(10_000);
        let with = |change: fn(&mut RecordedRequest, String)| {
            let mut request = request("");
            change(&mut request, long.clone());
            request
        };
        for request in [
            with(|r, long| r.path = long),
            with(|r, long| r.segments = vec![long]),
            with(|r, long| r.body = long.into()),
            with(|r, long| drop(r.headers.insert("x-long", long.parse().unwrap()))),
            with(|r, long| r.segments = vec![String::new(); long.len() / EACH_TEXT]),
        ] {
            let mut log = Log::new(100_000);
            for _ in 0..100 {
                log.push(request.clone());
            }
            let kept = log.requests.len();
            assert!((1..=10).contains(&kept), "{kept}");
            let sizes = log.requests.iter().map(RecordedRequest::size);
            assert_eq!(log.bytes, sizes.sum::<usize>());
        }
    }

    /// The least memory of a text without characters, in bytes.
    const EACH_TEXT: usize = size_of::<String>();

    #[test]
    fn debug_output_has_no_secret() {
        let mut log = Log::new(10_000);
        log.push(request(""));
        assert!(!format!("{log:?}").contains("c2VjcmV0"));
    }
}
