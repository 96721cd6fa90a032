//! A connector name with special characters must arrive at the server as exactly one segment of the path.

use ccloud_connect_emulator::Operation;

use super::World;

#[tokio::test]
async fn every_legal_name_is_one_segment() {
    let world = World::new().await;
    for name in [
        "My Sink",
        "a/b",
        "x?y#z",
        "100%",
        "%2e%2e",
        "ü",
        "two\nlines",
        "tab\there",
        "a;b=c&d",
        "...",
        "~",
        "lcc-1",
    ] {
        world.connector(name).offsets().await.unwrap_err();
        let request = world.emulator.requests().pop().unwrap();
        assert_eq!(request.operation, Some(Operation::ReadOffsets), "{name:?}");
        assert_eq!(
            request.segments.len(),
            9,
            "{name:?}: {:?}",
            request.segments
        );
        assert_eq!(request.segments[7], name);
        assert_eq!(request.segments[8], "offsets");
    }
}
