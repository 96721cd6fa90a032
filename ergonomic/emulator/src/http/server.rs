//! The listener and its connections.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::service::Core;

/// The time that connections have to finish their requests after a graceful stop was requested.
const GRACE: Duration = Duration::from_secs(5);

/// The reply to a request whose head did not arrive in time.
const TOO_SLOW: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// The limits that protect the emulator from slow clients and large bodies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The time limit for the head of a request, and again for its body.
    pub(crate) time: Duration,
    /// The maximum size of a request body, in bytes.
    pub(crate) body: usize,
}

/// A running HTTP server. Dropping this value stops the server at once.
#[derive(Debug)]
pub(crate) struct Server {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Listens on an address, and answers requests on the current runtime. Returns the server and its actual address.
    pub(crate) async fn start(
        address: SocketAddr,
        limits: Limits,
        core: Arc<Core>,
    ) -> io::Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(accept(listener, limits, core, stopped));
        Ok((Self { stop, task }, address))
    }

    /// Accepts no more connections, lets requests in progress finish within the grace period, and returns when all connections
    /// are closed.
    pub(crate) async fn shutdown(&mut self) {
        // An error means that the task has already ended.
        let _ = self.stop.send(true);
        // An error here is a panic, which the runtime has already reported.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    limits: Limits,
    core: Arc<Core>,
    mut stop: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(serve(stream, peer.ip(), limits, Arc::clone(&core), stop.clone()));
                }
                // Most likely the process has no file descriptors left, so the loop waits for connections to close.
                Err(error) => {
                    tracing::warn!(%error, "the emulator cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    let all_closed = async { while connections.join_next().await.is_some() {} };
    // Connections that are still open after the grace period are closed when the set is dropped.
    let _ = tokio::time::timeout(GRACE, all_closed).await;
}

async fn serve(
    stream: TcpStream,
    peer: IpAddr,
    limits: Limits,
    core: Arc<Core>,
    mut stop: watch::Receiver<bool>,
) {
    // This setting sends small writes at once. Without it a reply can wait for an acknowledgement of earlier bytes.
    let _ = stream.set_nodelay(true);
    // A fault sets this flag to end the connection with a reset instead of an orderly close.
    let abort = Arc::new(AtomicBool::new(false));
    let io = TokioIo::new(stream);
    let answer = service_fn(|request| {
        let (core, abort) = (Arc::clone(&core), Arc::clone(&abort));
        // With this error hyper ends the connection without a reply.
        let broken = || io::Error::other("the emulator breaks the connection on purpose");
        Box::pin(async move { core.answer(request, peer, &abort).await.ok_or_else(broken) })
    });
    let mut connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.time)
        .serve_connection(io, answer);
    let mut stopping = false;
    let result = loop {
        tokio::select! {
            result = poll_fn(|context| connection.poll_without_shutdown(context)) => break result,
            _ = stop.wait_for(|stop| *stop), if !stopping => {
                stopping = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    if abort.load(Ordering::Relaxed) {
        // When a socket with zero linger is closed, the connection is reset. An error means that the socket is already closed.
        let _ = stream.set_zero_linger();
        return;
    }
    // The read buffer is empty when the time limit passed between two requests. Such a connection is closed without a reply.
    if result.is_err_and(|error| error.is_timeout()) && !parts.read_buf.is_empty() {
        // An error means that the client has closed the connection.
        let _ = stream.write_all(TOO_SLOW).await;
    }
    let _ = stream.shutdown().await;
}
