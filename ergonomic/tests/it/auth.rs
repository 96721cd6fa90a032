//! Every kind of credentials must be sent in the `Authorization` header, and renewed when needed.

use std::sync::Arc;
use std::time::Duration;

use ccloud_connect::auth::{Authorization, CredentialsError, StsExchange, SubjectToken};
use ccloud_connect::clock::Clock as _;
use ccloud_connect::{BearerToken, Credentials, ErrorKind};
use ccloud_connect_emulator::{Fault, Operation};

use super::{Asked, World};

fn header(world: &World, index: usize) -> String {
    let requests = world.emulator.requests();
    let calls: Vec<_> = requests
        .iter()
        .filter(|request| request.operation == Some(Operation::ReadOffsets))
        .collect();
    calls[index].headers["authorization"]
        .to_str()
        .unwrap()
        .to_owned()
}

async fn sts(world: &World) -> StsExchange {
    // A program can choose the source of its tokens at run time and share it. So the builder must accept an `Arc<dyn …>`.
    let subject: Arc<dyn SubjectToken> =
        Arc::new(|| async { Ok("header.payload.signature".to_owned()) });
    StsExchange::builder("pool-1", subject)
        .endpoint(world.emulator.url())
        .expires_in(Duration::from_secs(600))
        .clock(world.clock.clone())
        .build()
        .unwrap()
}

/// The sink through a second client of the same emulator, which has these credentials. Tests use this function when the
/// credentials need the address of the emulator.
fn client(world: &World, credentials: impl Credentials + 'static) -> ccloud_connect::Connector {
    let builder = super::client(&world.emulator, &world.clock);
    let client = builder.credentials(credentials).build().unwrap();
    client.connector_at(world.sink().path().clone())
}

#[tokio::test]
async fn a_bearer_token_is_sent_as_it_is() {
    let world = World::with(|builder| builder.credentials(BearerToken::new("abc.def"))).await;
    let error = world.sink().offsets().await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!(header(&world, 0), "Bearer abc.def");
}

#[tokio::test]
async fn sts_exchanges_once_for_many_calls() {
    let world = World::new().await;
    let sink = client(&world, sts(&world).await);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let sink = sink.clone();
            tokio::spawn(async move { sink.offsets().await.map(drop) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(world.count(Operation::Token), 1);
    let requests = world.emulator.requests();
    let exchange = requests
        .iter()
        .find(|request| request.operation == Some(Operation::Token))
        .unwrap();
    assert!(!exchange.headers.contains_key("authorization"));
    assert_eq!(
        std::str::from_utf8(&exchange.body).unwrap(),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=header.payload.signature\
         &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt\
         &requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token\
         &identity_pool_id=pool-1&expires_in=600"
    );
    assert!(header(&world, 0).starts_with("Bearer "));
}

#[tokio::test]
async fn sts_refreshes_a_minute_before_the_end() {
    let world = World::new().await;
    let sink = client(&world, sts(&world).await);
    for (advance, exchanges) in [(0, 1), (539, 1), (1, 2), (300, 2)] {
        world.clock.advance(Duration::from_secs(advance));
        sink.offsets().await.unwrap();
        assert_eq!(
            world.count(Operation::Token),
            exchanges,
            "after {advance} s more"
        );
    }
}

#[tokio::test]
async fn sts_exchanges_once_more_after_a_401() {
    let world = World::new().await;
    let sink = client(&world, sts(&world).await);
    sink.offsets().await.unwrap();
    world.fault(Operation::ReadOffsets, Fault::error(401, "revoked"));
    sink.offsets().await.unwrap();
    assert_eq!(world.count(Operation::Token), 2);

    world.fault(
        Operation::ReadOffsets,
        Fault::error(401, "revoked").times(100),
    );
    let error = sink.offsets().await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!(world.count(Operation::Token), 3);
}

/// When two calls are refused with the same token, the token must be renewed only once: the later call uses the renewed token.
#[tokio::test]
async fn a_token_is_renewed_once_for_all_who_were_refused() {
    let world = World::new().await;
    let sts = sts(&world).await;
    let old = sts.authorization().await.unwrap();
    for _ in 0..2 {
        assert!(sts.refresh_after_401(&old));
        assert!(sts.authorization().await.unwrap() != old);
        assert_eq!(world.count(Operation::Token), 2);
    }
}

#[tokio::test]
async fn a_refused_exchange_says_so_and_sends_nothing() {
    let world = World::new().await;
    let sink = client(&world, sts(&world).await);
    let body = r#"{"error":"invalid_grant","error_description":"the subject token has expired"}"#;
    world.fault(Operation::Token, Fault::status(400).body(body));
    let error = sink.offsets().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.is_unauthenticated() && !error.is_transient());
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        source,
        "the token exchange for identity pool pool-1 was refused with 400 Bad Request: the subject token has expired \
         (code invalid_grant)"
    );
    assert_eq!(world.count(Operation::ReadOffsets), 0);
}

#[tokio::test]
async fn an_exchange_says_when_to_come_back() {
    let world = World::new().await;
    let limited = |seconds| Fault::status(429).header("Retry-After", seconds);
    world.fault(Operation::Token, limited("40"));
    let sink = client(&world, sts(&world).await);
    sink.offsets().await.unwrap();
    assert_eq!(world.clock.monotonic(), Duration::from_secs(40));

    world.fault(Operation::Token, limited("3600"));
    let sink = client(&world, sts(&world).await);
    let error = sink.patch_offsets().sink("orders", 0, 7).send().await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(error.advice().as_deref(), Some("Try again in 3600 s"));
    assert!(!error.may_have_been_applied());
    assert_eq!(world.clock.monotonic(), Duration::from_secs(40));
}

#[tokio::test]
async fn every_reply_to_an_exchange() {
    let reply = |body: &str| Fault::status(200).body(body.to_owned());
    let token = |life: &str| {
        reply(&format!(
            r#"{{"access_token":"{life}","expires_in":{life}}}"#
        ))
    };
    for (fault, exchanges) in [
        (Fault::act().gzip(), Some(1)),
        (Fault::status(503), Some(2)),
        (Fault::status(429), Some(2)),
        (Fault::reset_after_body(), Some(2)),
        (Fault::act().truncated(10), Some(2)),
        // The emulator did not issue the next two tokens. So it refuses them with 401, and the library must renew them.
        (token("0"), Some(2)),
        (token("18446744073709551615"), Some(2)),
        (token("-5"), None),
        (token("900.0"), None),
        (reply(r#"{"access_token":"abc"}"#), None),
        (reply(r#"{"access_token":"","expires_in":900}"#), None),
        (reply("<html></html>"), None),
        (Fault::status(302), None),
    ] {
        let world = World::new().await;
        let sink = client(&world, sts(&world).await);
        let case = format!("{fault:?}");
        world.fault(Operation::Token, fault);
        match (sink.offsets().await, exchanges) {
            (Ok(_), Some(count)) => assert_eq!(world.count(Operation::Token), count, "{case}"),
            (Err(error), None) => {
                assert_eq!(error.kind(), ErrorKind::Credentials, "{case}: {error}");
                assert!(!error.is_transient(), "{case}: {error}");
                assert_eq!(world.count(Operation::ReadOffsets), 0, "{case}");
            }
            (read, _) => panic!("{case}: {read:?}"),
        }
    }
}

#[tokio::test]
async fn credentials_of_ones_own_are_asked_per_attempt_and_once_more_after_a_401() {
    let world = World::new().await;
    let rotating = |number| match number {
        0 | 1 => Ok(Authorization::bearer(&format!("token-{number}"))),
        _ => Err(CredentialsError::new("the vault is sealed")),
    };
    let sink = client(&world, Asked::new(rotating));
    assert!(sink.offsets().await.unwrap_err().is_unauthenticated());
    assert_eq!(
        (header(&world, 0), header(&world, 1)),
        ("Bearer token-0".into(), "Bearer token-1".into())
    );

    let error = sink.offsets().await.unwrap_err();
    assert_eq!(error.attempts(), 0);
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "the vault is sealed"
    );
}
