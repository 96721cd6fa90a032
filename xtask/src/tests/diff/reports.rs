//! What people and programs are shown of a comparison.

use serde_json::{Value, json};

use super::{bundle, compare, property, push, schema};
use crate::spec::diff::{Format, Side, diff, render, version_note};
use crate::tests::mentions;

#[test]
fn reports_in_three_forms() {
    let base = bundle();
    let mut changed = base.clone();
    push(
        &mut schema(&mut changed, "AlterOffsetRequest")["required"],
        "offsets".into(),
    );
    property(&mut changed, "ConnectorOffsets", "id")["description"] = "a | b".into();
    let found = compare(&base, &changed);

    mentions(
        &render(&found, None, Format::Text),
        &[
            "breaking [property-required] request /components/schemas/AlterOffsetRequest/properties/offsets\n",
            "  the property `offsets` is now required\n",
            "  Rust: `types::AlterOffsetRequest`, field `offsets` changes from `Option<T>` to `T`\n",
            "  at post /connect/v1/",
            "1 breaking, 0 additive, 1 documentation\n",
        ],
    );
    let json: Value = serde_json::from_str(&render(&found, None, Format::Json)).unwrap();
    assert_eq!(json["summary"]["breaking"], 1);
    assert_eq!(json["findings"][0]["class"], "breaking");
    assert_eq!(json["findings"][0]["direction"], "request");
    let pointer = json["findings"][0]["locations"][0]["pointer"]
        .as_str()
        .unwrap();
    assert!(
        pointer.ends_with("/post/requestBody/content/application~1json/schema/properties/offsets"),
        "{pointer}"
    );
    mentions(
        &render(&found, None, Format::Markdown),
        &[
            "### Breaking",
            "### Documentation",
            "| request `/components/schemas/AlterOffsetRequest",
        ],
    );
    assert_eq!(render(&[], None, Format::Text), "no drift\n");
}

#[test]
fn a_breaking_change_under_the_same_version_is_noted() {
    let side = |version: &str, method: &str| {
        let document = json!({ "info": { "version": version }, "paths": { "/a": { method: { "operationId": "a" } } } });
        Side::prepare("document", document).unwrap()
    };
    let note = |old: &Side, new: &Side| version_note(old, new, &diff(old, new).unwrap());
    assert_eq!(
        note(&side("1.2", "get"), &side("1.2", "put")).unwrap(),
        "something breaks, and the version is still 1.2"
    );
    assert_eq!(
        note(&side("1.10", "get"), &side("1.9", "get")).unwrap(),
        "the version goes back from 1.10 to 1.9"
    );
    assert_eq!(note(&side("1.9", "get"), &side("1.10", "put")), None);
    assert_eq!(note(&side("1.9", "get"), &side("1.9", "get")), None);
    assert_eq!(note(&side("v1", "get"), &side("later", "put")), None);

    let report = render(&[], Some("be careful"), Format::Markdown);
    mentions(
        &report,
        &["**API description: no drift**", "Note: be careful"],
    );
}
