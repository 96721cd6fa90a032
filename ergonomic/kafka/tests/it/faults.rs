//! Each fault ends within its time limit, with an error that names the address. A refused password is never sent again.

use std::time::{Duration, Instant};

use ccloud_connect_kafka::{Brokers, ErrorKind, KafkaError};

use crate::fake::{
    ALL, API_VERSIONS, Fake, KEY, Listening, METADATA, Reply, SASL_AUTHENTICATE, SECRET, State,
    authority,
};
use crate::{AT_ONCE, brokers, first_error, two_nodes, two_nodes_in_clear, two_nodes_with};

fn assert_says(error: &KafkaError, kind: ErrorKind, words: &str, address: &str) {
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{text}");
    assert!(text.contains(words) && text.contains(address), "{text}");
    assert!(!format!("{text}{error:?}").contains(SECRET), "{text}");
}

/// An answer that refuses the key with a message.
fn refusal(message: &str) -> Reply {
    let length = i16::try_from(message.len()).unwrap();
    let code = [58_i16.to_be_bytes(), length.to_be_bytes()].concat();
    Reply::Send([&code, message.as_bytes(), &[0; 12]].concat())
}

/// Lets the answers to one request be others.
fn answer(state: &mut State, to: i16, reply: fn() -> Reply) {
    state.hook = Box::new(move |_, key, body| {
        if key == to {
            reply()
        } else {
            Reply::Send(body)
        }
    });
}

/// A fault of node 0, the error, and how many connections and secrets arrive.
type Row = (
    &'static str,
    fn(&mut State),
    ErrorKind,
    &'static str,
    [usize; 2],
);

const FAULTS: [Row; 10] = [
    (
        "wrong password",
        |state| state.secret = "another",
        ErrorKind::Unauthenticated,
        "Invalid username or password",
        [1, 1],
    ),
    (
        "a broker that repeats the secret and controls the terminal",
        |state| {
            answer(state, SASL_AUTHENTICATE, || {
                refusal(&format!("no user {SECRET}\u{1b}[2J"))
            });
        },
        ErrorKind::Unauthenticated,
        "not shown",
        [1, 1],
    ),
    (
        "other mechanisms",
        |state| state.mechanisms = vec!["SCRAM-SHA-256", "OAUTHBEARER"],
        ErrorKind::Unauthenticated,
        "it takes SCRAM-SHA-256, OAUTHBEARER, not PLAIN",
        [1, 0],
    ),
    (
        "silent",
        |state| state.listening[0] = Listening::Silent,
        ErrorKind::Unavailable,
        "it does not answer (with private networking",
        [1, 0],
    ),
    (
        "silent after TLS",
        |state| answer(state, API_VERSIONS, || Reply::Silence),
        ErrorKind::Unavailable,
        "accepts connections, but does not answer",
        [1, 0],
    ),
    (
        "plain text",
        |state| state.listening[0] = Listening::PlainText,
        ErrorKind::Tls,
        "does not use TLS",
        [1, 0],
    ),
    (
        "reset amid the TLS handshake",
        |state| state.listening[0] = Listening::Dropping,
        ErrorKind::Unavailable,
        "broke off",
        [1, 0],
    ),
    (
        "too old for the version of ApiVersions: answers in version 0",
        |state| {
            answer(state, API_VERSIONS, || Reply::Send(vec![0, 35, 0, 0, 0, 0]));
        },
        ErrorKind::Incompatible,
        "too old",
        [1, 0],
    ),
    (
        "an authentication that expires at once",
        |state| state.session = 2,
        ErrorKind::Unavailable,
        "closed the connection before it answered SaslAuthenticate",
        [1, 0],
    ),
    (
        "metadata that leave the topic out",
        |state| {
            answer(state, METADATA, || {
                Reply::Send([&[0; 8][..], &[0xff; 2], &[0; 12]].concat())
            });
        },
        ErrorKind::Incompatible,
        "leaves this topic out",
        [1, 1],
    ),
];

#[tokio::test]
async fn faults_of_one_broker() {
    for (name, fault, kind, words, [connections, passwords]) in FAULTS {
        let (fake, brokers) = two_nodes_with(fault).await;
        let limit = Duration::from_millis(if name.starts_with("silent") {
            200
        } else {
            5000
        });
        let error = first_error(&brokers.connect_timeout(limit), AT_ONCE).await;
        assert_says(&error, kind, words, &fake.address(0));
        let state = fake.state();
        assert_eq!(state.passwords.len(), passwords, "{name}");
        assert_eq!(state.connections, connections, "{name}");
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
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        assert_eq!(fake.state().passwords.len(), passwords);
    }
}

#[tokio::test]
async fn certificates_that_do_not_fit() {
    let (fake, _) = two_nodes().await;
    // Another name, another key under the same name, and the authorities of the operating system.
    let others = ["somebody else", "throw-away authority"].map(|name| Some(authority(name).1));
    for (other, connections) in others.into_iter().chain([None]).zip(1..) {
        let other = other.as_ref().map(String::as_bytes);
        let brokers = Brokers::new(fake.address(0).parse().unwrap(), KEY, SECRET, other);
        let error = first_error(&brokers.unwrap(), AT_ONCE).await;
        assert_says(&error, ErrorKind::Tls, "not trusted", &fake.address(0));
        assert_eq!(fake.state().connections, connections);
    }
    assert_eq!(fake.state().passwords.len(), 0);
    let fake = Fake::start_as(1, "pkc-1.example").await;
    let error = first_error(&brokers(&fake), AT_ONCE).await;
    assert_says(&error, ErrorKind::Tls, "for another name", &fake.address(0));
    assert_eq!(fake.state().passwords.len(), 0);
}

/// The name that Metadata and FindCoordinator give, and not the bootstrap address, is connected to and checked.
#[tokio::test]
async fn a_broker_is_called_what_the_metadata_call_it() {
    // A label of 64 characters is not a valid name, so no name server is asked.
    let nowhere = format!("{}.example", "x".repeat(64));
    // The certificate is for localhost; 192.0.2.1 is an address of nobody, and nothing may be sent there in clear text.
    for (host, is_clear, kind, words) in [
        ("127.0.0.1", false, ErrorKind::Tls, "another name"),
        (&nowhere, false, ErrorKind::Unavailable, "no address"),
        ("192.0.2.1", true, ErrorKind::Invalid, "clear text"),
    ] {
        let (fake, brokers) = if is_clear {
            two_nodes_in_clear().await
        } else {
            two_nodes().await
        };
        host.clone_into(&mut fake.state().hosts[1]);
        let brokers = brokers.time_limit(Duration::from_millis(500));
        let address = format!("{host}:{}", fake.state().addresses[1].port());
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
        let error = first_error(&brokers.unwrap(), AT_ONCE).await;
        let last = bootstrap.rsplit(',').next().unwrap();
        assert_says(&error, ErrorKind::Unavailable, words, last);
    }
}

#[tokio::test]
async fn silence_after_any_request_ends_at_the_time_limit() {
    for (silent, _) in ALL {
        let (fake, brokers) = two_nodes_with(|state| {
            state.hook = Box::new(move |_, key, body| {
                if key == silent {
                    Reply::Silence
                } else {
                    Reply::Send(body)
                }
            });
        })
        .await;
        let limit = Duration::from_millis(300);
        let brokers = brokers.connect_timeout(limit).time_limit(limit);
        let error = first_error(&brokers, limit + AT_ONCE).await;
        assert_says(&error, ErrorKind::Unavailable, "Kafka at localhost:", "");
        drop(fake);
    }
}

#[tokio::test]
async fn denied_and_unknown() {
    let (fake, brokers) = two_nodes_with(|state| {
        for (name, code) in [
            ("private-orders", 29),
            ("connect-private", 30),
            ("bad topic", 17),
        ] {
            state.refused.insert(name.to_owned(), code);
        }
    })
    .await;
    let topics = ["orders", "private-orders", "nowhere", "bad topic"];
    let found = brokers.offsets(topics, None).await.unwrap();
    assert_eq!(found.partitions.len(), 4);
    let expected = [
        ("bad topic", ErrorKind::Invalid),
        ("nowhere", ErrorKind::NotFound),
        ("private-orders", ErrorKind::NotPermitted),
    ];
    for (error, (topic, kind)) in found.errors.iter().zip(expected) {
        assert_eq!(error.topic(), Some(topic));
        assert_says(error, kind, topic, &fake.address(0));
    }
    assert_eq!(found.errors.len(), 3);
    let error = brokers.committed("connect-private").await.unwrap_err();
    let words = "group \"connect-private\": the API key may not see this group";
    assert_says(&error, ErrorKind::NotPermitted, words, &fake.address(0));
}

#[tokio::test]
async fn brokers_too_old_and_too_new_are_named_before_the_key_is_sent() {
    for (key, _) in ALL.into_iter().filter(|(key, _)| *key != API_VERSIONS) {
        for (versions, words) in [
            (Some((0, 0)), "too old"),
            (Some((50, 99)), "too new"),
            (None, "does not support"),
        ] {
            let (fake, brokers) = two_nodes_with(|state| {
                state.versions.remove(&key);
                state
                    .versions
                    .extend(versions.map(|versions| (key, versions)));
            })
            .await;
            let error = first_error(&brokers, AT_ONCE).await;
            assert_says(&error, ErrorKind::Incompatible, words, &fake.address(0));
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
    let started = Instant::now();
    let found = brokers.offsets(["orders"], None).await.unwrap();
    assert!(started.elapsed() < AT_ONCE);
    assert_eq!((found.partitions.len(), found.errors.len()), (2, 2));
    let (error, kind) = (&found.errors[0], ErrorKind::Unauthenticated);
    assert_says(error, kind, "withdrawn", &fake.address(1));
    assert_eq!(fake.state().passwords.len(), 2);
}

#[tokio::test]
async fn a_broker_that_always_hangs_up_is_given_up_at_the_time_limit() {
    let (fake, brokers) = two_nodes_with(|state| answer(state, METADATA, || Reply::Close)).await;
    let limit = Duration::from_millis(500);
    let error = first_error(&brokers.time_limit(limit), limit + AT_ONCE).await;
    let words = "this went on until the time limit";
    assert_says(&error, ErrorKind::Unavailable, words, &fake.address(0));
}
