//! Response bodies, which a fault may send slowly or cut off.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The body of a response, with the pieces and the break that a fault prescribes.
pub(crate) struct ReplyBody {
    rest: Bytes,
    /// The number of bytes that are still sent before the connection breaks; `None` for a body without a break.
    breaks_after: Option<usize>,
    pace: Option<(usize, Duration)>,
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
    /// Whether `poll_frame` has returned `Pending` once before the error that breaks the connection. In that pause the server
    /// can send the bytes that come before the break.
    sent: bool,
}

impl ReplyBody {
    pub(crate) fn new(
        bytes: Bytes,
        breaks_after: Option<usize>,
        pace: Option<(usize, Duration)>,
    ) -> Self {
        Self {
            breaks_after: breaks_after.filter(|at| *at < bytes.len()),
            rest: bytes,
            pace,
            pause: None,
            sent: false,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let mut size = self.breaks_after.unwrap_or(self.rest.len());
        if self.breaks_after == Some(0) {
            if !self.sent {
                // If the error came in the same poll as the last bytes, the server would discard the bytes in its buffer.
                self.sent = true;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            return Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into())));
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if let Some((piece, pause)) = self.pace {
            let sleep = self
                .pause
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(sleep.as_mut().poll(context));
            self.pause = None;
            size = size.min(piece);
        }
        if let Some(left) = &mut self.breaks_after {
            *left -= size;
        }
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(size)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
