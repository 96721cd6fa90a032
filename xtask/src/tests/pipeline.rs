//! What the pipeline promises: the same bytes from the same sources, and a named place for everything that is wrong.

use super::{Copy, PUBLISHED, mentions, workspace};
use crate::{generate, public_api, spec};

#[test]
fn the_checked_in_files_are_what_the_sources_give() {
    crate::commands::generate(workspace(), true, false).unwrap();
    spec::verify(workspace()).unwrap();
}

#[test]
fn twice_gives_identical_bytes() {
    let copy = Copy::new();
    copy.write(spec::BUNDLE, "old");
    copy.write(generate::CLIENT, "old");
    crate::commands::generate(copy.root(), false, false).unwrap();
    let first = (copy.read(spec::BUNDLE), copy.read(generate::CLIENT));
    crate::commands::generate(copy.root(), false, false).unwrap();
    assert_eq!(
        first,
        (copy.read(spec::BUNDLE), copy.read(generate::CLIENT))
    );
    assert_eq!(
        first,
        (
            std::fs::read_to_string(workspace().join(spec::BUNDLE)).unwrap(),
            std::fs::read_to_string(workspace().join(generate::CLIENT)).unwrap(),
        )
    );
}

#[test]
fn the_contract_of_the_client() {
    let built = spec::build(workspace()).unwrap();
    let client = generate::client(&built, false).unwrap();
    assert!(client.skipped.is_empty());
    mentions(
        &client.text,
        &[
            "pub async fn get_connector_offsets<'a>(",
            "pub async fn alter_connector_offsets<'a>(",
            "pub async fn get_connector_offsets_request_status<'a>(",
            "environment_id: &'a str,\n        kafka_cluster_id: &'a str,\n        connector_name: &'a str,",
            "pub struct Offsets(pub ::std::vec::Vec<crate::OffsetEntry>);",
            "pub type_: crate::AlterationType,",
            "pub offsets: ::std::option::Option<Offsets>,",
            "pub applied_at: ::std::option::Option<crate::Timestamp>,",
            "pub phase: ::std::string::String,",
            "pub fn new_with_client(",
        ],
    );
    for absent in ["pub fn new(", "img.shields.io", "chrono", "regress"] {
        assert!(!client.text.contains(absent), "{absent}");
    }
}

#[test]
fn the_bundle_keeps_what_the_generator_does_not_see() {
    let built = spec::build(workspace()).unwrap();
    let path = "/paths/~1connect~1v1~1environments~1{environment_id}~1clusters~1{kafka_cluster_id}~1connectors~1{connector_name}~1offsets~1request/post/responses";
    let bundled = built.document.pointer(path).unwrap();
    assert_eq!(
        bundled["404"]["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/ConnectorError"
    );
    assert!(bundled["429"]["headers"]["Retry-After"].is_object());
    let lowered = built.lowered.pointer(path).unwrap();
    assert_eq!(lowered["404"]["content"], lowered["429"]["content"]);
}

#[test]
fn one_changed_byte_of_a_vendored_file() {
    let copy = Copy::new();
    copy.edit(PUBLISHED, "momentary downtime", "momentary Downtime");
    let error = copy.refused();
    mentions(
        &error,
        &[
            PUBLISHED,
            "changed since it was vendored",
            "vendor.lock",
            "help:",
        ],
    );
}

#[test]
fn a_file_the_lock_does_not_know() {
    let copy = Copy::new();
    copy.write("openapi/vendor/extra.yaml", "paths: {}\n");
    mentions(
        &copy.refused(),
        &[
            "openapi/vendor/extra.yaml",
            "not listed in openapi/vendor.lock",
        ],
    );
}

#[test]
fn a_missing_file_and_a_changed_one_are_both_told() {
    let copy = Copy::new();
    std::fs::remove_file(copy.path("openapi/vendor/get-connector-offsets.yaml")).unwrap();
    copy.edit(PUBLISHED, "Accepted", "accepted");
    mentions(
        &copy.refused(),
        &["get-connector-offsets.yaml: cannot be read", PUBLISHED],
    );
}

#[test]
fn a_lock_that_is_not_a_lock() {
    let copy = Copy::new();
    copy.edit(
        "openapi/vendor.lock",
        "origin = \"published\"",
        "origin = \"guessed\"",
    );
    mentions(&copy.refused(), &["openapi/vendor.lock", "guessed", "line"]);
}

#[test]
fn a_hand_edit_in_a_generated_file() {
    for place in [spec::BUNDLE, generate::CLIENT, public_api::LISTING] {
        let copy = Copy::new();
        copy.edit(place, "alter_connector_offsets", "change_connector_offsets");
        let before = copy.read(place);
        let error = crate::commands::generate(copy.root(), true, false)
            .unwrap_err()
            .to_string();
        mentions(
            &error,
            &[
                place,
                "\n-",
                "\n+",
                "change_connector_offsets",
                "run `cargo xtask generate`",
            ],
        );
        assert_eq!(copy.read(place), before);
    }
}

#[test]
fn an_overlay_action_that_matches_nothing() {
    let copy = Copy::new();
    copy.edit(
        spec::OVERLAY,
        "$.components.schemas.Offsets.items",
        "$.components.schemas.Positions.items",
    );
    mentions(
        &copy.refused(),
        &[
            spec::OVERLAY,
            "actions[7]",
            "$.components.schemas.Positions.items",
            "matched zero",
        ],
    );
}

#[test]
fn an_overlay_action_without_a_reason() {
    let copy = Copy::new();
    copy.edit(spec::OVERLAY, "  description: As above.\n", "");
    mentions(
        &copy.refused(),
        &[spec::OVERLAY, "actions[2]", "no description"],
    );
}

#[test]
fn two_schemas_with_one_title_and_different_content() {
    let copy = Copy::new();
    copy.edit(
        PUBLISHED,
        "description: Error code for the type of error",
        "description: Code",
    );
    copy.relock();
    mentions(
        &copy.refused(),
        &[
            PUBLISHED,
            "ConnectorError",
            "different content",
            "/responses/400/",
            "help:",
        ],
    );
}

#[test]
fn a_duplicate_key() {
    let copy = Copy::new();
    copy.edit(
        PUBLISHED,
        "      tags:\n",
        "      operationId: again\n      tags:\n",
    );
    copy.relock();
    mentions(
        &copy.refused(),
        &[PUBLISHED, "duplicate", "operationId", "line 4"],
    );
}

#[test]
fn the_same_operation_from_two_files() {
    let copy = Copy::new();
    let twin = copy
        .read(PUBLISHED)
        .replace("one alter offsets request", "1 alter offsets request");
    copy.write("openapi/vendor/twin.yaml", &twin);
    let lock = copy.read("openapi/vendor.lock");
    let entry = lock
        .split("[[vendored]]")
        .nth(1)
        .unwrap()
        .replace("alter-connector-offsets-request.yaml", "twin.yaml");
    copy.write(
        "openapi/vendor.lock",
        &format!("{lock}\n[[vendored]]{entry}"),
    );
    copy.relock();
    mentions(
        &copy.refused(),
        &["twin.yaml", PUBLISHED, "post /connect/v1"],
    );
}

#[test]
fn a_reference_to_nothing_and_one_out_of_the_document() {
    for (target, message) in [
        ("#/components/schemas/Missing", "does not exist"),
        (
            "https://example.com/schema.json",
            "leads out of the document",
        ),
        ("#/paths", "does not name an entry of components.schemas"),
    ] {
        let copy = Copy::new();
        copy.edit(PUBLISHED, "                    type: string\n                    description: The ID of the connector.", &format!("                    $ref: '{target}'"));
        copy.relock();
        mentions(
            &copy.refused(),
            &[PUBLISHED, "/responses/202/", target, message],
        );
    }
}

#[test]
fn an_example_that_does_not_fit() {
    for (from, to, message) in [
        (
            "                    type: PATCH\n",
            "                    type: REPLACE\n",
            "\"REPLACE\" is none of",
        ),
        (
            "                    id: lcc-sa32er\n",
            "                    id: 7\n",
            "id: expected string",
        ),
        ("                    id: lcc-sa32er\n", "", "id is missing"),
        (
            "requested_at: '2024-02-20 15:14:19+00:00'",
            "requested_at: yesterday",
            "not a date-time",
        ),
        (
            "                        kafka_partition: 0\n                        kafka_topic: topic_A",
            "                      - 1",
            "offsets[0].partition: expected object",
        ),
    ] {
        let copy = Copy::new();
        copy.edit(PUBLISHED, from, to);
        copy.relock();
        let error = spec::verify(copy.root()).unwrap_err().to_string();
        mentions(&error, &[PUBLISHED, "examples.patch", message]);
    }
}

#[test]
fn a_document_that_is_not_openapi() {
    let copy = Copy::new();
    copy.edit(
        spec::BASE,
        "  title: Confluent Cloud Connect API, offsets of managed connectors\n",
        "",
    );
    mentions(&copy.refused(), &["title"]);
    let copy = Copy::new();
    copy.edit(spec::BASE, "openapi: 3.0.3", "openapi: 3.1.0");
    mentions(&copy.refused(), &[spec::BASE, "3.0.x"]);
}

#[test]
fn an_operation_without_an_id_gets_one_of_its_path() {
    let copy = Copy::new();
    copy.edit(
        "openapi/vendor/get-connector-offsets.yaml",
        "      operationId: getConnectv1ConnectorOffsets\n",
        "",
    );
    copy.edit(spec::OVERLAY, "getConnectv1ConnectorOffsets'", "get_connect_v1_environments_environment_id_clusters_kafka_cluster_id_connectors_connector_name_offsets'");
    copy.relock();
    crate::commands::generate(copy.root(), false, false).unwrap();
    assert_eq!(
        copy.read(generate::CLIENT)
            .matches("fn get_connector_offsets<")
            .count(),
        1
    );
}

#[test]
fn the_progenitor_named_in_the_header_is_the_one_used() {
    let lock = std::fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
    mentions(
        &lock,
        &[&format!(
            "name = \"progenitor\"\nversion = \"{}\"",
            generate::PROGENITOR
        )],
    );
}

#[test]
fn the_overlay_can_settle_a_conflict_of_titles() {
    let copy = Copy::new();
    copy.edit(
        PUBLISHED,
        "description: Error code for the type of error",
        "description: Code",
    );
    copy.relock();
    let action = "- target: $.paths[*].post.responses['400'].content['application/json'].schema\n  \
                  description: The only one that differs.\n  update:\n    title: connect.v1.BadRequestError\n";
    copy.write(spec::OVERLAY, &(copy.read(spec::OVERLAY) + action));
    crate::commands::generate(copy.root(), false, false).unwrap();
    mentions(
        &copy.read(generate::CLIENT),
        &["pub struct BadRequestError", "pub struct ConnectorError"],
    );
}

#[test]
fn a_stale_listing_of_the_public_api() {
    let copy = Copy::new();
    let place = "generated-client/src/hooks.rs";
    copy.write(
        place,
        &(copy.read(place) + "\nimpl Exchange { pub fn new_method(&self) {} }\n"),
    );
    let error = crate::commands::generate(copy.root(), true, false)
        .unwrap_err()
        .to_string();
    mentions(
        &error,
        &[
            public_api::LISTING,
            "+    pub fn new_method(&self) {}",
            "run `cargo xtask generate`",
        ],
    );
    crate::commands::generate(copy.root(), false, false).unwrap();
    crate::commands::generate(copy.root(), true, false).unwrap();
}

#[test]
fn the_bundle_says_what_the_pipeline_made() {
    let built = spec::build(workspace()).unwrap();
    assert_eq!(
        spec::parse::parse(spec::BUNDLE, &built.bundle).unwrap(),
        built.document
    );
}
