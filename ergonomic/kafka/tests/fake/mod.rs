//! A fake cluster of brokers on loopback. It answers the seven requests over TLS, and fails when a test has planned a fault.
//!
//! The fake cluster has its own code for Kafka's protocol, so that it does not share the mistakes of the tested code.

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

/// The keys of the seven requests, each with the lowest and the highest version that Kafka 4.1.1 supports. They are in the order
/// in which a question about a topic, followed by a question about a group, sends them.
pub(crate) const ALL: [(i16, (i16, i16)); 7] = [
    (API_VERSIONS, (0, 4)),
    (SASL_HANDSHAKE, (0, 1)),
    (SASL_AUTHENTICATE, (0, 2)),
    (METADATA, (0, 13)),
    (LIST_OFFSETS, (1, 10)),
    (FIND_COORDINATOR, (0, 6)),
    (OFFSET_FETCH, (1, 9)),
];

/// What a fake broker sends in reply to a request.
pub(crate) enum Reply {
    /// The broker sends this body, with its length and the correlation id before it.
    Send(Vec<u8>),
    /// The broker sends the length, the correlation id and this body, but stops after this number of bytes in total. Then it
    /// closes the connection.
    Cut(Vec<u8>, usize),
    /// The broker sends these bytes without a length and a correlation id, and closes the connection.
    Raw(Vec<u8>),
    /// The broker closes the connection without a reply.
    Close,
    /// The broker never replies.
    Silence,
}

/// Decides for each answer what is sent. Its arguments are the number of the node, the key of the request, and the body that the
/// node would send.
pub(crate) type Hook = Box<dyn FnMut(usize, i16, Vec<u8>) -> Reply + Send>;

/// How a node of the fake cluster treats connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listening {
    /// The node uses Kafka's protocol over TLS.
    Tls,
    /// The node uses Kafka's protocol without TLS.
    InClear,
    /// The node accepts connections, and never sends anything.
    Silent,
    /// The node answers in plain HTTP, like a web server.
    PlainText,
    /// The node resets connections during the TLS handshake, like a broker that is shutting down.
    Dropping,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Partition {
    pub(crate) leader: usize,
    pub(crate) earliest: i64,
    pub(crate) latest: i64,
    /// The number of offsets between the last stable offset and the end. A number above 0 means an open transaction.
    pub(crate) open: i64,
    /// The offset of each record, and its time in milliseconds since 1970.
    pub(crate) records: Vec<(i64, i64)>,
}

impl Partition {
    /// A partition with `count` records, one in each second. The first has the time `start`, in milliseconds since 1970.
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
    /// The host name of each node in the answer to Metadata.
    pub(crate) hosts: Vec<String>,
    pub(crate) listening: Vec<Listening>,
    pub(crate) secret: &'static str,
    pub(crate) topics: BTreeMap<String, Vec<Partition>>,
    /// The topics and groups for which the cluster answers with an error code.
    pub(crate) refused: BTreeMap<String, i16>,
    pub(crate) groups: BTreeMap<String, Vec<(String, i32, i64)>>,
    pub(crate) versions: BTreeMap<i16, (i16, i16)>,
    pub(crate) mechanisms: Vec<&'static str>,
    /// The number of further answers to Metadata that wrongly name node 0 as the leader of every partition.
    pub(crate) stale: usize,
    /// An error code for partition 0, and the number of further answers to ListOffsets that contain it.
    pub(crate) leader_code: (i16, usize),
    /// The number of requests that are answered on one connection. The next request closes the connection, as a real broker does
    /// when the authentication has expired.
    pub(crate) session: usize,
    pub(crate) hook: Hook,
    /// The secrets that arrived in SaslAuthenticate requests.
    pub(crate) passwords: Vec<String>,
    /// The keys of all requests that arrived.
    pub(crate) requests: Vec<i16>,
    pub(crate) connections: usize,
}

/// A running fake cluster. Dropping this value stops the cluster.
pub(crate) struct Fake {
    state: Arc<Mutex<State>>,
    /// The certificate of the authority that signed the nodes' certificate, as PEM text.
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

/// Makes an authority for one test, so that no key is kept in a file. Returns the authority and its certificate as PEM text.
pub(crate) fn authority(name: &str) -> (Issuer<'static, KeyPair>, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (Issuer::new(params, key), pem)
}

impl Fake {
    /// Starts a cluster whose certificate is for the host `localhost`.
    pub(crate) async fn start(nodes: usize) -> Self {
        Self::start_as(nodes, "localhost").await
    }

    /// Starts a cluster whose certificate is for the host `name`.
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

    /// The address of a node, with the host `localhost`.
    pub(crate) fn address(&self, node: usize) -> String {
        format!("localhost:{}", self.state().addresses[node].port())
    }

    /// Replaces the function that decides what is sent.
    pub(crate) fn hook(&self, hook: impl FnMut(usize, i16, Vec<u8>) -> Reply + Send + 'static) {
        self.state().hook = Box::new(hook);
    }

    /// Adds a topic with these partitions.
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
    // A real broker uses this setting too. Without it an answer could wait for an acknowledgement of an earlier answer.
    stream.set_nodelay(true).unwrap();
    match listening {
        Listening::Silent => std::future::pending().await,
        // Waits for the first bytes and does not read them: closing a connection with unread bytes resets it.
        Listening::Dropping => stream.readable().await.unwrap(),
        Listening::PlainText => {
            let _ = stream.read(&mut [0; 1024]).await;
            let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
            let _ = stream.write_all(answer).await;
            // The node waits until the client closes the connection. If the node closed it, a reset could overtake the answer.
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
