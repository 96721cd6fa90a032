//! A cluster of brokers on loopback that answers the seven requests over TLS, and fails as a test tells it.
//!
//! It has its own code for the protocol, so that it does not share the mistakes of the code under test.

mod answers;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub(crate) const KEY: &str = "KAFKA-KEY";
pub(crate) const SECRET: &str = "kafka-s3cr3t-hunter2";

pub(crate) const LIST_OFFSETS: i16 = 2;
pub(crate) const METADATA: i16 = 3;
pub(crate) const OFFSET_FETCH: i16 = 9;
pub(crate) const FIND_COORDINATOR: i16 = 10;
pub(crate) const SASL_HANDSHAKE: i16 = 17;
pub(crate) const API_VERSIONS: i16 = 18;
pub(crate) const SASL_AUTHENTICATE: i16 = 36;

/// The requests in the order in which a question about a topic, and then one about a group, sends them, with the lowest and the
/// highest version that Kafka 4.1.1 supports.
pub(crate) const ALL: [(i16, (i16, i16)); 7] = [
    (API_VERSIONS, (0, 4)),
    (SASL_HANDSHAKE, (0, 1)),
    (SASL_AUTHENTICATE, (0, 2)),
    (METADATA, (0, 13)),
    (LIST_OFFSETS, (1, 10)),
    (FIND_COORDINATOR, (0, 6)),
    (OFFSET_FETCH, (1, 9)),
];

/// What happens to an answer.
pub(crate) enum Reply {
    /// The answer is sent as it is.
    Send(Vec<u8>),
    /// Of the eight bytes before it and the answer, this many bytes are sent, and the connection is closed.
    Cut(Vec<u8>, usize),
    /// These bytes are sent, without the length and the number before them, and the connection is closed.
    Raw(Vec<u8>),
    Close,
    Silence,
}

/// Sees each answer, without its length and its correlation id: node, key of the request, body.
pub(crate) type Hook = Box<dyn FnMut(usize, i16, Vec<u8>) -> Reply + Send>;

/// How a node treats connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listening {
    Tls,
    /// Uses the protocol without TLS.
    InClear,
    /// Accepts connections, and never sends anything.
    Silent,
    /// Answers everything as a web server would.
    PlainText,
    /// Resets connections during the TLS handshake, as a broker that shuts down does.
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
            latest: count,
            records: (0..count).map(|n| (n, start + n * 1000)).collect(),
            ..Self::default()
        }
    }
}

pub(crate) struct State {
    pub(crate) addresses: Vec<SocketAddr>,
    /// The name that Metadata gives each node.
    pub(crate) hosts: Vec<String>,
    pub(crate) listening: Vec<Listening>,
    pub(crate) secret: &'static str,
    pub(crate) topics: BTreeMap<String, Vec<Partition>>,
    /// Topics and groups that answer with an error code.
    pub(crate) refused: BTreeMap<String, i16>,
    pub(crate) groups: BTreeMap<String, Vec<(String, i32, i64)>>,
    pub(crate) versions: BTreeMap<i16, (i16, i16)>,
    pub(crate) mechanisms: Vec<&'static str>,
    /// How often Metadata still names node 0 as the leader of everything.
    pub(crate) stale: usize,
    /// The error code of partition 0, and the number of answers to ListOffsets that still have it.
    pub(crate) leader_code: (i16, usize),
    /// The number of requests that a connection answers before it is closed, as when its authentication has expired.
    pub(crate) session: usize,
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
    /// The authority that signed the certificate, as PEM text.
    pub(crate) authority: String,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// A throw-away authority, so that no key is kept in a file, and its certificate as PEM text.
pub(crate) fn authority(name: &str) -> (Issuer<'static, KeyPair>, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (Issuer::new(params, key), pem)
}

impl Fake {
    /// Brokers that are called `localhost`.
    pub(crate) async fn start(nodes: usize) -> Self {
        Self::start_as(nodes, "localhost").await
    }

    /// Brokers whose certificates are for `name`.
    pub(crate) async fn start_as(nodes: usize, name: &str) -> Self {
        let (issuer, authority) = authority("throw-away authority");
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let mut listeners = Vec::new();
        for _ in 0..nodes {
            listeners.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
        }
        let state = Arc::new(Mutex::new(State {
            hosts: vec!["localhost".to_owned(); nodes],
            listening: vec![Listening::Tls; nodes],
            addresses: listeners.iter().map(|l| l.local_addr().unwrap()).collect(),
            secret: SECRET,
            topics: BTreeMap::new(),
            refused: BTreeMap::new(),
            groups: BTreeMap::new(),
            versions: ALL.into(),
            mechanisms: vec!["PLAIN"],
            stale: 0,
            leader_code: (0, 0),
            session: usize::MAX,
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

    /// A topic with these partitions.
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
        Listening::Silent => std::future::pending().await,
        // Closing a connection with unread bytes resets it.
        Listening::Dropping => stream.readable().await.unwrap(),
        Listening::PlainText => {
            let _ = stream.read(&mut [0; 1024]).await;
            let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
            let _ = stream.write_all(answer).await;
            // Waits until the client closes the connection, because a reset could overtake the answer.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        Listening::InClear => _ = talk(node, stream, &state).await,
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
    let mut answered = 0;
    loop {
        let length = stream.read_i32().await?;
        let mut request = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut request).await?;
        if answered == state.lock().unwrap().session {
            return Ok(());
        }
        answered += 1;
        let (correlation, reply) = answers::reply(node, &request, &mut state.lock().unwrap());
        let frame = |body: Vec<u8>| {
            let length = i32::try_from(body.len() + 4).unwrap();
            [&length.to_be_bytes()[..], &correlation.to_be_bytes(), &body].concat()
        };
        let (bytes, is_last) = match reply {
            Reply::Send(body) => (frame(body), false),
            Reply::Cut(body, length) => (frame(body)[..length].to_vec(), true),
            Reply::Raw(bytes) => (bytes, true),
            Reply::Close => return Ok(()),
            Reply::Silence => std::future::pending().await,
        };
        stream.write_all(&bytes).await?;
        stream.flush().await?;
        if is_last {
            return stream.shutdown().await;
        }
    }
}
