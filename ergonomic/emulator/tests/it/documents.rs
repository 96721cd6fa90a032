//! Every reply of the emulator must conform to the published description of the service, and seeds to their schema.

use std::fs;
use std::path::Path;

use ccloud_connect_emulator::{
    Fault, MY_SINK, MYSQL_SINK, MYSQL_SOURCE, Operation, RateLimit, Seed,
};
use serde_json::{Value, json};

use super::schema::{Schemas, problems};
use super::support::{Answer, Stage, path, stage, stage_with};

const LIST: &str =
    "/connect/v1/environments/{environment_id}/clusters/{kafka_cluster_id}/connectors";
const OFFSETS: &str = "/{connector_name}/offsets";
const ALTER: &str = "/{connector_name}/offsets/request";
const STATUS: &str = "/{connector_name}/offsets/request/status";

fn bundle() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/connect-v1.yaml");
    yaml_serde::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The value at a JSON pointer in a document. Panics when there is none.
fn at<'a>(document: &'a Value, pointer: &str) -> &'a Value {
    let found = document.pointer(pointer);
    found.unwrap_or_else(|| panic!("there is nothing at {pointer}"))
}

/// Checks a reply against the response that the description declares for its status.
fn check(bundle: &Value, tail: &str, method: &str, reply: &Answer) {
    let schemas = Schemas::new(bundle);
    let escape = |text: &str| text.replace('~', "~0").replace('/', "~1");
    let path = escape(&format!("{LIST}{tail}"));
    let pointer = format!("/paths/{path}/{method}/responses/{}", reply.status);
    let declared = at(bundle, &pointer);
    assert!(reply.headers.contains_key("x-request-id"));
    for (name, header) in declared["headers"].as_object().into_iter().flatten() {
        let text = reply.headers[name.as_str()].to_str().unwrap();
        let value = match header["schema"]["type"].as_str().unwrap() {
            "integer" => json!(text.parse::<u64>().unwrap()),
            _ => json!(text),
        };
        assert_eq!(
            schemas.problems(&header["schema"], &value),
            [""; 0],
            "{name}"
        );
    }
    let Some(content) = declared.get("content") else {
        assert_eq!(reply.text, "");
        return;
    };
    assert_eq!(reply.headers["content-type"], "application/json");
    let schema = &content["application/json"]["schema"];
    assert_eq!(schemas.problems(schema, &reply.json), [""; 0], "{pointer}");
}

async fn check_all(bundle: &Value, stage: &Stage, name: &str) -> [u16; 4] {
    let list = path("", "").replace("connectors/", "connectors?expand=id,info,status");
    let list = stage.get(&list).await;
    check(bundle, "", "get", &list);
    let offsets = stage.offsets(name).await;
    check(bundle, OFFSETS, "get", &offsets);
    let status = stage.status(name).await;
    check(bundle, STATUS, "get", &status);
    let altered = stage.alter(name, r#"{"type":"DELETE"}"#).await;
    check(bundle, ALTER, "post", &altered);
    [list.status, offsets.status, status.status, altered.status]
}

#[tokio::test]
async fn every_reply_is_as_described() {
    let bundle = bundle();
    let stage = stage().await;
    for name in [
        MY_SINK,
        MYSQL_SINK,
        MYSQL_SOURCE,
        "mirror-source",
        "mysql-cdc",
        "oracle-cdc",
        "young-sink",
    ] {
        assert_eq!(
            check_all(&bundle, &stage, name).await,
            [200, 200, 404, 202],
            "{name}"
        );
    }
    for (pass, phase) in [(0, "PENDING"), (43, "PENDING_VALIDATION"), (10, "APPLIED")] {
        stage.pass(pass);
        let status = stage.status(MYSQL_SOURCE).await;
        assert_eq!(status.json["status"]["phase"], phase);
        check(&bundle, STATUS, "get", &status);
        check(&bundle, OFFSETS, "get", &stage.offsets(MYSQL_SOURCE).await);
    }
    let refused = stage
        .alter(MY_SINK, r#"{"type":"PATCH","offsets":[{}]}"#)
        .await;
    assert_eq!(refused.status, 400);
    check(&bundle, ALTER, "post", &refused);
    assert_eq!(
        check_all(&bundle, &stage, "custom-connector").await,
        [200, 403, 403, 403]
    );
    assert_eq!(
        check_all(&bundle, &stage, "nobody").await,
        [200, 404, 404, 404]
    );
}

#[tokio::test]
async fn failures_are_as_described() {
    let bundle = bundle();
    let stage = stage_with(|b| b.credentials("someone", "else")).await;
    assert_eq!(check_all(&bundle, &stage, MY_SINK).await, [401; 4]);

    let limit = RateLimit::new(0, std::time::Duration::from_secs(9));
    let stage = stage_with(|builder| builder.rate_limit(limit)).await;
    assert_eq!(check_all(&bundle, &stage, MY_SINK).await, [429; 4]);

    for operation in [
        Operation::ListConnectors,
        Operation::ReadOffsets,
        Operation::RequestStatus,
        Operation::Alter,
    ] {
        stage
            .emulator
            .fault(operation, Fault::error(500, "Oops, something went wrong"));
    }
    assert_eq!(check_all(&bundle, &stage, MY_SINK).await, [500; 4]);

    let stage = super::support::stage().await;
    let body = r#"{"type":"PATCH","offsets":[{"partition":{"kafka_topic":"none","kafka_partition":0},"offset":null}]}"#;
    stage.alter(MY_SINK, body).await;
    stage.pass(100);
    let failed = stage.status(MY_SINK).await;
    assert_eq!(failed.json["status"]["phase"], "FAILED");
    check(&bundle, STATUS, "get", &failed);
}

#[tokio::test]
async fn the_examples_of_the_description_are_accepted() {
    let bundle = bundle();
    let pointer = format!("{LIST}{ALTER}").replace('/', "~1");
    let pointer = format!("/paths/{pointer}/post/requestBody/content/application~1json/examples");
    let examples = at(&bundle, &pointer).as_object().unwrap();
    assert_eq!(examples.len(), 3);
    for (name, example) in examples {
        let connector = if name.contains("sink") {
            MY_SINK
        } else {
            MYSQL_SOURCE
        };
        let stage = stage().await;
        let accepted = stage.alter(connector, &example["value"].to_string()).await;
        assert_eq!(accepted.status, 202, "{name}");
        check(&bundle, ALTER, "post", &accepted);
        stage.pass(53);
        let status = stage.status(connector).await;
        assert_eq!(status.json["status"]["phase"], "APPLIED", "{name}");
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let bundle = bundle();
    let schemas = Schemas::new(&bundle);
    let schema = at(&bundle, "/components/schemas/AlterOffsetStatus");
    let sound = json!({
        "request": {"id": "a", "name": "b", "type": "PATCH", "requested_at": "2024-02-20T15:14:19Z"},
        "status": {"phase": "PENDING"},
        "applied_at": null,
    });
    assert_eq!(schemas.problems(schema, &sound), [""; 0]);
    for (pointer, value) in [
        ("/request", json!({"id": "a"})),
        ("/request/type", json!("PUT")),
        ("/request/requested_at", json!("yesterday")),
        ("/request/requested_at", Value::Null),
        ("/status/phase", json!(1)),
    ] {
        let mut wrong = sound.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert!(!schemas.problems(schema, &wrong).is_empty(), "{wrong}");
    }
}

/// All documents that differ from `document` in one value, which is missing, replaced or added.
fn changed(document: &Value) -> Vec<Value> {
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0.5),
        json!("x"),
        json!([]),
        json!([1]),
        json!({}),
        json!({"unknown": 1}),
    ];
    let mut all = others.to_vec();
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                let mut without = members.clone();
                without.remove(name);
                all.push(without.into());
                all.extend(changed(value).into_iter().map(|value| {
                    let mut with = members.clone();
                    with.insert(name.clone(), value);
                    with.into()
                }));
            }
            let mut more = members.clone();
            more.insert("unknown".to_owned(), json!(1));
            all.push(more.into());
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                all.extend(changed(item).into_iter().map(|item| {
                    let mut with = items.clone();
                    with[index] = item;
                    with.into()
                }));
            }
        }
        _ => {}
    }
    all
}

#[test]
fn the_schema_of_seeds_and_their_reader_agree() {
    let schema = Seed::json_schema().to_value();
    let schemas = Schemas::new(&schema);
    let built_in: Value = yaml_serde::from_str(Seed::built_in_yaml()).unwrap();
    assert_eq!(schemas.problems(&schema, &built_in), [""; 0]);
    // A small seed in which every member of the schema occurs, so that each of them is changed below.
    let small = json!({"environments": [{"id": "e", "clusters": [{"id": "k", "bootstrap": "b:1",
        "topics": [{"name": "t", "partitions": [{"earliest": 1, "latest": 2, "records_per_second": 3}]}],
        "connectors": [{
            "id": "c", "name": "n", "kind": "source", "class": "X", "config": {"a": "b"}, "state": "paused",
            "topics": ["t"], "records_per_second": 1.5, "offsets": ["{\"partition\":{},\"offset\":{}}"],
            "progress": {"member": "m", "per_second": 1, "fresh": [{"partition": {}, "offset": {}}]},
            "plugin": {"validates": true, "refuses": "no", "partition": ["p"], "offset": ["o"], "texts": ["t"], "integers": ["i"]},
        }],
    }]}]});
    let (mut taken, mut refused) = (0, 0);
    let validator = schemas.validator(&schema);
    for document in changed(&small).into_iter().chain([small]) {
        let problems = problems(&validator, &document);
        let form = yaml_serde::from_value::<Seed>(yaml_serde::to_value(&document).unwrap());
        let whole = Seed::from_yaml(&document.to_string());
        if problems.is_empty() {
            // A schema cannot forbid values that contradict each other. So a document that matches the schema must have the
            // form of a seed, but may contain a contradiction.
            assert!(form.is_ok(), "{document}: {form:?}");
            taken += 1;
        } else {
            // The YAML parser accepts null for an empty list or object, and the schema refuses it.
            let nothing = document.to_string().contains("null");
            assert!(
                form.is_err() || whole.is_err() || nothing,
                "{document}: {problems:#?}"
            );
            refused += 1;
        }
    }
    assert!(taken > 50 && refused > 200, "{taken} {refused}");
}

#[tokio::test]
async fn the_connector_operations_use_the_usual_error_body() {
    let bundle = bundle();
    let schemas = Schemas::new(&bundle);
    let error = at(&bundle, "/components/schemas/ConnectorError");
    let stage = stage().await;
    for path in [
        path("nobody", "/status"),
        path("nobody", "/nonsense"),
        "/".to_owned(),
    ] {
        let refused = stage.get(&path).await;
        assert_eq!(refused.status, 404);
        assert_eq!(schemas.problems(error, &refused.json), [""; 0]);
    }
}
