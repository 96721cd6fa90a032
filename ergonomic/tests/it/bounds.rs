//! Everything can be shared between threads and awaited on any of them.

use ccloud_connect::auth::{ApiKey, BearerToken, StsExchange};
use ccloud_connect::plan::Intent;
use ccloud_connect::{
    Alteration, AlterationToken, Client, ClientBuilder, Connector, DeleteOffsets, Error,
    PatchOffsets, PlannedAlteration, WaitError, WaitOptions,
};

use super::World;

fn shared<T: Send + Sync + 'static>() {}

fn awaited_anywhere<T: Send>(future: T) -> T {
    future
}

#[test]
fn types_are_send_and_sync() {
    shared::<(
        Client,
        Connector,
        PatchOffsets,
        DeleteOffsets,
        PlannedAlteration,
    )>();
    shared::<(Alteration, AlterationToken, WaitOptions, Error, WaitError)>();
    shared::<(ApiKey, BearerToken, StsExchange)>();
    fn sendable<T: Send>() {}
    sendable::<ClientBuilder>();
}

#[tokio::test]
async fn futures_are_send() {
    let world = World::new().await;
    let sink = world.sink();
    awaited_anywhere(sink.offsets()).await.unwrap();
    let planned = awaited_anywhere(sink.plan(Intent::shift_by(-1)))
        .await
        .unwrap();
    let alteration = awaited_anywhere(planned.apply()).await.unwrap();
    awaited_anywhere(alteration.poll()).await.unwrap();
    awaited_anywhere(alteration.wait_with(WaitOptions::default().confirm()))
        .await
        .unwrap();
    awaited_anywhere(sink.latest_request()).await.unwrap();
    let alteration = awaited_anywhere(sink.patch_offsets().sink("topic_A", 0, 1).send())
        .await
        .unwrap();
    awaited_anywhere(alteration.wait()).await.unwrap();
    let _reset = awaited_anywhere(sink.delete_offsets().all().send())
        .await
        .unwrap();
    let (environment, cluster) = (&sink.path().environment, &sink.path().cluster);
    let listed = awaited_anywhere(world.client.connectors(environment, cluster))
        .await
        .unwrap();
    let this = listed
        .iter()
        .find(|connector| connector.name == "MySinkConnector")
        .unwrap();
    assert_eq!(this.id.as_deref(), Some("lcc-sa32er"));
    assert_eq!((this.kind.as_str(), this.custom), ("sink", false));
    assert!(
        listed.iter().any(|connector| connector.custom),
        "{listed:?}"
    );
}
