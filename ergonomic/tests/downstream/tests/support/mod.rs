//! Helpers of the tests: a CA, a TLS server in front of an emulator, and a proxy that requires a password.
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use ccloud_connect::{ApiKey, Client, ClientBuilder, Connector};
use ccloud_connect_emulator::{self as emulator, Emulator, Timing};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub struct Ca {
    issuer: Issuer<'static, KeyPair>,
    /// The certificate of the CA as PEM text.
    pub pem: String,
}

impl Ca {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        let name = format!("CA {}", COUNT.fetch_add(1, Ordering::Relaxed));
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// The TLS configuration of a server. Its certificate is for the host `name`, and expires at the beginning of the year `until`.
    pub fn server(&self, name: &str, until: i32) -> ServerConfig {
        self.server_by(ring(), name, until)
    }

    /// The same configuration as [`server`](Self::server), with another TLS provider.
    pub fn server_by(&self, provider: CryptoProvider, name: &str, until: i32) -> ServerConfig {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        config(certificate.der().clone(), &key, provider)
    }
}

/// The TLS configuration of a server with a self-signed certificate, which is a CA certificate when `is_ca` is true.
pub fn self_signed(name: &str, is_ca: bool) -> ServerConfig {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    config(certificate.der().clone(), &key, ring())
}

fn ring() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

fn config(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    provider: CryptoProvider,
) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// Starts a server that accepts TLS connections and forwards them to `upstream`. Returns the server's address.
pub async fn tls(config: ServerConfig, upstream: SocketAddr) -> SocketAddr {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.ok()?;
            let mut upstream = TcpStream::connect(upstream).await.ok()?;
            copy_bidirectional(&mut stream, &mut upstream).await.ok()?;
            Some(())
        }
    })
    .await
}

/// Starts a proxy that forwards each connection to `target`, if the client gives the user name and password `user`. Returns the
/// proxy's address.
pub async fn proxy(user: &'static str, target: SocketAddr) -> SocketAddr {
    serve(move |mut stream| async move {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).ok()?;
        let expected = base64::engine::general_purpose::STANDARD.encode(user);
        if !head.starts_with("CONNECT ") || !head.contains(&format!("Basic {expected}\r\n")) {
            let refusal =
                b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(refusal).await.ok()?;
            return None;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
        let mut upstream = TcpStream::connect(target).await.ok()?;
        copy_bidirectional(&mut stream, &mut upstream).await.ok()?;
        Some(())
    })
    .await
}

/// Starts a server that waits for data on each connection, and then sends `bytes`. Returns the server's address.
pub async fn saying(bytes: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| async move {
        let mut buffer = [0; 4096];
        let said = stream.read(&mut buffer).await.ok()?;
        stream.write_all(bytes).await.ok()?;
        let more = stream.read(&mut buffer).await.ok()?;
        (said + more > 0).then_some(())
    })
    .await
}

async fn serve<F>(handle: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = Option<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(handle(stream));
        }
    });
    address
}

pub async fn emulator() -> Emulator {
    let builder = Emulator::builder().timing(Timing::instant());
    builder.start().await.unwrap()
}

/// The program's own TLS provider: ring with a single cipher suite, by which tests recognise the provider.
pub fn own_provider() -> CryptoProvider {
    let mut provider = ring();
    provider
        .cipher_suites
        .retain(|suite| suite.suite() == rustls::CipherSuite::TLS13_CHACHA20_POLY1305_SHA256);
    provider
}

/// The builder of a client for the TLS server at this address.
pub fn builder(address: SocketAddr) -> ClientBuilder {
    Client::builder()
        .endpoint(format!("https://localhost:{}", address.port()))
        .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
}

pub fn sink(builder: ClientBuilder) -> Connector {
    builder.build().unwrap().connector(
        emulator::ENVIRONMENT.parse().unwrap(),
        emulator::CLUSTER.parse().unwrap(),
        emulator::MY_SINK.parse().unwrap(),
    )
}
