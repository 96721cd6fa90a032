//! One authenticated connection to one broker, and requests pipelined on it. Connections live as long as one question.

use std::io;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::address::Address;
use crate::error::{ErrorKind, KafkaError};
use crate::protocol::{self, Request};
use crate::settings::Settings;
use crate::tls;
use crate::wire::{MAX_FRAME, Malformed, Reader, Writer};

trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

/// An authenticated connection.
pub(crate) struct Connection {
    pub(crate) address: Address,
    stream: Box<dyn Duplex>,
    sent: i32,
}

impl Connection {
    /// Connects, checks the versions that the broker supports, and authenticates, without a second attempt.
    pub(crate) async fn open(settings: &Settings, address: &Address) -> Result<Self, KafkaError> {
        let limit = settings.connect_timeout;
        let late = |what: &str| {
            let message = format!("{what} within {limit:?}");
            KafkaError::new(ErrorKind::Unreachable, message).passing()
        };
        tracing::debug!(%address, "connecting to Kafka");
        let opened = async {
            let stream = timeout(limit, reach(settings, address))
                .await
                .map_err(|_| {
                    late("nothing answers (with private networking, this machine must be able to reach that network)")
                })??;
            let mut connection = Self {
                address: address.clone(),
                stream,
                sent: 0,
            };
            timeout(limit, connection.enter(settings))
                .await
                .map_err(|_| late("it accepts connections, but does not answer"))??;
            Ok(connection)
        };
        let opened: Result<Self, KafkaError> = opened.await;
        opened.map_err(|error| {
            let error = error.at(address);
            tracing::debug!(%error, "the connection failed");
            error
        })
    }

    /// Versions and authentication.
    async fn enter(&mut self, settings: &Settings) -> Result<(), KafkaError> {
        let (code, versions) = self
            .ask(protocol::API_VERSIONS, |_| {}, protocol::api_versions)
            .await?;
        if code != 0 {
            return Err(KafkaError::of_code(code, protocol::API_VERSIONS.name, None));
        }
        for request in protocol::NEEDED {
            speaks(request, versions.get(&request.key).copied())?;
        }
        let handshake = protocol::SASL_HANDSHAKE;
        let (code, mechanisms) = self
            .ask(handshake, |w| w.text("PLAIN"), protocol::sasl_handshake)
            .await?;
        if code != 0 {
            let offered = format!(
                "it takes {}, not the PLAIN of API keys",
                mechanisms.join(", ")
            );
            return Err(KafkaError::of_code(code, handshake.name, Some(&offered)));
        }
        let Settings { key, secret, .. } = settings;
        let mut token = Zeroizing::new(Vec::with_capacity(key.len() + secret.len() + 2));
        for part in [key.as_bytes(), secret.as_bytes()] {
            token.push(0);
            token.extend_from_slice(part);
        }
        let (code, message) = self
            .ask(
                protocol::SASL_AUTHENTICATE,
                |w| w.bytes(&token),
                protocol::sasl_authenticate,
            )
            .await?;
        if code == 0 {
            return Ok(());
        }
        let message = message.unwrap_or_default();
        // No broker is known to repeat the secret; this makes sure that the message never shows it.
        let message = if !secret.is_empty() && message.contains(secret.as_str()) {
            "its message is not shown, because it repeats the secret".to_owned()
        } else {
            message
        };
        Err(KafkaError::new(
            ErrorKind::Unauthenticated,
            format!(
                "the API key is refused ({}); it must be a key of this Kafka cluster, not a Cloud API key",
                crate::error::printable(&message)
            ),
        ))
    }

    /// Asks one question and reads its answer.
    pub(crate) async fn ask<T>(
        &mut self,
        request: Request,
        write: impl FnOnce(&mut Writer),
        read: impl FnOnce(Reader<'_>) -> Result<T, Malformed>,
    ) -> Result<T, KafkaError> {
        let frame = request.frame(self.sent, write);
        let answers = self.exchange(request, vec![frame]).await?;
        let answer = answers.first().map_or(&[][..], Vec::as_slice);
        read(Reader::new(answer))
            .map_err(|malformed| KafkaError::malformed(request.name, malformed).at(&self.address))
    }

    /// Sends several requests of one kind without waiting in between, and reads the answers in order.
    pub(crate) async fn ask_each<T>(
        &mut self,
        request: Request,
        bodies: &[T],
        write: impl Fn(&mut Writer, &T),
    ) -> Result<Vec<Vec<u8>>, KafkaError> {
        let frames = (self.sent..)
            .zip(bodies)
            .map(|(correlation, body)| request.frame(correlation, |w| write(w, body)))
            .collect();
        self.exchange(request, frames).await
    }

    /// Sends frames and reads as many answers. Both go on at the same time, because a broker that cannot send an answer stops
    /// reading requests.
    async fn exchange(
        &mut self,
        request: Request,
        frames: Vec<Vec<u8>>,
    ) -> Result<Vec<Vec<u8>>, KafkaError> {
        let first = self.sent;
        let correlations = (first..).take(frames.len());
        self.sent = first.wrapping_add(i32::try_from(frames.len()).unwrap_or(i32::MAX));
        // A frame may contain the secret.
        let bytes = Zeroizing::new(frames.concat());
        frames.into_iter().map(Zeroizing::new).for_each(drop);
        let (mut from, mut to) = tokio::io::split(&mut self.stream);
        let sending = async {
            to.write_all(&bytes).await.map_err(|error| broken(&error))?;
            to.flush().await.map_err(|error| broken(&error))
        };
        let receiving = async {
            let mut answers = Vec::new();
            for correlation in correlations {
                answers.push(receive(&mut from, correlation, request.name).await?);
            }
            Ok(answers)
        };
        let exchanged: Result<_, KafkaError> = tokio::try_join!(sending, receiving);
        exchanged
            .map(|((), answers)| answers)
            .map_err(|error| error.at(&self.address))
    }
}

/// A connection, with TLS or, on this machine, without.
async fn reach(settings: &Settings, address: &Address) -> Result<Box<dyn Duplex>, KafkaError> {
    let unreachable = |message: String| KafkaError::new(ErrorKind::Unreachable, message).passing();
    let Address { host, port } = address;
    let addresses: Vec<_> = tokio::net::lookup_host((host.as_str(), *port))
        .await
        .map_err(|error| unreachable(format!("the name has no address here ({error})")))?
        .collect();
    if settings.tls.is_none() && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(KafkaError::new(
            ErrorKind::Invalid,
            "the secret would travel to another machine in clear text; nothing was sent",
        ));
    }
    let tcp = TcpStream::connect(&*addresses)
        .await
        .map_err(|error| unreachable(format!("it cannot be reached ({error})")))?;
    // Each request is one write, so waiting for more data would only cost time.
    let _ = tcp.set_nodelay(true);
    let Some(connector) = &settings.tls else {
        return Ok(Box::new(tcp));
    };
    let name = ServerName::try_from(host.clone()).map_err(|_| {
        KafkaError::new(
            ErrorKind::Tls,
            "its host is not a name that a certificate can have",
        )
    })?;
    let stream = connector.connect(name, tcp).await;
    Ok(Box::new(stream.map_err(|error| tls::refused(&error))?))
}

fn broken(error: &io::Error) -> KafkaError {
    KafkaError::new(
        ErrorKind::Unreachable,
        format!("the connection broke ({error})"),
    )
    .passing()
}

/// One answer without its header. Memory grows with the bytes that arrive, not with the announced length.
async fn receive(
    from: &mut (impl AsyncRead + Unpin),
    correlation: i32,
    request: &'static str,
) -> Result<Vec<u8>, KafkaError> {
    let malformed = |what| KafkaError::malformed(request, Malformed(what));
    let closed = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => KafkaError::new(
            ErrorKind::Unreachable,
            format!("it closed the connection before it answered {request}"),
        )
        .passing(),
        io::ErrorKind::InvalidData => {
            KafkaError::new(ErrorKind::Tls, format!("what arrives is damaged ({error})"))
        }
        _ => broken(&error),
    };
    let length = from.read_i32().await.map_err(closed)?;
    let length = usize::try_from(length)
        .ok()
        .filter(|n| (4..=MAX_FRAME).contains(n));
    let length =
        length.ok_or_else(|| malformed("its length is not one that an answer can have"))?;
    let answered = from.read_i32().await.map_err(closed)?;
    if answered != correlation {
        return Err(malformed("it belongs to another request"));
    }
    let length = length - 4;
    let mut body = Vec::new();
    let read = from.take(length as u64).read_to_end(&mut body).await;
    if read.map_err(closed)? < length {
        return Err(closed(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(body)
}

/// Checks that the broker supports the version of a request that this crate writes. A broker closes the connection without an
/// answer when it does not support a version.
fn speaks(request: Request, spoken: Option<(i16, i16)>) -> Result<(), KafkaError> {
    let Request { name, version, .. } = request;
    let words = match spoken {
        Some((min, max)) if (min..=max).contains(&version) => return Ok(()),
        Some((min, max)) if version < min => format!(
            "the broker is too new: it speaks {name} in versions {min} to {max}, and this program in version {version}; look for \
             a newer version of this program"
        ),
        Some((min, max)) => format!(
            "the broker is too old: it speaks {name} in versions {min} to {max}, and this program in version {version}"
        ),
        None => format!("the broker does not know the request {name}"),
    };
    Err(KafkaError::new(ErrorKind::Unsupported, words))
}
