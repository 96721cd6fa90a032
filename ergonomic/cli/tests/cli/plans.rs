//! Plans that scripts save, check and send.

use std::time::{Duration, Instant};

use ccloud_connect::clock::ManualClock;
use ccloud_connect_emulator::{Emulator, Fault, Operation, Seed, Timing};

use crate::tool::{Server, finish, golden, tool, words};

const SINK: &str = "MysqlSinkConnector";

/// A saved plan can be sent as a file, unless it was edited, is a reset, or is for another connector.
#[test]
fn a_plan_is_a_file_too() {
    let server = Server::quick();
    let kept = server
        .ok("patch MysqlSinkConnector --shift-by -5 --dry-run -o json")
        .stdout;
    let patch = |line: &str, file: &str| server.feed(&format!("patch {line}"), file);
    patch("MysqlSinkConnector -f - --yes --no-wait", &kept).ends(0);
    patch("orders-sink -f - --dry-run", &kept).ends(2);
    let reset = server
        .ok("delete MysqlSinkConnector --all --dry-run -o json")
        .stdout;
    let ran = patch("MysqlSinkConnector -f - --dry-run", &reset).ends(2);
    ran.says("not the request of a patch");
    // After the edit, the plan's `changes` and its `request` differ, so the plan must be refused.
    let edited = kept.replacen(r#""kafka_offset":2003"#, r#""kafka_offset":1003"#, 1);
    assert_ne!(edited, kept);
    let ran = patch("MysqlSinkConnector -f - --dry-run", &edited).ends(2);
    ran.says("is not what the plan's `changes` show");
}

#[test]
fn a_saved_plan_is_not_sent_when_it_would_do_something_else() {
    let clock = ManualClock::default();
    let builder = Emulator::builder().timing(Timing::instant());
    let server = Server::start(builder.clock(clock.clone()));
    let sink = "MysqlSinkConnector --set topic_A:0=20032318 --dry-run -o json";
    let source = "mysql-cdc --binlog mysql-bin.000041:4 --dry-run -o json";
    let [sink, source] = [sink, source].map(|plan| server.ok(&format!("patch {plan}")).stdout);
    let send = |name: &str, plan: &str| {
        clock.advance(Duration::from_secs(60));
        server.feed(&format!("patch {name} -f - --yes --no-wait -o json"), plan)
    };
    let altered = |options: &str| {
        clock.advance(Duration::from_secs(60));
        server.ok(&format!("patch {options} --yes --no-wait"))
    };
    // The sink goes back to 100. The saved plan, reviewed as a move back of 5 records, would now skip 20 million records.
    altered("MysqlSinkConnector --set topic_A:0=100");
    let refused = send("MysqlSinkConnector", &sink).ends(5);
    refused.says("the plan no longer fits");
    assert_eq!(refused.error()["error"]["kind"], "plan-outdated");
    assert_eq!(server.accepted(SINK), 1);
    // The source has moved since its plan was saved. The plan must be sent when it still moves the source back, and refused
    // when it would move the source ahead.
    altered("mysql-cdc --binlog mysql-bin.000041:500");
    send("mysql-cdc", &source).ends(0);
    altered("mysql-cdc --binlog mysql-bin.000040:4");
    send("mysql-cdc", &source)
        .ends(5)
        .says("has another position");
}

#[test]
fn would_it_change_anything() {
    let server = Server::quick();
    let patch =
        |rest: &str| server.run(&format!("patch MysqlSinkConnector --set topic_A:0={rest}"));
    patch("5 --dry-run --exit-code").ends(11);
    patch("20032323 --dry-run --exit-code").ends(0);
    patch("5 --dry-run").ends(0);
    patch("5 --yes --exit-code").ends(2).says("--dry-run");
}

#[test]
fn a_warning_can_be_made_to_count() {
    let server = Server::quick();
    let same = "patch MysqlSinkConnector --set topic_A:0=20032323 --yes --no-wait";
    let ran = server.refused(&format!("{same} --strict -o json"));
    assert_eq!(
        ran.error()["error"]["findings"][0]["code"],
        "nothing-changes"
    );
    assert_eq!(server.accepted(SINK), 0);
    // Findings must be shown even with --quiet.
    server.ok(&format!("{same} -q")).says("warning");
    server.ok(&format!("{same} --strict --accept nothing-changes"));
}

#[test]
fn a_reset_says_from_where_the_connector_starts() {
    let server = Server::still();
    let null = r#"[{"partition":{"kafka_topic":"orders","kafka_partition":0},"offset":null}]"#;
    for (line, records) in [
        ("delete orders-sink --all", "126,000 records"),
        ("delete orders-sink --partition orders:0", "42,000 records"),
        ("patch orders-sink --file -", "42,000 records"),
    ] {
        let line = format!("{line} --dry-run --strict");
        let ran = server.feed(&line, null).ends(2);
        ran.says(&format!("`auto.offset.reset` says, by default at the earliest record: up to {records} are read again"));
        server
            .feed(&format!("{line} --accept delivered-again"), null)
            .ends(0);
    }
    let source = server.ok("delete mysql-cdc --all --dry-run --strict");
    source.prints("takes a new snapshot, as `snapshot.mode` says");
}

#[test]
fn waiting_for_another_alteration_takes_no_longer_than_asked_for() {
    // An alteration takes about a minute on this server, which is longer than the time of --wait-if-busy.
    let server = Server::start(Emulator::builder());
    let patch = "patch MysqlSinkConnector --set topic_A:0=5 --yes --no-wait";
    server.ok(patch);
    let started = Instant::now();
    let ran = server.run(&format!("{patch} --wait-if-busy 4s"));
    let waited = started.elapsed();
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    // The wait before the plan and the wait before the request together may take at most the time of --wait-if-busy.
    let [least, most] = [4, 7].map(Duration::from_secs);
    assert!(least <= waited && waited < most, "{waited:?}");
}

/// `--binlog` and an editor change only some members of a position. The unchanged members must have the values that another
/// alteration has just set, not the values from before that alteration: also when it has ended, but no sample shows it yet.
#[test]
fn a_move_of_a_source_starts_from_where_another_alteration_has_led() {
    let mut pending = Timing::instant();
    pending.pending = Duration::from_secs(2);
    let mut unseen = Timing::instant();
    unseen.sampling_period = Duration::from_secs(3);
    let mut seed = Seed::built_in();
    for connector in &mut seed.environments[0].clusters[0].connectors {
        connector.progress = None;
    }
    let other = r#"[{"partition":{"server":"inventory"},"offset":{"ts_sec":1700000000,"file":"mysql-bin.000042","pos":4,"server_id":77}}]"#;
    let editor = format!("{} {}", "sed -i", "s/77/78/");
    for (timing, busy, wait) in [
        (pending, 5, "--wait-if-busy 30s"),
        (unseen, 8, "--timeout 30s"),
    ] {
        let builder = Emulator::builder().timing(timing);
        let server = Server::start(builder.seed(seed.clone()));
        for (move_to, kept) in [
            ("patch mysql-cdc --binlog mysql-bin.000042:900", "77"),
            ("edit mysql-cdc", "78"),
        ] {
            server
                .feed(
                    "patch mysql-cdc --file - --yes --no-wait --wait-if-busy 9s",
                    other,
                )
                .ends(0);
            let moving = |more: &str| {
                let line = format!("{move_to} {more} --yes --no-wait -o json");
                let mut command = tool(&server.emulator.url());
                finish(command.args(words(&line)).env("EDITOR", &editor), "")
            };
            moving("--timeout 500ms").ends(busy);
            let moved = moving(wait).ends(0);
            moved.prints(&format!("\"server_id\":{kept}"));
        }
    }
}

/// A running source reads on while a person looks at the plan. The position that the person agreed to is sent nevertheless.
#[test]
fn a_source_that_reads_on_is_moved_all_the_same() {
    for change in [
        "patch mysql-cdc --binlog mysql-bin.000042:4",
        "delete mysql-cdc --all",
    ] {
        let mut seed = Seed::built_in();
        for connector in &mut seed.environments[0].clusters[0].connectors {
            if let Some(progress) = &mut connector.progress {
                progress.per_second = 4.0;
            }
        }
        let server = Server::start(Emulator::builder().timing(Timing::instant()).seed(seed));
        // The plan reads the configuration after the offsets, so this delay lets the source read on.
        let slow = Fault::act().delay(Duration::from_millis(600));
        server.fault(Operation::ReadConnector, slow.times(2));
        server.ok(&format!("{change} --yes --no-wait"));
        assert_eq!(server.accepted("mysql-cdc"), 1);
    }
}

#[test]
fn a_source_moves_by_what_its_format_knows() {
    let mut seed = Seed::built_in();
    let cluster = &mut seed.environments[0].clusters[0];
    let with_gtids = r#"[{"partition":{"server":"inventory"},"offset":{"file":"mysql-bin.000042","pos":4,"gtids":"30fd82c7-1f2b-11ee-8a6c-0242ac110003:1-9"}}]"#;
    let mysql = cluster
        .connectors
        .iter_mut()
        .find(|c| c.name == "mysql-cdc");
    mysql.unwrap().offsets = serde_json::from_str(with_gtids).unwrap();
    let server = Server::start(Emulator::builder().timing(Timing::instant()).seed(seed));
    let moved =
        "To move the offsets of MySQL CDC and MariaDB CDC (Debezium), use --binlog or --gtid";
    for option in ["--shift-by 5", "--to-earliest", "--set orders:0=4"] {
        let ran = server.refused(&format!("patch mysql-cdc {option} --yes"));
        let name = option.split(' ').next().unwrap();
        ran.says(&format!("cannot be moved by {name}. {moved}"));
        assert!(!ran.stderr.contains("--accept"), "{}", ran.stderr);
    }
    let ran = server.refused("patch mysql-cdc --binlog mysql-bin.000042:9 --yes");
    ran.says("tip: move this connector by --gtid\n");
    let ran = server.refused("patch mysql-cdc --gtid x --yes");
    assert!(
        !ran.stderr.contains("move this connector by"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_plan_far_back_says_that_the_records_may_be_gone() {
    let server = Server::still();
    for (offset, is_far) in [(1, true), (20_999, true), (21_001, false), (43_000, false)] {
        let ran = server.ok(&format!(
            "patch orders-sink --set orders:0={offset} --dry-run"
        ));
        let is_said = ran.stderr.contains("where the topics begin");
        assert_eq!(
            is_said,
            is_far || offset > 42_000,
            "{offset}: {}",
            ran.stderr
        );
    }
}

/// A sink that outruns a skip would outrun a new plan as well, so the error must advise to pause the sink.
#[test]
fn a_sink_that_outruns_a_skip_is_to_be_paused() {
    let builder = Emulator::builder().timing(Timing::instant());
    let server = Server::start(builder.speed(1000.0));
    let skip = "patch orders-sink --shift-by 1 --partition orders:0 --yes";
    let ran = server.run(skip).ends(5);
    ran.says("`confluent connect cluster pause lcc-");
    assert!(!ran.stderr.contains("worker"));
    ran.says("next: ccloud-offsets get orders-sink --max-age 0");
}

#[test]
fn what_the_change_means_for_a_connector_in_each_state() {
    let server = Server::quick();
    let mut all = String::new();
    for state in ["RUNNING", "PAUSED", "STOPPED", "FAILED"] {
        let body = format!(r#"{{"type":"sink","connector":{{"state":"{state}"}},"tasks":[]}}"#);
        server.fault(Operation::ConnectorStatus, Fault::status(200).body(body));
        let refused = Fault::error(409, "a request is in progress");
        server.fault(Operation::Alter, refused);
        let ran = server
            .run("patch MysqlSinkConnector --set topic_A:0=5 --yes --no-wait")
            .ends(5);
        all += &format!("# {state}\n{}\n", ran.stderr);
    }
    golden("states.txt", &all);
}
