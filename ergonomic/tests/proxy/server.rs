//! A proxy in front of the emulator, which repeats, loses or replaces requests and answers as a test asks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the proxy does with the connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    Keep,
    /// The proxy closes the connection normally after this number of microseconds, without announcing it by `Connection: close`.
    Fin(u64),
    /// The proxy resets the connection after this number of microseconds.
    Rst(u64),
    /// The proxy sends no answer, and keeps the connection open.
    Hang,
}

/// What the proxy does with one request and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Fate {
    /// How often the proxy forwards the request to the emulator.
    pub(crate) forwards: usize,
    /// The answer that the proxy sends instead of the emulator's last answer.
    pub(crate) answer: Option<Vec<u8>>,
    /// The number of bytes after which the proxy cuts the answer off; `None` when the whole answer is sent.
    pub(crate) cut: Option<usize>,
    pub(crate) end: End,
}

impl Fate {
    pub(crate) const fn pass() -> Self {
        Self {
            forwards: 1,
            answer: None,
            cut: None,
            end: End::Keep,
        }
    }

    /// Forwards the request `forwards` times to the emulator, and then sends `answer`.
    pub(crate) fn answering(forwards: usize, answer: &str) -> Self {
        Self {
            forwards,
            answer: Some(answer.as_bytes().to_vec()),
            ..Self::pass()
        }
    }

    pub(crate) fn ending(mut self, end: End) -> Self {
        self.end = end;
        self
    }
}

/// The text of an HTTP answer with a `content-length` header.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

/// A function that decides from the first line of a request what the proxy does with it.
type Decide = dyn Fn(&str) -> Fate + Send + Sync;

pub(crate) struct Proxy {
    pub(crate) url: String,
    decide: Arc<Mutex<Arc<Decide>>>,
    /// How many connections clients have opened to the proxy.
    pub(crate) connections: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    pub(crate) async fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pass: Arc<Decide> = Arc::new(|_| Fate::pass());
        let decide = Arc::new(Mutex::new(pass));
        let connections = Arc::new(AtomicUsize::new(0));
        let (shared, count) = (Arc::clone(&decide), Arc::clone(&connections));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let decide = Arc::clone(&shared);
                let upstream = upstream.clone();
                tokio::spawn(async move { serve(stream, &upstream, &decide).await });
            }
        });
        Self {
            url,
            decide,
            connections,
            task,
        }
    }

    pub(crate) fn decide(&self, decide: impl Fn(&str) -> Fate + Send + Sync + 'static) {
        *self.decide.lock().unwrap() = Arc::new(decide);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, upstream: &str, decide: &Mutex<Arc<Decide>>) -> Option<()> {
    loop {
        let request = read_message(&mut stream).await?;
        let line = String::from_utf8_lossy(&request);
        let line = line.lines().next()?.to_owned();
        let rule = Arc::clone(&decide.lock().unwrap());
        let fate = rule(&line);
        let mut reply = Vec::new();
        for _ in 0..fate.forwards {
            reply = forward(&request, upstream).await?;
        }
        let reply = fate.answer.unwrap_or(reply);
        let end = fate.cut.map_or(reply.len(), |cut| cut.min(reply.len()));
        if fate.end != End::Hang {
            stream.write_all(&reply[..end]).await.ok()?;
            stream.flush().await.ok()?;
        }
        match fate.end {
            End::Keep => {}
            End::Fin(micros) => {
                tokio::time::sleep(Duration::from_micros(micros)).await;
                return None;
            }
            End::Rst(micros) => {
                tokio::time::sleep(Duration::from_micros(micros)).await;
                stream.set_zero_linger().ok()?;
                return None;
            }
            End::Hang => std::future::pending().await,
        }
    }
}

/// Reads one HTTP message, whose `content-length` header gives the length of the body; without it, the body is empty.
async fn read_message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    let mut wanted = None;
    loop {
        if let Some(wanted) = wanted
            && message.len() >= wanted
        {
            return Some(message);
        }
        let mut buffer = [0; 8192];
        let read = stream.read(&mut buffer).await.ok()?;
        if read == 0 {
            return None;
        }
        message.extend_from_slice(&buffer[..read]);
        let head = message.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        if let (None, Some(head)) = (wanted, head) {
            let text = String::from_utf8_lossy(&message[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| {
                line.strip_prefix("content-length:")?
                    .trim()
                    .parse::<usize>()
                    .ok()
            });
            wanted = Some(head + 4 + length.unwrap_or(0));
        }
    }
}

async fn forward(request: &[u8], upstream: &str) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(upstream).await.ok()?;
    stream.write_all(request).await.ok()?;
    read_message(&mut stream).await
}
