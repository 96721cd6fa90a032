//! Answers that are cut off, or that announce a wrong length, must lead to an error. They must not cause a panic, and no memory
//! may be reserved for an announced length.

use std::sync::{Arc, Mutex};

use ErrorKind::{Incompatible, Unavailable};
use ccloud_connect_kafka::{Brokers, ErrorKind};

use crate::fake::{
    ALL, API_VERSIONS, FIND_COORDINATOR, Fake, LIST_OFFSETS, METADATA, OFFSET_FETCH, Reply,
};
use crate::{first_error, two_nodes, two_nodes_in_clear, whole};

/// The bodies of answers, each with the key of its request.
type Bodies = Vec<(i16, Vec<u8>)>;

async fn bodies(fake: &Fake, brokers: &Brokers) -> Bodies {
    let seen: Arc<Mutex<Bodies>> = Arc::default();
    fake.hook({
        let seen = Arc::clone(&seen);
        move |_, key, body| {
            let mut seen = seen.lock().unwrap();
            if seen.iter().all(|(known, _)| *known != key) {
                seen.push((key, body.clone()));
            }
            Reply::Send(body)
        }
    });
    whole(brokers).await;
    brokers.committed("connect-lcc-1").await.unwrap();
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len(), ALL.len());
    seen
}

#[tokio::test]
async fn an_answer_that_is_cut_at_any_byte_cannot_be_read() {
    let (fake, brokers) = two_nodes_in_clear().await;
    for (cut, body) in bodies(&fake, &brokers).await {
        // The last length is one byte more than the answer has.
        for length in (0..body.len()).chain([body.len() + 1]) {
            fake.hook(move |_, key, mut body| {
                if key == cut {
                    body.resize(length, 0);
                }
                Reply::Send(body)
            });
            let error = first_error(&brokers).await;
            assert_eq!(error.kind(), Incompatible, "{cut} at {length}: {error}");
            assert!(error.to_string().contains("at localhost:"), "{error}");
        }
    }
}

/// When a connection ends within an answer, the question must fail if no broker has accepted the key yet. Later the client must
/// repeat the request, so that the question succeeds.
#[tokio::test]
async fn a_connection_that_ends_at_any_byte_of_an_answer() {
    let (fake, brokers) = two_nodes_in_clear().await;
    for (cut, body) in bodies(&fake, &brokers).await {
        let is_repeated = [METADATA, LIST_OFFSETS, FIND_COORDINATOR, OFFSET_FETCH].contains(&cut);
        // A repeated request waits before the next attempt, so fewer lengths are tried for it.
        for length in (0..body.len() + 8).step_by(if is_repeated { 17 } else { 1 }) {
            let mut done = false;
            fake.hook(move |_, key, body| {
                if key != cut || done {
                    return Reply::Send(body);
                }
                done = is_repeated;
                Reply::Cut(body, length)
            });
            if is_repeated {
                whole(&brokers).await;
                let committed = brokers.committed("connect-lcc-1").await.unwrap();
                assert_eq!(committed.len(), 3);
            } else {
                let error = first_error(&brokers).await;
                assert_eq!(error.kind(), Unavailable, "{cut} at {length}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn claims_are_not_believed() {
    let huge = i32::MAX.to_be_bytes();
    for (lying, _) in ALL {
        for body in [
            // These ten bytes repeat the number 2^31-1, so that the length of a list in them announces that many elements.
            huge.repeat(3)[..10].to_vec(),
            [&[0; 4][..], &huge].concat(),
            [&[0; 2][..], &huge].concat(),
            [&[0; 6][..], &huge].concat(),
            vec![0xff; 10],
            vec![0x7f; 64],
        ] {
            let (fake, brokers) = two_nodes_in_clear().await;
            fake.hook(move |_, key, real| {
                Reply::Send(if key == lying { body.clone() } else { real })
            });
            let text = first_error(&brokers).await.to_string();
            assert!(text.contains("at localhost:"), "{text}");
            assert!(!text.contains("time limit"), "{text}");
        }
    }
}

#[tokio::test]
async fn frames_that_cannot_be() {
    const LONGEST: i32 = 64 << 20;
    for length in [i32::MAX, LONGEST + 1, LONGEST, 3, 0, -1, i32::MIN] {
        // This length is allowed, so the error is that the connection ends before the answer.
        let kind = if length == LONGEST {
            Unavailable
        } else {
            Incompatible
        };
        let (fake, brokers) = two_nodes().await;
        fake.hook(move |_, _, _| Reply::Raw([&length.to_be_bytes()[..], &[0; 100]].concat()));
        let error = first_error(&brokers).await;
        assert_eq!(error.kind(), kind, "{length}: {error}");
        assert!(error.to_string().contains("ApiVersions"), "{error}");
    }
    // An answer with the correlation id of another request must be refused.
    let (fake, brokers) = two_nodes().await;
    fake.hook(|_, key, body| {
        assert_eq!(key, API_VERSIONS);
        Reply::Raw([&8_i32.to_be_bytes()[..], &[9; 4], &body].concat())
    });
    let error = first_error(&brokers).await;
    assert!(error.to_string().contains("another request"), "{error}");
}
