//! Times, ends and lag, with a cluster of brokers on loopback beside the emulator.

use std::process::Command;

use ccloud_connect_emulator::{Emulator, Fault, Operation, Seed, Timing};
use serde_json::json;
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

use crate::fake::{Fake, KEY, Listening, Partition, SECRET};
use crate::tool::{Ran, Server, cases, finish, golden, runtime, tool, words};

/// 2026-01-01T00:00:00Z, in milliseconds since 1970.
const T0: i64 = 1_767_225_600_000;
const SINK: &str = "MysqlSinkConnector";

/// The emulator, and the fake brokers of its Kafka cluster.
struct Both {
    server: Server,
    fake: Fake,
    authorities: NamedTempFile,
    _runtime: Runtime,
}

impl Both {
    /// Starts the emulator and a broker. The broker has the topics of the emulator's sink, whose positions are 20032323 and
    /// 20032322.
    fn start() -> Self {
        let runtime = runtime();
        let fake = runtime.block_on(Fake::start(1));
        let around = |earliest: i64, latest: i64| Partition {
            leader: 0,
            earliest,
            latest,
            open: 0,
            records: (earliest..latest)
                .map(|n| (n, T0 + (n - earliest) * 1000))
                .collect(),
        };
        let empty = Partition::default();
        fake.topic(
            "topic_A",
            vec![around(20_032_000, 20_032_500), empty.clone()],
        );
        fake.topic("topic_B", vec![empty, around(20_032_300, 20_032_310)]);
        let mut seed = Seed::built_in();
        seed.environments[0].clusters[0].bootstrap = Some(fake.address(0));
        let server = Server::start(Emulator::builder().timing(Timing::instant()).seed(seed));
        let authorities = NamedTempFile::new().unwrap();
        std::fs::write(&authorities, &fake.authority).unwrap();
        Self {
            server,
            fake,
            authorities,
            _runtime: runtime,
        }
    }

    /// The tool with a Kafka key in its environment.
    fn tool(&self) -> Command {
        let mut command = tool(&self.server.emulator.url());
        command
            .env("KAFKA_API_KEY", KEY)
            .env("KAFKA_API_SECRET", SECRET)
            .arg("--ca-file")
            .arg(self.authorities.path())
            .env("TZ", "UTC");
        command
    }

    fn run(&self, line: &str) -> Ran {
        finish(self.tool().args(words(line)), "")
    }

    /// Standard error, followed by standard output, of a run that must end with exit code 0.
    fn done(&self, line: &str) -> String {
        let ran = self.run(line).ends(0);
        assert!(!ran.stderr.contains(SECRET) && !ran.stdout.contains(SECRET));
        ran.stderr.replace(&self.fake.address(0), "localhost:PORT") + &ran.stdout
    }
}

#[test]
fn plans_that_know_the_topics() {
    let both = Both::start();
    let mut shown = String::new();
    for change in [
        "--to-time 2026-01-01T00:00:05Z",
        "--to-time 2026-01-01T00:01:00.5",
        "--to-time 2025-12-31T00:00Z",
        "--to-latest",
        "--to-earliest",
        "--to-earliest --partition topic_A:0",
        "--to-latest --topic topic_A",
        "--shift-by -1000",
        "--set topic_A:0=1 --set topic_B:1=20032305",
    ] {
        let line = format!("patch MysqlSinkConnector --dry-run {change}");
        shown += &format!("$ patch {change}\n{}\n", both.done(&line));
    }
    golden("kafka-plans.txt", &shown);
}

#[test]
fn a_move_to_a_time_is_carried_out() {
    let both = Both::start();
    both.run("patch MysqlSinkConnector --to-time 2026-01-01T00:00:05Z --yes --no-wait")
        .ends(0);
    let requests = both.server.emulator.requests();
    let sent = requests
        .iter()
        .find(|request| request.operation == Some(Operation::Alter));
    let body: serde_json::Value = serde_json::from_slice(&sent.unwrap().body).unwrap();
    let offsets: Vec<_> = body["offsets"].as_array().unwrap().iter().collect();
    let at = |index: usize| &offsets[index]["offset"]["kafka_offset"];
    assert_eq!((at(0), at(1)), (&20_032_005.into(), &20_032_305.into()));
}

#[test]
fn lag() {
    let both = Both::start();
    // The consumer group has committed a later offset than the sample's for one of the two partitions, and none for the other.
    // The lag must count from the committed offset where there is one.
    let committed = ("topic_A".to_owned(), 0, 20_032_400);
    let group = "connect-lcc-as341".to_owned();
    both.fake.state().groups.insert(group, vec![committed]);
    // Only the beginnings of rows are compared, because the rest of a row is an age.
    let shown = both.done("get MysqlSinkConnector --lag");
    let shown: Vec<String> = shown
        .lines()
        .map(|line| crate::tool::words(line).join(" "))
        .collect();
    for words in [
        "CONNECTOR PARTITION OFFSET COMMITTED END LAG BEHIND AGE",
        "MysqlSinkConnector topic_A:0 20032323 20032400 20032500 100",
        "MysqlSinkConnector topic_B:1 20032322 - 20032310 - -",
        "warning: MysqlSinkConnector: topic_B:1 is at 20032322, outside the records that the partition holds, 20032300 to 20032310:",
    ] {
        assert!(
            shown.iter().any(|line| line.starts_with(words)),
            "{shown:?}"
        );
    }
    let ran = both.run("list --lag -o json").ends(0);
    ran.says("orders: Kafka at");
    let json = ran.json();
    let rows = json.as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    // One position of the sink is outside its partition, so the sink has no sum of lags.
    let mut sink = row(SINK).clone();
    assert!(
        sink["next_record"]
            .take()
            .as_str()
            .unwrap()
            .starts_with("20")
    );
    assert_eq!(
        (&sink["lag"], &sink["partitions"]),
        (&json!(null), &json!(2))
    );
    assert_eq!(row("young-sink")["lag"], json!(null));
    assert!(rows.iter().all(|row| row["type"] == "sink"));
    assert!(both.done("list --lag").contains("PARTITIONS  LAG  BEHIND"));
    both.run("get young-sink --lag")
        .ends(0)
        .says("young-sink has no positions in topics, so it has no lag");

    let mut json = both.run("get MysqlSinkConnector --lag -o json").json();
    assert_eq!(
        (&json["name"], json["offsets"].as_array().unwrap().len()),
        (&json!(SINK), 2)
    );
    json["lag"][0]["next_record"].take();
    assert_eq!(
        json["lag"],
        json!([
            {"topic": "topic_A", "partition": 0, "position": 20_032_400, "committed": 20_032_400, "earliest": 20_032_000,
             "end": 20_032_500, "stable_end": 20_032_500, "lag": 100, "next_record": null},
            {"topic": "topic_B", "partition": 1, "position": 20_032_322, "committed": null, "earliest": 20_032_300,
             "end": 20_032_310, "stable_end": 20_032_310, "lag": null, "next_record": null},
        ])
    );

    // When the key may not see the consumer group, the lag must count from the positions in the sample. An open transaction must
    // be reported.
    let refused = ("connect-lcc-as341".to_owned(), 30);
    both.fake.state().refused.extend([refused]);
    both.fake.state().topics.get_mut("topic_A").unwrap()[0].open = 7;
    let shown = both.done("get MysqlSinkConnector --lag");
    for words in [
        "may not see this group",
        "topic_A:0 has an open transaction from offset 20032493 on",
        "20032323          -  20032500  177",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
}

#[test]
fn a_partition_that_kafka_does_not_have_is_refused() {
    let both = Both::start();
    let patch = |change| both.run(&format!("patch MysqlSinkConnector --yes {change}"));
    for change in [
        "--set topic_A:9=5",
        "--set topic_A:0=20032100 --set topic_A:9=5",
        "--to-latest --partition topic_A:9",
    ] {
        let words = "topic_A:9 does not exist (number of partitions in the topic: 2)";
        patch(change).ends(4).says(words);
    }
    patch("--set nowhere:0=5").ends(4);
    // Without a key, Kafka cannot be asked, so the plan only warns that the partition may not exist.
    let ran = both
        .server
        .ok("patch MysqlSinkConnector --set topic_A:9=5 --dry-run -o json");
    ran.prints("if that partition does not exist, the alteration fails");
    let requests = both.server.emulator.requests();
    assert!(requests.iter().all(|request| request.method == "GET"));
}

#[test]
fn without_a_key_everything_else_works() {
    let both = Both::start();
    // Without a key of the Kafka cluster, a command that needs the key must say so, and send nothing.
    for change in [
        "--to-latest",
        "--to-time -2h",
        "--to-earliest --topic topic_A",
    ] {
        let line = format!("patch MysqlSinkConnector --yes {change}");
        let ran = both.server.run(&line).ends(3);
        ran.says("KAFKA_API_KEY");
        ran.says("changed: nothing");
    }
    // The missing key is reported, and not the missing --yes.
    let ran = both
        .server
        .run("patch MysqlSinkConnector --to-time -2h")
        .ends(3);
    ran.says("next: confluent api-key create --resource lkc-demo1\n");
    // A command that can do without a key works, and one line says what a key would add.
    let earliest = "patch MysqlSinkConnector --to-earliest --dry-run";
    let ran = both.server.ok(earliest);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    ran.says("KAFKA_API_KEY");
    assert_eq!(both.server.ok(&format!("{earliest} -q")).stderr, "");
    // The offsets are shown, and after them the reason why there is no lag.
    let ran = both.server.run("get MysqlSinkConnector --lag").ends(3);
    ran.prints("20032323");
    ran.says("--lag needs a key");
    assert_eq!(both.fake.state().connections, 0);
}

#[test]
fn brokers_that_cannot_be_reached_stop_only_what_needs_them() {
    let both = Both::start();
    both.fake.state().listening[0] = Listening::Dropping;
    let address = both.fake.address(0);
    let patch = |change| both.run(&format!("patch MysqlSinkConnector {change}"));
    let without = patch("--set topic_A:0=1 --dry-run").ends(0);
    without.says("without the bounds of the topics");
    assert!(!without.stderr.contains("changed: "));
    let failed = patch("--to-time -2h --yes").ends(6);
    failed.says("changed: nothing");
    for ran in [without, failed] {
        ran.says(&address);
    }
    let lag = || both.run("get MysqlSinkConnector --lag");
    lag().ends(6).prints("20032323");
    both.run("list --lag").ends(6).prints(SINK);
    // When the service does not give the address of the brokers, the error must suggest --bootstrap.
    both.server
        .fault(Operation::ReadCluster, Fault::status(403));
    let ran = lag();
    ran.prints("20032323");
    ran.says("--bootstrap");
}

#[test]
fn keys_are_read_from_files_and_refused_once() {
    let both = Both::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kafka.env");
    let run = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let mut command = both.tool();
        command
            .env_remove("KAFKA_API_KEY")
            .env_remove("KAFKA_API_SECRET")
            .args(words("get MysqlSinkConnector --lag -vvv --bootstrap"))
            .arg(both.fake.address(0))
            .arg("--kafka-api-key-file")
            .arg(&file);
        let ran = finish(&mut command, "");
        assert!(!format!("{ran:?}").contains("hunter2"), "{ran:?}");
        ran
    };
    let key = format!("KAFKA_API_KEY={KEY}\n");
    run(&format!("{key}export KAFKA_API_SECRET='{SECRET}'\n")).ends(0);
    run(&format!("{key}KAFKA_API_SECRET=wrong-hunter2\n")).ends(3);
    // The first run sends the secret twice: to ask about the group, and to ask about the topics. The second run must send the
    // refused secret only once.
    assert_eq!(
        both.fake.state().passwords,
        [SECRET, SECRET, "wrong-hunter2"]
    );
    // All readings of a `watch` together must send a refused secret only once.
    both.fake.state().secret = "another";
    let ran = both
        .run("watch MysqlSinkConnector --count 2 --interval 1s")
        .ends(0);
    assert_eq!(ran.stderr.matches("is refused").count(), 2, "{ran:?}");
    assert_eq!(both.fake.state().passwords.len(), 4);
    run("KAFKA_API_KEY=x\n").ends(3);
    // A key in the environment without its secret is a mistake, and must not be ignored.
    finish(
        both.tool()
            .env_remove("KAFKA_API_SECRET")
            .args(words("patch MysqlSinkConnector --to-earliest --dry-run")),
        "",
    )
    .ends(3)
    .says("KAFKA_API_SECRET is not set");
}

/// Commands that must be refused before Kafka is asked, each with a part of the error.
const REFUSED: &str = "
    patch MysqlSinkConnector --yes --to-time noon => expected a time
    patch MysqlSinkConnector --yes --to-time -2 => expected a time
    patch MysqlSinkConnector --yes --to-time -2h --to-latest => cannot be used with
    patch MysqlSinkConnector --yes --topic topic_A => required
    patch MysqlSinkConnector --yes --set topic_A:0=1 --topic topic_A => cannot be used with
    patch MysqlSinkConnector --to-latest => --yes
    patch oracle-cdc --to-latest --yes => only a sink
";

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_asked() {
    let both = Both::start();
    for (line, words) in cases(REFUSED) {
        both.run(line).ends(2).says(words);
    }
    assert_eq!(both.fake.state().connections, 0);
    let ran = both
        .run("patch MysqlSinkConnector --to-latest --topic nowhere --yes")
        .ends(4);
    ran.says("nowhere");
    ran.says("changed: nothing");
}
