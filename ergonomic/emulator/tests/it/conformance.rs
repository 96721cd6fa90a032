//! Runs the conformance suite against emulators with different assumptions, and checks what the suite reports.

use std::time::Duration;

use ccloud_connect_emulator::conformance::{Conformance, Report, Verdict};
use ccloud_connect_emulator::{
    API_KEY, API_SECRET, Assumptions, CLUSTER, ENVIRONMENT, Fault, MYSQL_SOURCE, Operation, Reply,
};

use super::support::{Stage, stage_with};

async fn assuming(assumptions: Assumptions) -> Stage {
    stage_with(|builder| builder.assumptions(assumptions)).await
}

fn suite(stage: &Stage, name: &str) -> Conformance {
    let key = (API_KEY, API_SECRET);
    Conformance::new(stage.emulator.url(), key, ENVIRONMENT, CLUSTER, name)
        .clock(stage.clock.clone())
        .poll_every(Duration::from_secs(5))
}

/// The names of the assumptions that have this verdict in the report.
fn with(report: &Report, verdict: Verdict) -> Vec<&str> {
    let findings = report.assumptions.iter();
    let named = findings.filter(|finding| finding.verdict == verdict);
    named.map(|finding| finding.name).collect()
}

#[tokio::test]
async fn a_sink_conforms() {
    let stage = assuming(Assumptions::default()).await;
    let report = suite(&stage, "orders-sink").run().await.unwrap();
    assert!(report.facts_hold(), "{report}");
    assert_eq!(with(&report, Verdict::Refuted), [""; 0], "{report}");
    assert_eq!(with(&report, Verdict::NotTested), [""; 0], "{report}");
    assert_eq!(report.assumptions.len(), 13, "{report}");
}

#[tokio::test]
async fn a_source_conforms_too() {
    let stage = assuming(Assumptions::default()).await;
    let before = stage.truth(MYSQL_SOURCE);
    let report = suite(&stage, MYSQL_SOURCE).run().await.unwrap();
    assert!(report.facts_hold(), "{report}");
    assert_eq!(with(&report, Verdict::Refuted), [""; 0], "{report}");
    assert_eq!(
        with(&report, Verdict::NotTested),
        ["check_order", "partial_delete", "unworkable"],
        "{report}"
    );
    assert_eq!(stage.truth(MYSQL_SOURCE), before);

    let mut other = report.clone();
    other.facts[0].verdict = Verdict::Refuted;
    other.assumptions.remove(0);
    let beside = report.beside(&other, ["simulated", "compared"]);
    let lines = report.facts.len() + report.assumptions.len();
    // The comparison has two headings, one line for each check, and two more lines for each of the two checks whose
    // verdicts differ.
    assert_eq!(beside.lines().count(), 2 + lines + 4, "{beside}");
    let of = |name: &str| {
        let mut lines = beside
            .lines()
            .skip_while(|line| !line.trim().starts_with(name));
        [lines.next(), lines.next(), lines.next()].map(Option::unwrap)
    };
    let first = &report.facts[0];
    let [verdicts, ours, theirs] = of(first.name);
    assert!(verdicts.ends_with("confirmed  REFUTED"), "{verdicts}");
    assert_eq!(ours, format!("    simulated saw: {}", first.seen));
    assert_eq!(theirs, format!("    compared saw: {}", first.seen));
    let [verdicts, _, theirs] = of(report.assumptions[0].name);
    assert!(verdicts.ends_with("not tested"), "{verdicts}");
    assert_eq!(theirs, "    compared saw: nothing");
}

#[tokio::test]
async fn each_assumption_is_told_apart_from_its_alternative() {
    for (name, value) in [
        ("busy", "bad_request"),
        ("malformed", "as_failed"),
        ("unreadable", "server_error"),
        ("unworkable", "at_once"),
        ("check_order", "offsets_first"),
        ("content_type", "any"),
        ("validation", "all"),
        ("partial_delete", "everything"),
        ("unknown_scope", "not_found"),
        ("no_request", "bad_request"),
        ("previous_offsets", "empty_while_pending"),
        ("null_offsets", "repeated"),
        ("dates", "space"),
    ] {
        let mut assumptions = Assumptions::default();
        assumptions.set(name, value).unwrap();
        let stage = assuming(assumptions).await;
        let report = suite(&stage, "orders-sink").run().await.unwrap();
        assert!(report.facts_hold(), "{report}");
        assert_eq!(with(&report, Verdict::Refuted), [name], "{report}");
    }
}

#[tokio::test]
async fn what_does_not_conform_is_found() {
    let stage = assuming(Assumptions::default()).await;
    stage
        .emulator
        .fault(Operation::ReadOffsets, Fault::status(200).body("{}"));
    let error = suite(&stage, "orders-sink").run().await.unwrap_err();
    assert!(error.to_string().contains("no offsets"), "{error}");

    // The suite accepts that its first three alterations are refused. The fourth must be accepted, so the fault in its reply
    // must end the suite with an error.
    stage
        .emulator
        .fault(Operation::Alter, Fault::error(400, "refused").times(3));
    stage
        .emulator
        .fault(Operation::Alter, Fault::act_then(Reply::status(202)));
    let error = suite(&stage, "orders-sink").run().await.unwrap_err();
    assert!(error.to_string().contains("not accepted"), "{error}");

    // The sixth alteration of a source resets its partition.
    let before = stage.truth(MYSQL_SOURCE);
    for fault in [Fault::act().times(5), Fault::act_then_reset()] {
        stage.emulator.fault(Operation::Alter, fault);
    }
    assert!(suite(&stage, MYSQL_SOURCE).run().await.is_err());
    assert_eq!(stage.emulator.waiting_faults(), 0);
    stage.pass(100);
    assert_eq!(stage.truth(MYSQL_SOURCE), before);

    stage.emulator.fault(
        Operation::ReadOffsets,
        Fault::act().body(r#"{"offsets":[{"partition":{},"offset":{}}]}"#),
    );
    let report = suite(&stage, MYSQL_SOURCE).run().await;
    assert!(!report.unwrap().facts_hold());
}
