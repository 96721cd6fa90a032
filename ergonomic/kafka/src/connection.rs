//! One authenticated connection to one broker, which sends several requests without waiting for answers in between. A
//! connection is used for one question only.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::address::Address;
use crate::error::{ErrorKind, KafkaError};
use crate::protocol::{self, Request};
use crate::settings::Settings;
use crate::tls;
use crate::wire::{MAX_FRAME, Reader, Refusal, Writer};

trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

/// An authenticated connection to one broker.
pub(crate) struct Connection {
    address: Address,
    stream: Box<dyn Duplex>,
    sent: i32,
}

impl Connection {
    /// Connects to a broker, checks the versions of requests that it supports, and authenticates. Each step is tried once.
    pub(crate) async fn open(settings: &Settings, address: &Address) -> Result<Self, KafkaError> {
        let limit = settings.connect_timeout;
        let late = |what| KafkaError::passing(format!("it {what}; the limit is {limit:?}"));
        tracing::debug!(%address, "connecting to Kafka");
        let opening = async {
            let stream = timeout(limit, reach(settings, address)).await.map_err(|_| {
                late("does not answer (with private networking, this machine must be able to reach that network)")
            })??;
            let mut connection = Self {
                address: address.clone(),
                stream,
                sent: 0,
            };
            let entered = timeout(limit, connection.enter(settings)).await;
            entered.map_err(|_| late("accepts connections, but does not answer"))??;
            Ok(connection)
        };
        let opened: Result<Self, KafkaError> = opening.await;
        let opened = opened.map_err(|error| error.at(address));
        opened.inspect_err(|error| tracing::debug!(%error, "the connection failed"))
    }

    /// Checks that the broker supports the versions of all requests, and authenticates.
    async fn enter(&mut self, settings: &Settings) -> Result<(), KafkaError> {
        let versions = self
            .ask(protocol::API_VERSIONS, |_| {}, protocol::api_versions)
            .await?;
        for request in protocol::NEEDED {
            supports(request, versions.get(&request.key).copied())?;
        }
        let handshake = protocol::SASL_HANDSHAKE;
        self.ask(handshake, |w| w.text("PLAIN"), protocol::sasl_handshake)
            .await?;
        let Settings { key, secret, .. } = settings;
        self.ask(
            protocol::SASL_AUTHENTICATE,
            |w| w.bytes(&[b"\0", key.as_bytes(), b"\0", secret.as_bytes()]),
            |answer| protocol::sasl_authenticate(answer, secret),
        )
        .await
    }

    /// Sends one request, and reads its answer.
    pub(crate) async fn ask<T>(
        &mut self,
        request: Request,
        write: impl Fn(&mut Writer),
        read: impl Fn(Reader<'_>) -> Result<T, Refusal>,
    ) -> Result<T, KafkaError> {
        let answers = self
            .ask_each(request, &[()], |w, ()| write(w), read)
            .await?;
        let missing = || KafkaError::passing("there is no answer").at(&self.address);
        answers.into_iter().next().ok_or_else(missing)
    }

    /// Sends several requests of one kind without waiting for answers in between, and reads the answers in order. It sends and
    /// reads at the same time, because a broker that cannot send an answer stops reading requests.
    pub(crate) async fn ask_each<B, T>(
        &mut self,
        request: Request,
        bodies: &[B],
        write: impl Fn(&mut Writer, &B),
        read: impl Fn(Reader<'_>) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, KafkaError> {
        let mut frames = Writer::new();
        let first = self.sent;
        for body in bodies {
            let Request { key, version, .. } = request;
            frames.frame([key, version], self.sent, |w| write(w, body));
            self.sent = self.sent.wrapping_add(1);
        }
        let (mut from, mut to) = tokio::io::split(&mut self.stream);
        let sending = async {
            to.write_all(frames.as_bytes()).await?;
            to.flush().await
        };
        let sending = async { sending.await.map_err(|error| broken(&error)) };
        let receiving = async {
            let mut answers = Vec::new();
            for (correlation, _) in (first..).zip(bodies) {
                let answer = receive(&mut from, correlation, request.name).await?;
                let read = read(Reader::new(&answer));
                answers.push(read.map_err(|refusal| KafkaError::refused(request.name, refusal))?);
            }
            Ok(answers)
        };
        let ((), answers) =
            tokio::try_join!(sending, receiving).map_err(|error| error.at(&self.address))?;
        Ok(answers)
    }
}

/// Opens a connection to a broker. Connections without TLS are possible to this machine only.
async fn reach(settings: &Settings, address: &Address) -> Result<Box<dyn Duplex>, KafkaError> {
    let Address { host, port } = address;
    let addresses: Vec<_> = tokio::net::lookup_host((host.as_str(), *port))
        .await
        .map_err(|error| KafkaError::passing(format!("the name has no address here ({error})")))?
        .collect();
    if settings.tls.is_none() && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(KafkaError::new(
            ErrorKind::Invalid,
            "the secret would travel to another machine in clear text; nothing was sent",
        ));
    }
    let tcp = connect(&addresses, settings.connect_timeout)
        .await
        .map_err(|error| KafkaError::passing(format!("it cannot be reached ({error})")))?;
    // This setting sends small writes at once. Without it a request could wait for an acknowledgement of earlier bytes.
    let _ = tcp.set_nodelay(true);
    let Some(connector) = &settings.tls else {
        return Ok(Box::new(tcp));
    };
    let invalid = |_| {
        let message = "its host is not a name that a certificate can have";
        KafkaError::new(ErrorKind::Tls, message)
    };
    let name = ServerName::try_from(host.clone()).map_err(invalid)?;
    let stream = connector.connect(name, tcp).await;
    Ok(Box::new(stream.map_err(|error| tls::refused(&error))?))
}

/// Tries one address after the other. Each gets a share of the time, so that a silent one leaves some for the next.
async fn connect(addresses: &[SocketAddr], limit: Duration) -> io::Result<TcpStream> {
    let mut failed = io::Error::other("the name has no address");
    for (left, address) in (1..=addresses.len()).rev().zip(addresses) {
        let share = match left {
            1 => limit,
            _ => limit / u32::try_from(addresses.len()).unwrap_or(u32::MAX),
        };
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failed = error,
            Err(late) => failed = late.into(),
        }
    }
    Err(failed)
}

fn broken(error: &io::Error) -> KafkaError {
    if error.kind() == io::ErrorKind::InvalidData {
        return KafkaError::new(
            ErrorKind::Tls,
            format!("the data that arrives is damaged ({error})"),
        );
    }
    KafkaError::passing(format!("the connection broke ({error})"))
}

/// Reads one answer, and returns it without its header. Memory grows with the bytes that arrive, not with the announced length.
async fn receive(
    from: &mut (impl AsyncRead + Unpin),
    correlation: i32,
    request: &'static str,
) -> Result<Vec<u8>, KafkaError> {
    let malformed = |what| KafkaError::refused(request, Refusal::Malformed(what));
    let closed = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => KafkaError::passing(format!(
            "it closed the connection before it answered {request}"
        )),
        _ => broken(&error),
    };
    let length = from.read_i32().await.map_err(closed)?;
    let length = match usize::try_from(length) {
        Ok(length @ 4..=MAX_FRAME) => length - 4,
        _ => return Err(malformed("its length is impossible for an answer")),
    };
    if from.read_i32().await.map_err(closed)? != correlation {
        return Err(malformed("it belongs to another request"));
    }
    let mut body = Vec::new();
    let read = from.take(length as u64).read_to_end(&mut body).await;
    if read.map_err(closed)? < length {
        return Err(closed(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(body)
}

/// Checks that the broker supports the version of a request that this crate writes. A broker closes the connection without an
/// answer when it does not support a version.
fn supports(request: Request, supported: Option<(i16, i16)>) -> Result<(), KafkaError> {
    let Request { name, version, .. } = request;
    let words = match supported {
        Some((min, max)) if (min..=max).contains(&version) => return Ok(()),
        Some((min, max)) => {
            let (age, next) = if version < min {
                ("new", "; look for a newer version of this program")
            } else {
                ("old", "")
            };
            format!(
                "the broker is too {age}: it supports versions {min} to {max} of {name}, and this program uses version {version}{next}"
            )
        }
        None => format!("the broker does not support the request {name}"),
    };
    Err(KafkaError::new(ErrorKind::Incompatible, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_silent_address_does_not_keep_the_next_from_being_tried() {
        // Connections beyond the backlog of a listener that accepts none get no answer.
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let silent = socket.listen(0).unwrap();
        let silent = silent
            .local_addr()
            .map(|address| (silent, address))
            .unwrap();
        let answers = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let answers = answers
            .local_addr()
            .map(|address| (answers, address))
            .unwrap();
        let limit = Duration::from_millis(600);
        let mut held = Vec::new();
        while let Ok(Ok(stream)) = timeout(limit, TcpStream::connect(silent.1)).await {
            held.push(stream);
        }
        let tried = timeout(limit, connect(&[silent.1, answers.1], limit)).await;
        assert_eq!(tried.unwrap().unwrap().peer_addr().unwrap(), answers.1);
    }
}
