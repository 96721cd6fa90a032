//! Authentication, the rate limit, the request log, and requests that are refused before an operation is carried out.

use std::time::Duration;

use ccloud_connect_emulator::{CLUSTER, ENVIRONMENT, MY_SINK, Operation, RateLimit};

use super::support::{answer, path, stage, stage_with};

#[tokio::test]
async fn own_credentials_replace_the_usual_ones() {
    let stage = stage_with(|b| b.credentials("a", "b").bearer_token("t")).await;
    let url = format!("{}{}", stage.emulator.url(), path(MY_SINK, "/offsets"));
    assert_eq!(stage.offsets(MY_SINK).await.status, 401);
    for request in [
        stage.http.get(&url).basic_auth("a", Some("b")),
        stage.http.get(&url).bearer_auth("t"),
    ] {
        assert_eq!(answer(request).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn an_exchanged_token_works_for_as_long_as_it_says() {
    let stage = stage().await;
    let base = stage.emulator.url();
    let token = stage.exchange_token().await;
    assert_eq!(token.status, 200);
    assert_eq!(token.json["token_type"], "Bearer");
    assert_eq!(token.json["expires_in"], 900);
    let access_token = token.json["access_token"].as_str().unwrap();
    let read = || {
        let request = stage
            .http
            .get(format!("{base}{}", path(MY_SINK, "/offsets")));
        answer(request.bearer_auth(access_token))
    };
    assert_eq!(read().await.unwrap().status, 200);
    stage.pass(899);
    assert_eq!(read().await.unwrap().status, 200);
    stage.pass(1);
    assert_eq!(read().await.unwrap().status, 401);
}

#[tokio::test]
async fn what_does_not_exist_and_what_is_not_supported() {
    let stage = stage().await;
    let at = |environment: &str, cluster: &str, name: &str| {
        format!(
            "/connect/v1/environments/{environment}/clusters/{cluster}/connectors/{name}/offsets"
        )
    };
    for (path, status) in [
        (at(ENVIRONMENT, CLUSTER, "nobody"), 404),
        (at(ENVIRONMENT, "lkc-none", MY_SINK), 403),
        (at("env-none", CLUSTER, MY_SINK), 403),
        (at(ENVIRONMENT, CLUSTER, "custom-connector"), 403),
        (at(ENVIRONMENT, CLUSTER, "no-offset-support"), 403),
        ("/connect/v1/somewhere".to_owned(), 404),
    ] {
        let refused = stage.get(&path).await;
        assert_eq!(refused.status, status, "{path}");
        assert_eq!(refused.json["error"]["code"], status, "{path}");
    }
    let request = stage.request("DELETE", &path(MY_SINK, "/offsets"));
    let refused = answer(request).await.unwrap();
    assert_eq!(refused.status, 405);
    assert_eq!(refused.headers["allow"], "GET");
}

#[tokio::test]
async fn the_rate_limit_speaks_the_documented_headers() {
    let limit = RateLimit::new(2, Duration::from_secs(30));
    let stage = stage_with(|builder| builder.rate_limit(limit)).await;
    stage.offsets(MY_SINK).await;
    stage.clock.advance(Duration::from_millis(10_500));
    let last = stage.offsets(MY_SINK).await;
    assert_eq!(last.status, 200);
    assert_eq!(last.headers["x-ratelimit-limit"], "2");
    assert_eq!(last.headers["x-ratelimit-remaining"], "0");
    assert_eq!(last.headers["x-ratelimit-reset"], "20");
    assert!(!last.headers.contains_key("retry-after"));
    let refused = stage.alter(MY_SINK, r#"{"type":"DELETE"}"#).await;
    assert_eq!((refused.status, &*refused.text), (429, ""));
    assert_eq!(refused.headers["retry-after"], "20");
    assert!(refused.headers.contains_key("x-request-id"));
    assert_eq!(stage.accepted(MY_SINK), 0);
    stage.clock.advance(Duration::from_millis(19_499));
    assert_eq!(stage.offsets(MY_SINK).await.status, 429);
    stage.clock.advance(Duration::from_millis(1));
    assert_eq!(stage.offsets(MY_SINK).await.status, 200);
}

#[tokio::test]
async fn every_request_is_recorded_and_every_reply_has_its_own_id() {
    let stage = stage().await;
    let first = stage.offsets("a%2Fb").await;
    let second = stage.alter(MY_SINK, "{}").await;
    assert_ne!(
        first.headers["x-request-id"],
        second.headers["x-request-id"]
    );
    let seen = stage.emulator.requests();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].operation, Some(Operation::ReadOffsets));
    assert_eq!(seen[0].path, path("a%2Fb", "/offsets"));
    assert_eq!(seen[0].segments[7], "a/b");
    assert_eq!(seen[0].status.unwrap(), 404);
    assert_eq!(&*seen[1].body, b"{}");
    assert!(!seen[1].accepted);
    assert_eq!(seen[1].method, "POST");
    assert!(seen[1].headers.contains_key("authorization"));
}
