//! Offsets that were read must be sent back unchanged, byte for byte.

use ccloud_connect::RawJson;
use ccloud_connect_emulator::{Fault, Operation};

use super::World;

const VALUES: [&str; 14] = [
    "9007199254740993",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "123456789012345678901234567890",
    "0.1234567890123456789",
    "1e400",
    "10.10",
    "-0",
    "null",
    "true",
    r#""é \u00e9 \"quoted\"""#,
    r#"{"z":1,"a":{},"m":[1, 2.50]}"#,
    "{}",
];

#[tokio::test]
async fn reading_and_patching_changes_no_byte() {
    let world = World::new().await;
    let source = world.connector("MysqlSourceConnector");
    for value in VALUES {
        let entry = format!(
            r#"{{ "offset" : {{"b":{value}, "a":1}},"partition":{{"protocol":"1","table":"t"}} }}"#
        );
        let body = format!(
            r#"{{"id":"lcc-1","name":"MysqlSourceConnector","offsets":[{entry}],"metadata":{{}}}}"#
        );
        world.fault(Operation::ReadOffsets, Fault::status(200).body(body));
        let seen = source.offsets().await.unwrap();
        assert_eq!(seen.entries[0].to_string(), entry);

        // Nested values can be read, but validation must refuse them, because Kafka Connect cannot store them.
        let patch = source.patch_offsets().entries(seen.entries);
        if value.starts_with('{') {
            assert!(!patch.check().is_valid());
            continue;
        }
        world.fault(Operation::Alter, Fault::error(400, "only looking"));
        patch.send().await.unwrap_err();
        let mut requests = world.emulator.requests();
        requests.retain(|request| request.operation == Some(Operation::Alter));
        let sent = requests.pop().unwrap().body;
        let expected = format!(r#"{{"offsets":[{entry}],"type":"PATCH"}}"#);
        assert_eq!(std::str::from_utf8(&sent).unwrap(), expected);
    }
}

#[tokio::test]
async fn null_empty_and_absent_stay_apart() {
    let world = World::new().await;
    let source = world.connector("MysqlSourceConnector");
    let partition: RawJson = r#"{"table":"t"}"#.parse().unwrap();
    let reset = source
        .patch_offsets()
        .entry(ccloud_connect::OffsetEntry::new(
            &partition,
            &"null".parse().unwrap(),
        ));
    let body = reset.body().unwrap();
    assert_eq!(
        body.as_str(),
        r#"{"offsets":[{"partition":{"table":"t"},"offset":null}],"type":"PATCH"}"#
    );
    let one = source
        .delete_offsets()
        .partition(&partition)
        .body()
        .unwrap();
    assert_eq!(
        one.as_str(),
        r#"{"offsets":[{"partition":{"table":"t"}}],"type":"DELETE"}"#
    );
    let all = source.delete_offsets().all().body().unwrap();
    assert_eq!(all.as_str(), r#"{"type":"DELETE"}"#);
}
