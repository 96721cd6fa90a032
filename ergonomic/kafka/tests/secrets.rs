//! The secret must not appear in anything that is printed, logged or reported.
//!
//! This test is a separate program, because a process can install a global log subscriber only once.

#[path = "fake/mod.rs"]
#[allow(dead_code, reason = "each test program needs other faults")]
mod fake;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ccloud_connect_kafka::{Brokers, KafkaError};
use fake::{ALL, Fake, KEY, Partition, Reply, SECRET};

fn assert_clean(what: &str, text: &str) {
    assert!(!text.is_empty(), "{what} printed nothing");
    // The text must not contain the secret, the end of the secret, or the secret's bytes in the form of `Debug`.
    let bytes = format!("{:?}", SECRET.as_bytes());
    let bytes = bytes.trim_matches(['[', ']']);
    for hidden in [SECRET, "hunter2", bytes] {
        assert!(!text.contains(hidden), "{what}: {text}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn assert_clean_error(error: &KafkaError) {
    assert_clean("Display", &error.to_string());
    assert_clean("Debug", &format!("{error:?} {error:#?}"));
}

#[tokio::test]
async fn nothing_in_logs_at_trace_level_nor_in_errors_nor_in_debug() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let fake = Fake::start(1).await;
    fake.topic("orders", vec![Partition::every_second(0, 0, 10)]);
    let authority = Some(fake.authority.as_bytes());
    let brokers = Brokers::new(fake.address(0).parse().unwrap(), KEY, SECRET, authority);
    let brokers = brokers.unwrap().time_limit(Duration::from_millis(300));
    assert_clean("Brokers", &format!("{brokers:?}"));
    assert_eq!(brokers.offsets(["orders"], None).await.unwrap().errors, []);
    // The client must have sent the secret. Otherwise this test would prove nothing.
    assert_eq!(fake.state().passwords, [SECRET]);
    // As the answer to SaslAuthenticate, these bytes are code 58 with the secret as the message. As the answer to another
    // request, they cannot be read, and contain the secret.
    let length = i16::try_from(SECRET.len()).unwrap().to_be_bytes();
    let repeated = [&[0, 58], &length[..], SECRET.as_bytes(), &[0; 12]].concat();
    for (failing, _) in ALL {
        for silent in [false, true] {
            let repeated = repeated.clone();
            fake.hook(move |_, key, body| match (key == failing, silent) {
                (true, true) => Reply::Silence,
                (true, false) => Reply::Send(repeated.clone()),
                (false, _) => Reply::Send(body),
            });
            match brokers.offsets(["orders"], None).await {
                Ok(found) => found.errors.iter().for_each(assert_clean_error),
                Err(error) => assert_clean_error(&error),
            }
            if let Err(error) = brokers.committed("group").await {
                assert_clean_error(&error);
            }
        }
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for words in ["connecting to Kafka", "is not shown"] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert_clean("the log", &log);
}
