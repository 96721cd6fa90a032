//! Each fault of a broker must end a question within its time limit, with an error that names the broker's address. A refused
//! secret must not be sent again for the same question.

use std::time::Duration;

use ErrorKind::{Incompatible, Invalid, NotFound, NotPermitted, Tls, Unauthenticated, Unavailable};
use ccloud_connect_kafka::{Brokers, ErrorKind, KafkaError};

use crate::fake::{
    ALL, API_VERSIONS, Fake, KEY, Listening, METADATA, Reply, SASL_AUTHENTICATE, SASL_HANDSHAKE,
    SECRET, State, authority,
};
use crate::{brokers, first_error, two_nodes, two_nodes_in_clear, two_nodes_with};

fn assert_says(error: &KafkaError, kind: ErrorKind, words: &str, address: &str) {
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{text}");
    assert!(text.contains(words) && text.contains(address), "{text}");
    assert!(!format!("{text}{error:?}").contains(SECRET), "{text}");
}

/// An answer to SaslAuthenticate that refuses the key with a message.
fn refusal(message: &str) -> Reply {
    let length = i16::try_from(message.len()).unwrap();
    let code = [58_i16.to_be_bytes(), length.to_be_bytes()].concat();
    Reply::Send([&code, message.as_bytes(), &[0; 12]].concat())
}

/// Replaces the answers to all requests with the key `to`.
fn answer(state: &mut State, to: i16, reply: fn() -> Reply) {
    state.hook = Box::new(move |_, key, body| {
        if key == to {
            reply()
        } else {
            Reply::Send(body)
        }
    });
}

/// An answer to SaslAuthenticate whose message contains the secret, and an escape sequence that clears a terminal.
fn repeats() -> Reply {
    refusal(&format!("no user {SECRET}\u{1b}[2J"))
}

/// The answer of an old broker, which does not support the version of ApiVersions.
fn old() -> Reply {
    Reply::Send(vec![0, 35, 0, 0, 0, 0])
}

/// The answer to SaslHandshake from a port without SASL.
fn no_sasl() -> Reply {
    Reply::Send(vec![0, 34, 0, 0, 0, 0])
}

/// An answer to Metadata that contains no broker and no topic.
fn leaves_out() -> Reply {
    Reply::Send([&[0; 8][..], &[0xff; 2], &[0; 12]].concat())
}

/// A fault of node 0, the kind of the error, words in its message, and the numbers of connections and of secrets that arrive.
type Row = (fn(&mut State), ErrorKind, &'static str, [usize; 2]);

#[rustfmt::skip]
const FAULTS: [Row; 12] = [
    (|s| s.secret = "another", Unauthenticated, "Invalid username or password", [1, 1]),
    (|s| s.mechanisms = vec!["SCRAM-SHA-256"], Unauthenticated, "it takes SCRAM-SHA-256, not PLAIN", [1, 0]),
    (|s| answer(s, SASL_HANDSHAKE, no_sasl), Unauthenticated, "does not accept API keys at this port", [1, 0]),
    (|s| answer(s, SASL_AUTHENTICATE, repeats), Unauthenticated, "is not shown", [1, 1]),
    (|s| s.listening[0] = Listening::Silent, Unavailable, "it does not answer", [1, 0]),
    (|s| s.listening[0] = Listening::PlainText, Tls, "does not use TLS", [1, 0]),
    (|s| s.listening[0] = Listening::Dropping, Unavailable, "broke off during the TLS handshake", [1, 0]),
    (|s| answer(s, API_VERSIONS, || Reply::Silence), Unavailable, "it accepts connections, but does not answer", [1, 0]),
    (|s| answer(s, API_VERSIONS, old), Incompatible, "the broker is too old", [1, 0]),
    (|s| s.session = 2, Unavailable, "closed the connection before it answered SaslAuthenticate", [1, 0]),
    (|s| answer(s, METADATA, leaves_out), Incompatible, "leaves this topic out", [1, 1]),
    (|s| s.topics.get_mut("orders").unwrap()[0].latest = -1, Incompatible, "a negative offset as a bound", [2, 2]),
];

#[tokio::test]
async fn faults_of_one_broker() {
    for (fault, kind, words, [connections, passwords]) in FAULTS {
        let (fake, brokers) = two_nodes_with(fault).await;
        let is_silent = words.contains("does not answer");
        let limit = Duration::from_millis(if is_silent { 500 } else { 5000 });
        let error = first_error(&brokers.connect_timeout(limit)).await;
        assert_says(&error, kind, words, &fake.address(0));
        assert!(!error.to_string().contains('\u{1b}'), "{error}");
        let state = fake.state();
        assert_eq!(state.connections, connections, "{words}");
        assert_eq!(state.passwords.len(), passwords, "{words}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_sent_once_for_each_question_though_there_are_other_brokers() {
    let (fake, _) = two_nodes_with(|state| state.secret = "another").await;
    let both = format!("{},{}", fake.address(0), fake.address(1));
    let authority = Some(fake.authority.as_bytes());
    let brokers = Brokers::new(both.parse().unwrap(), KEY, SECRET, authority).unwrap();
    for passwords in [1, 2] {
        let error = brokers.committed("connect-lcc-1").await.unwrap_err();
        assert_eq!(error.kind(), Unauthenticated);
        assert!(error.to_string().starts_with("Kafka at"), "{error}");
        assert_eq!(fake.state().passwords.len(), passwords);
    }
}

#[tokio::test]
async fn certificates_that_do_not_fit() {
    let (fake, _) = two_nodes().await;
    // The client must refuse the certificate when it trusts only an authority of another name, an authority of the same name
    // with another key, or the authorities of the operating system.
    let others = ["somebody else", "throw-away authority"].map(|name| Some(authority(name).1));
    for (other, connections) in others.into_iter().chain([None]).zip(1..) {
        let other = other.as_ref().map(String::as_bytes);
        let brokers = Brokers::new(fake.address(0).parse().unwrap(), KEY, SECRET, other);
        let error = first_error(&brokers.unwrap()).await;
        assert_says(&error, Tls, "not trusted", &fake.address(0));
        assert_eq!(fake.state().connections, connections);
    }
    assert_eq!(fake.state().passwords.len(), 0);
    let fake = Fake::start_as(1, "pkc-1.example").await;
    let error = first_error(&brokers(&fake)).await;
    assert_says(&error, Tls, "for another name", &fake.address(0));
    assert_eq!(fake.state().passwords.len(), 0);
}

/// The client must connect to the host name in the answers to Metadata and FindCoordinator, and must check the certificate for
/// that name, not for the bootstrap address.
#[tokio::test]
async fn a_broker_is_called_what_the_metadata_call_it() {
    // A label of 64 characters is not valid in a host name, so no name server is asked. The name begins with an escape character,
    // which the error must not contain.
    let nowhere = format!("\u{1b}{}.example", "x".repeat(64));
    // The certificate is for localhost, so 127.0.0.1 is another name. 192.0.2.1 is not this machine, so nothing may be sent there
    // in clear text.
    for (host, is_clear, kind, words) in [
        ("127.0.0.1", false, Tls, "another name"),
        (&nowhere, false, Unavailable, "no address"),
        ("192.0.2.1", true, Invalid, "clear text"),
    ] {
        let (fake, brokers) = if is_clear {
            two_nodes_in_clear().await
        } else {
            two_nodes().await
        };
        host.clone_into(&mut fake.state().hosts[1]);
        let brokers = brokers.time_limit(Duration::from_millis(500));
        let port = fake.state().addresses[1].port();
        let address = format!("{}:{port}", host.replace('\u{1b}', " "));
        let found = brokers.offsets(["orders"], None).await.unwrap();
        assert_eq!((found.partitions.len(), found.errors.len()), (2, 2));
        for error in &found.errors {
            assert_says(error, kind, words, &address);
        }
        let error = brokers.committed("connect-lcc-1").await.unwrap_err();
        assert_says(&error, kind, words, &address);
    }
}

#[tokio::test]
async fn addresses_where_nothing_listens_end_the_question_after_one_round() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("localhost:{}", listener.local_addr().unwrap().port());
    drop(listener);
    let nowhere = format!("{}.example:9092", "x".repeat(64));
    for (bootstrap, words) in [
        (closed.clone(), "cannot be reached"),
        (nowhere.clone(), "no address"),
        (format!("{closed},{nowhere}"), &closed),
    ] {
        let brokers = Brokers::new(bootstrap.parse().unwrap(), KEY, SECRET, None);
        let error = first_error(&brokers.unwrap()).await;
        let last = bootstrap.rsplit(',').next().unwrap();
        assert_says(&error, Unavailable, words, last);
    }
}

#[tokio::test]
async fn silence_after_any_request_ends_at_the_time_limit() {
    for (silent, _) in ALL {
        let (fake, brokers) = two_nodes().await;
        fake.hook(move |_, key, body| {
            if key == silent {
                Reply::Silence
            } else {
                Reply::Send(body)
            }
        });
        let limit = Duration::from_millis(300);
        let brokers = brokers.connect_timeout(limit).time_limit(limit);
        let error = first_error(&brokers).await;
        assert_says(&error, Unavailable, "Kafka at localhost:", "");
    }
}

#[tokio::test]
async fn denied_and_unknown() {
    let (fake, brokers) = two_nodes_with(|state| {
        let refused = [("private", 29), ("connect-1", 30), ("bad topic", 17)];
        state.refused = refused.map(|(name, code)| (name.to_owned(), code)).into();
    })
    .await;
    let topics = ["orders", "private", "nowhere", "bad topic"];
    let found = brokers.offsets(topics, None).await.unwrap();
    assert_eq!(found.partitions.len(), 4);
    let (names, kinds) = (
        ["bad topic", "nowhere", "private"],
        [Invalid, NotFound, NotPermitted],
    );
    for ((error, topic), kind) in found.errors.iter().zip(names).zip(kinds) {
        assert_eq!(error.topic(), Some(topic));
        assert_says(error, kind, topic, &fake.address(0));
    }
    assert_eq!(found.errors.len(), 3);
    let error = brokers.committed("connect-1").await.unwrap_err();
    let words = "group \"connect-1\": the API key may not see this group";
    assert_says(&error, NotPermitted, words, &fake.address(0));
}

#[tokio::test]
async fn brokers_too_old_and_too_new_are_named_before_the_key_is_sent() {
    for (key, _) in ALL.into_iter().filter(|(key, _)| *key != API_VERSIONS) {
        for (versions, words) in [
            (Some((0, 0)), "too old"),
            (Some((50, 99)), "too new"),
            (None, "does not support"),
        ] {
            let (fake, brokers) = two_nodes().await;
            fake.state().versions.remove(&key);
            let versions = versions.map(|versions| (key, versions));
            fake.state().versions.extend(versions);
            let error = first_error(&brokers).await;
            assert_says(&error, Incompatible, words, &fake.address(0));
            assert_eq!(fake.state().requests, [API_VERSIONS]);
        }
    }
}

#[tokio::test]
async fn a_key_that_is_withdrawn_meanwhile_is_not_tried_again() {
    let (fake, brokers) = two_nodes().await;
    fake.hook(|node, key, body| match (node, key) {
        (1, SASL_AUTHENTICATE) => refusal("withdrawn"),
        _ => Reply::Send(body),
    });
    let error = first_error(&brokers).await;
    assert_says(&error, Unauthenticated, "withdrawn", &fake.address(1));
    assert_eq!(fake.state().passwords.len(), 2);
}

#[tokio::test]
async fn a_broker_that_always_hangs_up_is_given_up_at_the_time_limit() {
    let (fake, brokers) = two_nodes_with(|state| answer(state, METADATA, || Reply::Close)).await;
    let limit = Duration::from_millis(500);
    let error = first_error(&brokers.time_limit(limit)).await;
    let words = "this went on until the time limit";
    assert_says(&error, Unavailable, words, &fake.address(0));
}
