//! Properties on which users' programs rely. Values can be shared between threads and chosen at run time. Futures can be awaited
//! on any thread. Settings and values can be written and parsed again. Errors state their cause.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ccloud_connect::auth::{ApiKey, BearerToken, StsExchange};
use ccloud_connect::clock::{Clock, ManualClock};
use ccloud_connect::finding::ValidationError;
use ccloud_connect::plan::Intent;
use ccloud_connect::{
    Alteration, AlterationError, AlterationRequest, AlterationStatus, AlterationToken, Applied,
    Client, ClientBuilder, Confirm, Connector, ConnectorOffsets, Credentials, DeleteOffsets, Error,
    ErrorKind, OffsetEntry, PatchOffsets, PlannedAlteration, RetryPolicy, WaitError, WaitOptions,
};
use ccloud_connect_emulator as emulator;
use serde::Deserialize;

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
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[test]
fn the_documented_features_are_those_that_exist() {
    let manifest = include_str!("../../Cargo.toml");
    let (_, features) = manifest.split_once("\n[features]\n").unwrap();
    let (features, _) = features.split_once("\n[").unwrap();
    let exist = features
        .lines()
        .filter_map(|line| Some(line.split_once(" = [")?.0))
        .filter(|name| *name != "default");
    let table = include_str!("../../src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `")?.split('`').next());
    let [exist, documented]: [BTreeSet<_>; 2] = [exist.collect(), table.collect()];
    assert_eq!(documented, exist);
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

/// A program must be able to choose credentials and clocks at run time, and to share them.
#[tokio::test]
async fn pointers_to_credentials_and_clocks_are_accepted() {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::default());
    let key = ApiKey::new(emulator::API_KEY, emulator::API_SECRET);
    let shared: Arc<dyn Credentials> = Arc::new(key.clone());
    let owned: Box<dyn Credentials> = Box::new(key);
    let world = World::with(|builder| builder.credentials(Arc::clone(&shared))).await;
    world.sink().offsets().await.unwrap();
    for builder in [
        Client::builder().credentials(shared),
        Client::builder().credentials(owned),
    ] {
        let builder = builder.endpoint(world.emulator.url());
        let client = builder.clock(Arc::clone(&clock)).build().unwrap();
        let sink = client.connector_at(world.sink().path().clone());
        sink.offsets().await.unwrap();
    }
}

/// A function that sends a request and waits for its end must be able to return one error type, `AlterationError`.
#[tokio::test]
async fn sending_and_waiting_fail_in_one_type() {
    async fn rewind(world: &World, limit: Duration) -> Result<Applied, AlterationError> {
        let alteration = world.patch(1).send().await?;
        Ok(alteration
            .wait_with(WaitOptions::default().timeout(limit))
            .await?)
    }
    let world = World::new().await;
    let path = world.sink().path().clone();
    let late = rewind(&world, Duration::ZERO).await.unwrap_err();
    assert!(matches!(
        late,
        AlterationError::Waiting(WaitError::TimedOut { .. })
    ));
    let busy = rewind(&world, Duration::ZERO).await.unwrap_err();
    for error in [&late, &busy] {
        assert_eq!(error.connector(), Some(&path));
    }
    let AlterationError::Sending(inner) = &busy else {
        panic!("{busy}")
    };
    assert_eq!(inner.to_string(), busy.to_string());
}

#[test]
fn settings_and_values_are_read_back_from_what_is_written() {
    let policy = RetryPolicy::default()
        .max_attempts(7)
        .first_delay(Duration::from_millis(1_500))
        .jitter_seed(3);
    let written = serde_json::to_value(&policy).unwrap();
    assert_eq!(written["first_delay"], "1s 500ms");
    assert_eq!(
        serde_json::from_value::<RetryPolicy>(written).unwrap(),
        policy
    );
    let empty: RetryPolicy = serde_json::from_str("{}").unwrap();
    assert_eq!(empty, RetryPolicy::default());

    let options: WaitOptions =
        serde_json::from_str(r#"{"timeout":"2m 30s","first_interval":0.25,"confirm":"required"}"#)
            .unwrap();
    assert_eq!(options.timeout, Duration::from_secs(150));
    assert_eq!(options.first_interval, Duration::from_millis(250));
    assert_eq!(options.confirm, Confirm::Required);
    for wrong in [
        r#"{"timeout":"soon"}"#,
        r#"{"timeout":-1}"#,
        r#"{"timeout":"-5s"}"#,
        r#"{"time_out":5}"#,
    ] {
        assert!(
            serde_json::from_str::<WaitOptions>(wrong).is_err(),
            "{wrong}"
        );
    }

    // A DELETE with an empty list must be refused, because the service would reset every partition.
    for wrong in [
        r#"{"type":"DELETE","offsets":[]}"#,
        r#"{"type":"PATCH"}"#,
        r#"{"type":"RESET","offsets":[]}"#,
    ] {
        assert!(
            serde_json::from_str::<AlterationRequest>(wrong).is_err(),
            "{wrong}"
        );
    }

    for text in [
        r#"{"id":"lcc-1","name":"n","offsets":[{"partition":{"a":1},"offset":{"b":9007199254740993}}],"metadata":{"observed_at":"2024-02-20T15:14:19Z"}}"#,
        r#"{"offsets":[]}"#,
    ] {
        let offsets: ConnectorOffsets = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&offsets).unwrap(), text);
    }
    let text = r#"{"request":{"id":"lcc-1","name":"n","type":"PATCH","requested_at":"2024-02-20T15:14:19Z"},"status":{"phase":"PENDING"},"applied_at":null}"#;
    let status: AlterationStatus = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&status).unwrap(), text);

    // A program's struct can have offsets as a member. Deserializing must fail when the offsets are flattened into a struct
    // (`#[serde(flatten)]`), because numbers would lose digits.
    #[derive(Deserialize)]
    struct Member {
        offsets: ConnectorOffsets,
    }
    #[derive(Debug, Deserialize)]
    struct Flattened {
        #[serde(flatten)]
        _offsets: ConnectorOffsets,
    }
    let body = r#"{"offsets":[{"partition":{},"offset":{"x":9007199254740993}}]}"#;
    let member: Member = serde_json::from_str(&format!(r#"{{"offsets":{body}}}"#)).unwrap();
    assert_eq!(serde_json::to_string(&member.offsets).unwrap(), body);
    serde_json::from_str::<Flattened>(body).unwrap_err();

    let entry: OffsetEntry = r#"{"partition":{"a":1}}"#.parse().unwrap();
    assert_eq!(
        entry,
        serde_json::from_str(r#"{ "partition" : {"a":1} }"#).unwrap()
    );
    assert_eq!(ErrorKind::NotSent.to_string(), "not-sent");
    let invalid = ccloud_connect::validate::patch(&[])
        .into_result()
        .unwrap_err();
    let written = serde_json::to_string(&invalid).unwrap();
    assert_eq!(
        serde_json::from_str::<ValidationError>(&written).unwrap(),
        invalid
    );
    assert!(serde_json::from_str::<ValidationError>(r#"{"findings":[]}"#).is_err());
    assert_eq!(
        serde_json::to_string(&ErrorKind::PlanOutdated).unwrap(),
        "\"plan-outdated\""
    );
}
