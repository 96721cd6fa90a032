//! What is refused before anything is sent, or for want of credentials.

use ccloud_connect::{ApiKey, Client};

use super::World;

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
        .violations()
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
    let nothing_said = world.sink().delete_offsets().send().await.unwrap_err();
    assert!(nothing_said.is_invalid());
    assert!(world.emulator.requests().is_empty());
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let world = World::new().await;
    let client = Client::builder()
        .endpoint(world.emulator.url())
        .credentials(ApiKey::new(
            "key",
            "line\nbreak is encoded, so this is fine",
        ))
        .build()
        .unwrap();
    let error = client
        .connector_at(world.sink().path().clone())
        .offsets()
        .await
        .unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!(error.status(), Some(401));
}
