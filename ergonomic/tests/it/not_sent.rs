//! Requests that the library must refuse without sending anything.

use std::time::Duration;

use ccloud_connect::auth::CredentialsError;
use ccloud_connect::clock::Clock as _;
use ccloud_connect::{BearerToken, Client};

use super::{Asked, World, says};

#[tokio::test]
async fn nothing_is_sent_for_an_invalid_request() {
    let world = World::new().await;
    let empty = world.sink().patch_offsets().send().await.unwrap_err();
    assert!(empty.is_invalid() && !empty.may_have_been_applied());

    let bad = world
        .sink()
        .patch_offsets()
        .sink("orders", -1, 5)
        .sink("orders", 0, -5)
        .sink("orders", 0, 5);
    let error = bad.send().await.unwrap_err();
    let paths: Vec<_> = error
        .findings()
        .unwrap()
        .report()
        .errors()
        .map(|finding| finding.path.clone())
        .collect();
    assert_eq!(
        paths,
        [
            "offsets[0].partition.kafka_partition",
            "offsets[1].offset.kafka_offset",
            "offsets[2].partition"
        ]
    );
    // The message must contain the first finding, the number of other findings, and the effect. The alternate form (`{:#}`) must
    // not contain the findings: it is for programs that show them separately.
    says(
        &error,
        "was not sent: offsets[0].partition.kafka_partition: ",
    );
    says(&error, ", and 2 more problems. Nothing was changed");
    let line = format!("{error:#}");
    says(&line, "was not sent. Correct");
    let nothing_said = world.sink().delete_offsets().send().await.unwrap_err();
    assert!(nothing_said.is_invalid());
    assert!(world.emulator.requests().is_empty());
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let endpoint = World::new().await.emulator.url();
    assert!(Client::builder().endpoint(endpoint).build().is_err());

    let world = World::with(|builder| {
        builder.credentials(Asked::new(|_| {
            Err(CredentialsError::new("the vault is sealed"))
        }))
    })
    .await;
    let read = world.sink().offsets().await.unwrap_err();
    let altered = world.patch(1).send().await.unwrap_err();
    for error in [read, altered] {
        assert!(!error.may_have_been_applied(), "{error}");
        assert_eq!(error.attempts(), 0, "{error}");
        says(&error, "so the request was not sent: the vault is sealed. ");
        says(&error, "Check the source of the credentials");
    }
    assert!(world.emulator.requests().is_empty());
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_not_tried_again() {
    let world = World::with(|builder| builder.credentials(BearerToken::new("a\nb"))).await;
    let error = world.patch(1).send().await.unwrap_err();
    says(&error, "characters that are not allowed in a header");
    assert!(error.is_unauthenticated() && !error.is_transient());
    assert_eq!(world.clock.monotonic(), Duration::ZERO);
}
