//! Every form in which the service writes dates must be parsed, in every member that is a date.

use ccloud_connect_emulator::{Fault, Operation};
use serde_json::json;

use super::World;

const FORMS: [(&str, &str); 4] = [
    ("2024-02-20T15:14:19Z", "2024-02-20T15:14:19Z"),
    ("2024-02-20 15:14:19+00:00", "2024-02-20T15:14:19Z"),
    ("2024-02-20T15:14:20+0000", "2024-02-20T15:14:20Z"),
    (
        "2024-02-20T15:14:20.468546777Z",
        "2024-02-20T15:14:20.468546777Z",
    ),
];

#[tokio::test]
async fn in_offsets_status_and_requests() {
    for (written, read) in FORMS {
        let world = World::new().await;
        let request = json!({"id": "lcc-1", "name": "MySinkConnector", "type": "PATCH", "requested_at": written});
        let offsets = json!({"offsets": [], "metadata": {"observed_at": written}});
        world.fault(Operation::ReadOffsets, Fault::status(200).json(&offsets));
        let status =
            json!({"request": request, "status": {"phase": "applied"}, "applied_at": written});
        world.fault(Operation::RequestStatus, Fault::status(200).json(&status));
        world.fault(Operation::Alter, Fault::status(202).json(&request));

        let offsets = world.sink().offsets().await.unwrap();
        assert_eq!(offsets.observed_at.unwrap().to_string(), read);
        let status = world.sink().latest_request().await.unwrap();
        assert_eq!(status.request.requested_at.to_string(), read);
        assert_eq!(status.applied_at.unwrap().to_string(), read);
        let alteration = world.patch(1).send().await.unwrap();
        assert_eq!(alteration.requested_at().to_string(), read);
    }
}

#[tokio::test]
async fn null_and_absent_are_no_date() {
    let world = World::new().await;
    let request = json!({"id": "lcc-1", "name": "MySinkConnector", "type": "PATCH", "requested_at": FORMS[0].0});
    for status in [
        json!({"request": request, "status": {"phase": "PENDING"}, "applied_at": null}),
        json!({"request": request, "status": {"phase": "PENDING"}}),
    ] {
        world.fault(Operation::RequestStatus, Fault::status(200).json(&status));
        assert_eq!(
            world.sink().latest_request().await.unwrap().applied_at,
            None
        );
    }
    let empty = Fault::status(200).json(&json!({"id": "lcc-1"}));
    world.fault(Operation::ReadOffsets, empty);
    let offsets = world.sink().offsets().await.unwrap();
    assert_eq!((offsets.observed_at, offsets.entries.len()), (None, 0));
}
