//! A cluster of brokers on loopback that answers the seven requests over TLS, and fails as a test tells it.
//!
//! It has its own code for the protocol, so that it does not share the mistakes of the code under test.

mod answers;
pub(crate) mod certificate;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use certificate::Authority;

pub(crate) const KEY: &str = "KAFKA-KEY";
pub(crate) const SECRET: &str = "kafka-s3cr3t-hunter2";

pub(crate) const LIST_OFFSETS: i16 = 2;
pub(crate) const METADATA: i16 = 3;
pub(crate) const OFFSET_FETCH: i16 = 9;
pub(crate) const FIND_COORDINATOR: i16 = 10;
pub(crate) const SASL_HANDSHAKE: i16 = 17;
pub(crate) const API_VERSIONS: i16 = 18;
pub(crate) const SASL_AUTHENTICATE: i16 = 36;
/// The requests in the order in which a question about a topic, and then one about a group, sends them.
pub(crate) const ALL: [i16; 7] = [
    API_VERSIONS,
    SASL_HANDSHAKE,
    SASL_AUTHENTICATE,
    METADATA,
    LIST_OFFSETS,
    FIND_COORDINATOR,
    OFFSET_FETCH,
];

/// What happens to an answer.
pub(crate) enum Reply {
    /// It is sent as it is.
    Send(Vec<u8>),
    /// These bytes are sent, without the length and the number before them, and the connection is closed.
    Raw(Vec<u8>),
    Close,
    Silence,
}

/// Sees each answer, without its length and its correlation id: node, key of the request, body.
pub(crate) type Hook = Box<dyn FnMut(usize, i16, Vec<u8>) -> Reply + Send>;

/// How a node treats connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Listening {
    #[default]
    Tls,
    /// Uses the protocol without TLS.
    InClear,
    /// Accepts connections, and never sends anything.
    Silent,
    /// Answers everything as a web server would.
    PlainText,
    /// Drops connections at once, as a broker that shuts down does.
    Dropping,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Partition {
    pub(crate) leader: usize,
    pub(crate) earliest: i64,
    pub(crate) latest: i64,
    /// How many offsets at the end belong to open transactions, or come after them.
    pub(crate) open: i64,
    /// Offset and time of each record.
    pub(crate) records: Vec<(i64, i64)>,
}

impl Partition {
    /// A record a second from `start`, in milliseconds.
    pub(crate) fn every_second(leader: usize, start: i64, count: i64) -> Self {
        Self {
            leader,
            earliest: 0,
            latest: count,
            open: 0,
            records: (0..count).map(|n| (n, start + n * 1000)).collect(),
        }
    }
}

pub(crate) struct State {
    pub(crate) addresses: Vec<SocketAddr>,
    /// What Metadata says each node is called.
    pub(crate) hosts: Vec<String>,
    pub(crate) listening: Vec<Listening>,
    pub(crate) topics: BTreeMap<String, Vec<Partition>>,
    /// Topics and groups that answer with an error code.
    pub(crate) refused: BTreeMap<String, i16>,
    pub(crate) groups: BTreeMap<String, Vec<(String, i32, i64)>>,
    pub(crate) versions: BTreeMap<i16, (i16, i16)>,
    pub(crate) mechanisms: Vec<&'static str>,
    /// How often Metadata still names node 0 as the leader of everything.
    pub(crate) stale: usize,
    /// After so many Metadata answers, node 0 leads everything.
    pub(crate) elect_after: Option<usize>,
    pub(crate) hook: Hook,
    /// The secrets that arrived.
    pub(crate) passwords: Vec<String>,
    /// The keys of the requests that arrived.
    pub(crate) requests: Vec<i16>,
    pub(crate) connections: usize,
}

/// A running cluster; it ends when it is dropped.
pub(crate) struct Fake {
    state: Arc<Mutex<State>>,
    pub(crate) authority: Authority,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Fake {
    /// Brokers that are called `localhost`.
    pub(crate) async fn start(nodes: usize) -> Self {
        Self::start_as(nodes, "localhost").await
    }

    /// Brokers whose certificates are for `name`.
    pub(crate) async fn start_as(nodes: usize, name: &str) -> Self {
        let authority = Authority::new("throw-away authority");
        let (certificate, key) = authority.sign(name);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let mut listeners = Vec::new();
        for _ in 0..nodes {
            listeners.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
        }
        let addresses: Vec<_> = listeners.iter().map(|l| l.local_addr().unwrap()).collect();
        let versions = ALL.map(|key| (key, (0, 99)));
        let state = Arc::new(Mutex::new(State {
            hosts: vec!["localhost".to_owned(); nodes],
            listening: vec![Listening::Tls; nodes],
            addresses,
            topics: BTreeMap::new(),
            refused: BTreeMap::new(),
            groups: BTreeMap::new(),
            versions: versions.into(),
            mechanisms: vec!["PLAIN"],
            stale: 0,
            elect_after: None,
            hook: Box::new(|_, _, body| Reply::Send(body)),
            passwords: Vec::new(),
            requests: Vec::new(),
            connections: 0,
        }));
        let mut tasks = Vec::new();
        for (node, listener) in listeners.into_iter().enumerate() {
            let (state, acceptor) = (Arc::clone(&state), acceptor.clone());
            tasks.push(tokio::spawn(async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(serve(node, stream, acceptor.clone(), Arc::clone(&state)));
                }
            }));
        }
        Self {
            state,
            authority,
            tasks,
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The address of a node, as a client names it.
    pub(crate) fn address(&self, node: usize) -> String {
        format!("localhost:{}", self.state().addresses[node].port())
    }

    /// Replaces what happens to answers.
    pub(crate) fn hook(&self, hook: impl FnMut(usize, i16, Vec<u8>) -> Reply + Send + 'static) {
        self.state().hook = Box::new(hook);
    }

    /// A topic whose partitions are led by the nodes in turn.
    pub(crate) fn topic(&self, name: &str, partitions: Vec<Partition>) {
        self.state().topics.insert(name.to_owned(), partitions);
    }
}

async fn serve(
    node: usize,
    mut stream: TcpStream,
    acceptor: TlsAcceptor,
    state: Arc<Mutex<State>>,
) {
    let listening = {
        let mut state = state.lock().unwrap();
        state.connections += 1;
        state.listening[node]
    };
    // As in Kafka: pipelined answers do not wait for each other's acknowledgements.
    stream.set_nodelay(true).unwrap();
    match listening {
        Listening::Silent => tokio::time::sleep(Duration::from_secs(3600)).await,
        Listening::Dropping => {}
        Listening::PlainText => {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                .await;
            // Waits until the client closes the connection, because a reset could overtake the answer.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        Listening::InClear => {
            let _ = talk(node, stream, &state).await;
        }
        Listening::Tls => {
            if let Ok(stream) = acceptor.accept(stream).await {
                let _ = talk(node, stream, &state).await;
            }
        }
    }
}

async fn talk(
    node: usize,
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    state: &Mutex<State>,
) -> std::io::Result<()> {
    loop {
        let length = stream.read_i32().await?;
        let mut request = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut request).await?;
        let (correlation, reply) = answers::reply(node, &request, &mut state.lock().unwrap());
        match reply {
            Reply::Send(body) => {
                let length = i32::try_from(body.len() + 4).unwrap();
                let frame = [&length.to_be_bytes()[..], &correlation.to_be_bytes(), &body];
                stream.write_all(&frame.concat()).await?;
                stream.flush().await?;
            }
            Reply::Raw(bytes) => {
                stream.write_all(&bytes).await?;
                stream.shutdown().await?;
                return Ok(());
            }
            Reply::Close => return Ok(()),
            Reply::Silence => tokio::time::sleep(Duration::from_secs(3600)).await,
        }
    }
}
