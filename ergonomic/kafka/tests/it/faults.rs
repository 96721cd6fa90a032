//! Each fault ends within its time limit, with an error that names the address. A refused password is never sent again.

use std::time::{Duration, Instant};

use ccloud_connect_kafka::{Brokers, ErrorKind, KafkaError};

use crate::fake::certificate::Authority;
use crate::fake::{
    ALL, API_VERSIONS, Fake, KEY, Listening, METADATA, Reply, SASL_AUTHENTICATE, SASL_HANDSHAKE,
    SECRET,
};
use crate::{brokers, builder, first_error, two_nodes};

/// Well below the time limit of 30 seconds.
const AT_ONCE: Duration = Duration::from_secs(10);

fn assert_says(error: &KafkaError, kind: ErrorKind, words: &str, address: &str) {
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{text}");
    assert!(text.contains(words), "{text}");
    assert_eq!(error.address(), Some(address), "{text}");
    assert!(text.contains(address), "{text}");
    assert!(!text.contains(SECRET), "{text}");
}

#[tokio::test]
async fn a_wrong_password_is_sent_once() {
    let fake = two_nodes().await;
    let bootstrap = format!("{},{}", fake.address(0), fake.address(1));
    let brokers = Brokers::builder(bootstrap.parse().unwrap(), KEY, "wrong")
        .authorities_pem(fake.authority.pem())
        .build()
        .unwrap();
    let error = first_error(&brokers, AT_ONCE).await;
    let words = "Invalid username or password";
    assert_says(&error, ErrorKind::Unauthenticated, words, &fake.address(0));
    assert_eq!(fake.state().passwords, ["wrong"]);
    let error = brokers.committed("connect-lcc-1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    // One for each question.
    assert_eq!(fake.state().passwords, ["wrong", "wrong"]);
}

#[tokio::test]
async fn a_broker_that_repeats_the_secret_is_not_repeated() {
    let fake = two_nodes().await;
    fake.hook(|_, key, body| match key {
        SASL_AUTHENTICATE => {
            let words = format!("no such user: {SECRET}\u{1b}[2J");
            let length = i16::try_from(words.len()).unwrap();
            let parts = [
                &58_i16.to_be_bytes()[..],
                &length.to_be_bytes(),
                words.as_bytes(),
                &[0; 12],
            ];
            Reply::Send(parts.concat())
        }
        _ => Reply::Send(body),
    });
    let error = first_error(&brokers(&fake), AT_ONCE).await;
    assert_says(
        &error,
        ErrorKind::Unauthenticated,
        "not shown",
        &fake.address(0),
    );
    assert!(!format!("{error:?}").contains(SECRET));
}

#[tokio::test]
async fn certificates_that_do_not_fit() {
    let fake = two_nodes().await;
    // Another name, and another key under the same name.
    for (connections, name) in [(1, "somebody else"), (2, "throw-away authority")] {
        let brokers = Brokers::builder(fake.address(0).parse().unwrap(), KEY, SECRET)
            .authorities_pem(Authority::new(name).pem())
            .build()
            .unwrap();
        let error = first_error(&brokers, AT_ONCE).await;
        assert_says(&error, ErrorKind::Tls, "not trusted", &fake.address(0));
        assert_eq!(fake.state().connections, connections);
    }

    let fake = Fake::start_as(1, "pkc-1.example").await;
    let error = first_error(&crate::brokers(&fake), AT_ONCE).await;
    assert_says(&error, ErrorKind::Tls, "for another name", &fake.address(0));
    assert!(fake.state().passwords.is_empty());

    // With the authorities of the operating system.
    let brokers = Brokers::builder(fake.address(0).parse().unwrap(), KEY, SECRET);
    let error = first_error(&brokers.build().unwrap(), AT_ONCE).await;
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(fake.state().passwords.is_empty());
}

#[tokio::test]
async fn a_broker_is_called_what_the_metadata_call_it() {
    let fake = two_nodes().await;
    // The certificate is for localhost.
    "127.0.0.1".clone_into(&mut fake.state().hosts[1]);
    let found = brokers(&fake).offsets(["orders"], None).await.unwrap();
    assert_eq!(found.partitions.len(), 2);
    let address = format!("127.0.0.1:{}", fake.state().addresses[1].port());
    for error in &found.errors {
        assert_says(error, ErrorKind::Tls, "another name", &address);
    }
    assert_eq!(found.errors.len(), 2);
}

#[tokio::test]
async fn silent_plain_and_closed() {
    let limit = Duration::from_millis(200);
    for (listening, kind, words) in [
        (Listening::Silent, ErrorKind::Unreachable, "nothing answers"),
        (Listening::PlainText, ErrorKind::Tls, "does not speak TLS"),
        (Listening::Dropping, ErrorKind::Unreachable, "broke off"),
    ] {
        let fake = two_nodes().await;
        fake.state().listening[0] = listening;
        let brokers = builder(&fake, SECRET)
            .connect_timeout(limit)
            .build()
            .unwrap();
        let error = first_error(&brokers, AT_ONCE).await;
        assert_says(&error, kind, words, &fake.address(0));
        assert_eq!(fake.state().connections, 1, "{listening:?}");
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("localhost:{}", listener.local_addr().unwrap().port());
    drop(listener);
    let brokers = Brokers::builder(address.parse().unwrap(), KEY, SECRET);
    let error = first_error(&brokers.build().unwrap(), AT_ONCE).await;
    assert_says(
        &error,
        ErrorKind::Unreachable,
        "cannot be reached",
        &address,
    );
    // A label of 64 characters is not a valid name, so no name server is asked.
    let address = format!("{}.example:9092", "x".repeat(64));
    let brokers = Brokers::builder(address.parse().unwrap(), KEY, SECRET);
    let error = first_error(&brokers.build().unwrap(), AT_ONCE).await;
    assert_says(&error, ErrorKind::Unreachable, "no address", &address);
}

#[tokio::test]
async fn the_next_address_is_tried_when_the_first_is_away() {
    let fake = two_nodes().await;
    fake.state().listening[0] = Listening::Dropping;
    fake.state().elect_after = None;
    let both = format!("{},{}", fake.address(0), fake.address(1));
    let brokers = Brokers::builder(both.parse().unwrap(), KEY, SECRET)
        .authorities_pem(fake.authority.pem())
        .time_limit(Duration::from_secs(2))
        .build()
        .unwrap();
    let found = brokers.offsets(["orders"], None).await.unwrap();
    assert_eq!(found.partitions.len(), 2);
    assert_eq!(found.errors.len(), 2);
    fake.state().listening[1] = Listening::Dropping;
    let error = brokers.offsets(["orders"], None).await.unwrap_err();
    for node in [0, 1] {
        assert!(error.to_string().contains(&fake.address(node)), "{error}");
    }
}

#[tokio::test]
async fn silence_after_any_request_ends_at_the_time_limit() {
    for silent in ALL {
        let fake = two_nodes().await;
        fake.hook(move |_, key, body| {
            if key == silent {
                Reply::Silence
            } else {
                Reply::Send(body)
            }
        });
        let limit = Duration::from_millis(300);
        let brokers = builder(&fake, SECRET)
            .connect_timeout(limit)
            .time_limit(limit)
            .build()
            .unwrap();
        let error = first_error(&brokers, limit + AT_ONCE).await;
        let kinds = [ErrorKind::Unreachable, ErrorKind::TimedOut];
        assert!(kinds.contains(&error.kind()), "{silent}: {error}");
        let address = error.address().unwrap();
        assert!(error.to_string().contains(address), "{error}");
    }
}

#[tokio::test]
async fn denied_and_unknown() {
    let fake = two_nodes().await;
    for (name, code) in [
        ("private-orders", 29),
        ("connect-private", 30),
        ("bad topic", 17),
    ] {
        fake.state().refused.insert(name.to_owned(), code);
    }
    let brokers = brokers(&fake);
    let topics = ["orders", "private-orders", "nowhere", "bad topic"];
    let found = brokers.offsets(topics, None).await.unwrap();
    assert_eq!(found.partitions.len(), 4);
    let errors: Vec<_> = found.errors.iter().map(|e| (e.topic(), e.kind())).collect();
    assert_eq!(
        errors,
        [
            (Some("bad topic"), ErrorKind::Invalid),
            (Some("nowhere"), ErrorKind::NotFound),
            (Some("private-orders"), ErrorKind::NotPermitted),
        ]
    );
    for error in &found.errors {
        assert!(error.to_string().contains("localhost:"), "{error}");
    }
    let error = brokers.committed("connect-private").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotPermitted);
    let text = error.to_string();
    assert!(
        text.contains("connect-private") && text.contains("localhost:"),
        "{text}"
    );
}

#[tokio::test]
async fn brokers_too_old_and_too_new_are_named_before_anything_is_sent() {
    for key in ALL.into_iter().filter(|key| *key != API_VERSIONS) {
        for (versions, words) in [
            (Some((0, 0)), "too old"),
            (Some((50, 99)), "too new"),
            (None, "does not know"),
        ] {
            let fake = two_nodes().await;
            match versions {
                Some(versions) => fake.state().versions.insert(key, versions),
                None => fake.state().versions.remove(&key),
            };
            let error = first_error(&brokers(&fake), AT_ONCE).await;
            assert_says(&error, ErrorKind::Unsupported, words, &fake.address(0));
            assert_eq!(fake.state().requests, [API_VERSIONS]);
        }
    }
    // A broker that is too old for this version of ApiVersions answers in version 0.
    let fake = two_nodes().await;
    fake.hook(|_, _, _| Reply::Send(vec![0, 35, 0, 0, 0, 0]));
    let error = first_error(&brokers(&fake), AT_ONCE).await;
    assert_says(
        &error,
        ErrorKind::Unsupported,
        "ApiVersions",
        &fake.address(0),
    );
}

#[tokio::test]
async fn another_mechanism_is_said() {
    let fake = two_nodes().await;
    fake.state().mechanisms = vec!["SCRAM-SHA-256", "OAUTHBEARER"];
    let error = first_error(&brokers(&fake), AT_ONCE).await;
    let words = "SCRAM-SHA-256, OAUTHBEARER, not the PLAIN";
    assert_says(&error, ErrorKind::Unauthenticated, words, &fake.address(0));
    assert!(fake.state().passwords.is_empty());
    assert_eq!(fake.state().requests, [API_VERSIONS, SASL_HANDSHAKE]);
}

#[tokio::test]
async fn a_key_that_is_withdrawn_meanwhile_is_not_tried_again() {
    let fake = two_nodes().await;
    fake.hook(|node, key, body| match (node, key) {
        (1, SASL_AUTHENTICATE) => {
            let parts = [&58_i16.to_be_bytes()[..], &(-1_i16).to_be_bytes(), &[0; 12]];
            Reply::Send(parts.concat())
        }
        _ => Reply::Send(body),
    });
    let started = Instant::now();
    let found = brokers(&fake).offsets(["orders"], None).await.unwrap();
    assert!(started.elapsed() < AT_ONCE);
    assert_eq!((found.partitions.len(), found.errors.len()), (2, 2));
    assert_says(
        &found.errors[0],
        ErrorKind::Unauthenticated,
        "refused",
        &fake.address(1),
    );
    assert_eq!(fake.state().passwords.len(), 2);
}

#[tokio::test]
async fn a_broker_that_always_hangs_up_is_given_up_at_the_time_limit() {
    let fake = two_nodes().await;
    fake.hook(|_, key, body| match key {
        METADATA => Reply::Close,
        _ => Reply::Send(body),
    });
    let limit = Duration::from_millis(500);
    let brokers = builder(&fake, SECRET).time_limit(limit).build().unwrap();
    let error = first_error(&brokers, limit + AT_ONCE).await;
    assert_says(
        &error,
        ErrorKind::Unreachable,
        "time limit",
        &fake.address(0),
    );
}

#[test]
fn settings_that_cannot_be_used() {
    let bootstrap = || "localhost:1".parse().unwrap();
    for (key, secret) in [("", "s"), ("k", ""), ("k\0", "s"), ("k", "s\0")] {
        let error = Brokers::builder(bootstrap(), key, secret)
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    let broken = "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n";
    for pem in ["", "no certificate", broken] {
        let builder = Brokers::builder(bootstrap(), "k", "s").authorities_pem(pem);
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
}
