//! Tests of the report on drift, with published pages that were changed by hand.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::vendor::saved_page;
use super::{Copy, PUBLISHED, fails, mentions, rows, workspace};
use crate::drift::report::{Format, Report};
use crate::drift::{report, structure::What};
use crate::openapi::{parse, select};
use crate::pipeline::BUNDLE;
use crate::vendor::lock::{LOCK, Lock};

const NO_OASDIFF: &str = "no-such-oasdiff";

/// The report on the published page in which every `from` was replaced by `to`.
fn changed(from: &str, to: &str) -> Report {
    let copy = Copy::new();
    let published = copy.read(PUBLISHED);
    assert!(published.contains(from), "{from:?}");
    let page = copy.write("page.txt", &saved_page(&published.replace(from, to)));
    report(copy.root(), &[page], NO_OASDIFF).unwrap().0
}

/// Asserts that the report, as text, contains `told`.
#[track_caller]
fn says(report: &Report, told: &str) {
    mentions(&report.render(Format::Text), &[told]);
}

#[test]
fn the_report_says_of_ten_changes_what_changed_where() {
    #[derive(serde::Deserialize)]
    struct Change {
        from: String,
        to: String,
        told: Vec<String>,
    }
    for change in rows::<Change>("drift.yaml") {
        let report = changed(&change.from, &change.to);
        let text = report.render(Format::Text);
        change.told.iter().for_each(|told| mentions(&text, &[told]));
        assert_eq!(report.is_drift(), !text.starts_with("No drift"), "{text}");
        if report.is_drift() {
            mentions(&text, &["oasdiff is not installed", "cargo xtask vendor"]);
            mentions(&report.render(Format::Markdown), &["\n## ", "\n- "]);
        }
        let json: serde_json::Value = serde_json::from_str(&report.render(Format::Json)).unwrap();
        assert_eq!(json["drift"], report.is_drift());
        assert_eq!(json["breaking"], serde_json::Value::Null);
    }
}

#[test]
fn only_a_whole_document_or_the_page_itself_tells_that_an_operation_is_gone() {
    let copy = Copy::new();
    let bundle = parse::parse(BUNDLE, &copy.read(BUNDLE)).unwrap();
    let rest = select::retain(&bundle, |path, _| !path.ends_with("/offsets"));
    let whole = copy.write("whole.json", &rest.to_string());
    let (found, _) = report(copy.root(), &[whole], NO_OASDIFF).unwrap();
    says(&found, "removed get_connector_offsets\n");
    says(&found, "-    pub async fn get_connector_offsets<'a>(");
    assert!(found.not_compared.is_empty());
    let other = copy.write("page.txt", "paths:\n  /other:\n    get: {responses: {}}\n");
    let told = ["page.txt", "describes none of the vendored operations"];
    fails(report(copy.root(), &[other], NO_OASDIFF), &told);

    // The lock now names local copies of the pages. One page then describes another operation, and one is removed: the report
    // must tell an operation that is gone from one that was not compared.
    let pages = copy.path("pages");
    fs::create_dir(&pages).unwrap();
    let mut lock = Lock::read(copy.root()).unwrap();
    for entry in &mut lock.entries {
        let page = pages.join(&entry.file);
        fs::copy(copy.path(&entry.place()), &page).unwrap();
        entry.source = page.display().to_string() + "#operation";
    }
    copy.write(LOCK, &lock.render().unwrap());
    let (found, unread) = report(copy.root(), &[], NO_OASDIFF).unwrap();
    says(&found, "No drift");
    assert!(unread.is_empty());
    fs::write(pages.join("read-connector.yaml"), "paths:\n  /other: {}\n").unwrap();
    fs::remove_file(pages.join("list-connectors.yaml")).unwrap();
    let (found, unread) = report(copy.root(), &[], NO_OASDIFF).unwrap();
    let told = ["list-connectors.yaml: cannot be read"];
    fails(unread.into_result(), &told);
    says(&found, "removed get_connector\n");
    says(&found, "Not compared:\n  get /connect/v1/");
    says(&found, "connectors?expand");
}

#[test]
fn wording_is_compared_where_both_are_published_only() {
    let bundle = workspace().join(BUNDLE).display().to_string();
    let (found, _) = report(workspace(), &[bundle], NO_OASDIFF).unwrap();
    assert_eq!(found.changes, []);
    let mut changes = changed("momentary", "short").changes.into_iter();
    assert!(changes.all(|change| change.what == What::Wording));
}

#[test]
fn oasdiff_is_asked_for_the_word_breaking() {
    let copy = Copy::new();
    let program = copy.write(
        "oasdiff",
        "#!/bin/sh\nfor word; do [ \"$word\" = --open ] && exit 9; done\n[ \"$1\" = breaking ] && [ -f \"$2\" ] && [ -f \"$3\" ] || exit 8\n\
         echo '[{\"id\":\"gone\",\"text\":\"is gone\",\"level\":3,\"operation\":\"POST\",\"path\":\"/x\"}]'\n",
    );
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let published = copy.read(PUBLISHED).replace("momentary", "short");
    let page = copy.write("page.txt", &saved_page(&published));
    let (found, _) = report(copy.root(), std::slice::from_ref(&page), &program).unwrap();
    assert_eq!(found.is_breaking(), Some(true));
    says(&found, "oasdiff: breaking on the wire");
    says(&found, "error POST /x: is gone [gone]");

    copy.write("oasdiff", "#!/bin/sh\necho no >&2\nexit 3\n");
    let (found, _) = report(copy.root(), &[page], &program).unwrap();
    assert_eq!(found.is_breaking(), None);
    says(&found, "oasdiff could not compare: no");
}
