//! Reads request bodies, within limits of size and time.

use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;

/// Why a request body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyProblem {
    TooLarge,
    TooSlow,
    /// The client closed the connection, or the framing of the body is wrong.
    Broken,
}

/// A body that is too large is read and discarded, up to this many times the limit. A client that writes the whole body before
/// it reads would otherwise miss the reply. When the announced length exceeds even this many
/// times the limit, nothing is read.
const READ_OUT: u64 = 8;

/// Reads a request body. Fails when the body has more than `limit` bytes, or does not arrive within `time`.
pub(crate) async fn read_body<B>(
    body: &mut B,
    limit: usize,
    time: Duration,
) -> Result<Bytes, BodyProblem>
where
    B: Body<Data = Bytes> + Unpin,
{
    let hopeless = |bytes: u64| bytes / READ_OUT > limit as u64;
    if hopeless(body.size_hint().lower()) {
        return Err(BodyProblem::TooLarge);
    }
    let read = async {
        let (mut kept, mut seen) = (BytesMut::new(), 0_u64);
        while let Some(frame) = Pin::new(&mut *body).frame().await {
            let Ok(frame) = frame else {
                return Err(BodyProblem::Broken);
            };
            let Ok(data) = frame.into_data() else {
                continue;
            };
            seen = seen.saturating_add(data.len() as u64);
            if seen <= limit as u64 {
                kept.extend_from_slice(&data);
            } else if hopeless(seen) {
                break;
            }
        }
        if seen > limit as u64 {
            return Err(BodyProblem::TooLarge);
        }
        Ok(kept.freeze())
    };
    tokio::time::timeout(time, read)
        .await
        .unwrap_or(Err(BodyProblem::TooSlow))
}
