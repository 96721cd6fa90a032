//! Tests of the address at which a Kafka cluster is reached, with a server that always gives the same answer.

use std::sync::mpsc;

use ccloud_connect::{ApiKey, Client, ErrorKind, KafkaClusterInfo, Result, RetryPolicy};

use super::{says, server};

/// Reads a cluster from a server that always gives this answer. Returns the client's result, and the first line of its request.
async fn ask(status: &str, body: &str) -> (Result<KafkaClusterInfo>, String) {
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let (heads, asked) = mpsc::channel();
    let url = server(move |head| {
        heads.send(head.to_owned()).unwrap();
        answer.clone()
    });
    let client = Client::builder()
        .endpoint(url.await)
        .credentials(ApiKey::new("KEY", "SECRET"))
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let cluster = client.cluster("env-1".parse().unwrap(), "lkc-1/x".parse().unwrap());
    let info = cluster.info().await;
    let head = asked.recv().unwrap();
    (info, head.lines().next().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn where_a_cluster_is_reached() {
    let public = r#""PUBLIC":{"kafka_bootstrap_endpoint":"public:9092"}"#;
    let private =
        r#""ap1":{"kafka_bootstrap_endpoint":"private:9092","connection_type":"PRIVATELINK"}"#;
    let another = r#""ap2":{"kafka_bootstrap_endpoint":"another:9092","new":{}}"#;
    for (spec, expected) in [
        (
            r#""kafka_bootstrap_endpoint":"SASL_SSL://whole:9092","availability":"LOW""#.to_owned(),
            Some("SASL_SSL://whole:9092"),
        ),
        (
            format!(r#""kafka_bootstrap_endpoint":"whole:9092","endpoints":{{{public}}}"#),
            Some("whole:9092"),
        ),
        (
            format!(r#""kafka_bootstrap_endpoint":"","endpoints":{{{private},{public}}}"#),
            Some("public:9092"),
        ),
        (
            format!(r#""endpoints":{{{private}}}"#),
            Some("private:9092"),
        ),
        (format!(r#""endpoints":{{{private},{another}}}"#), None),
        (r#""endpoints":{}"#.to_owned(), None),
        (String::new(), None),
    ] {
        let body = format!(r#"{{"id":"lkc-1","kind":"Cluster","spec":{{{spec}}}}}"#);
        let (info, request) = ask("200 OK", &body).await;
        let info = info.unwrap();
        assert_eq!(info.bootstrap(), expected, "{body}");
        assert_eq!(
            request,
            "GET /cmk/v2/clusters/lkc-1%2Fx?environment=env-1 HTTP/1.1"
        );
    }
    let (info, _) = ask("200 OK", "{}").await;
    assert_eq!(info.unwrap().bootstrap(), None);
}

#[tokio::test]
async fn a_key_that_may_not_read_the_cluster_is_told_so() {
    let body = r#"{"errors":[{"id":"1","status":"403","detail":"not allowed"}]}"#;
    let (info, _) = ask("403 Forbidden", body).await;
    let error = info.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    says(&error, "env-1");
    says(&error, "not allowed");
}
