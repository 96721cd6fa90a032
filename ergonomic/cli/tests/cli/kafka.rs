//! Times, ends and lag, with a cluster of brokers on loopback beside the emulator.

use std::process::Command;

use ccloud_connect_emulator::{Emulator, Fault, Operation, Seed, Timing};
use tokio::runtime::Runtime;

use crate::fake::{Fake, KEY, Listening, Partition, SECRET};
use crate::tool::{Arguments, Ran, Server, finish, golden, tool, words};

/// 2026-01-01T00:00:00Z, in milliseconds.
const T0: i64 = 1_767_225_600_000;
const SINK: &str = "MysqlSinkConnector";

/// The service, and the brokers of the cluster.
struct Both {
    server: Server,
    fake: Fake,
    _runtime: Runtime,
}

impl Both {
    /// The topics of the emulator's sink, which stands at 20032323 and 20032322.
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
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
        Self {
            server,
            fake,
            _runtime: runtime,
        }
    }

    /// The tool with a Kafka key in its environment.
    fn tool(&self) -> Command {
        let authorities = std::env::temp_dir().join(format!(
            "ccloud-offsets-{}.pem",
            self.fake.address(0).replace(':', "-")
        ));
        std::fs::write(&authorities, &self.fake.authority).unwrap();
        let mut command = tool(&self.server.emulator.url());
        command
            .env("KAFKA_API_KEY", KEY)
            .env("KAFKA_API_SECRET", SECRET)
            .arg("--ca-file")
            .arg(authorities)
            .env("TZ", "UTC");
        command
    }

    fn run(&self, arguments: &(impl Arguments + ?Sized)) -> Ran {
        finish(self.tool().args(arguments.list()), "")
    }

    /// Standard error and output of a run that is done.
    fn done(&self, arguments: &(impl Arguments + ?Sized)) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
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
    let ran = both.run("patch MysqlSinkConnector --to-time 2026-01-01T00:00:05Z --yes --no-wait");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
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
    // The group has read on since the sample, and has committed only some partitions.
    let committed = ("topic_A".to_owned(), 0, 20_032_400);
    let group = "connect-lcc-as341".to_owned();
    both.fake.state().groups.insert(group, vec![committed]);
    let shown = both.done("get MysqlSinkConnector --lag");
    // The rest of each row is an age.
    for (row, words) in [
        (
            "CONNECTOR",
            "CONNECTOR PARTITION OFFSET COMMITTED END LAG BEHIND AGE",
        ),
        (
            "MysqlSinkConnector  topic_A:0",
            "MysqlSinkConnector topic_A:0 20032323 20032400 20032500 100",
        ),
        (
            "MysqlSinkConnector  topic_B:1",
            "MysqlSinkConnector topic_B:1 20032322 - 20032310 - -",
        ),
        (
            "warning",
            "warning: MysqlSinkConnector: topic_B:1 stands at 20032322, but holds 20032300 to 20032310:",
        ),
    ] {
        let line = shown.lines().find(|line| line.starts_with(row)).unwrap();
        let line: Vec<_> = line.split_whitespace().collect();
        assert!(line.join(" ").starts_with(words), "{shown}");
    }
    let ran = both.run("list --lag -o json");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.says("orders: Kafka at");
    let json = ran.json();
    let rows = json.as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    // One of its positions is outside its partition, so there is no sum.
    assert_eq!(row(SINK)["lag"], serde_json::Value::Null);
    assert_eq!(row(SINK)["partitions"], 2);
    assert!(row(SINK)["next_record"].as_str().unwrap().starts_with("20"));
    assert_eq!(row("young-sink")["lag"], serde_json::Value::Null);
    assert!(rows.iter().all(|row| row["type"] == "sink"));
    assert!(both.done("list --lag").contains("PARTITIONS  LAG  BEHIND"));

    let ran = both.run("get MysqlSinkConnector --lag -o json");
    let json = ran.json();
    assert_eq!(json["name"], SINK);
    assert_eq!(json["lag"][0]["lag"], 100);
    assert_eq!(json["lag"][0]["committed"], 20_032_400);
    assert_eq!(json["lag"][1]["committed"], serde_json::Value::Null);
    assert_eq!(json["lag"][1]["position"], 20_032_322);
    assert_eq!(json["lag"][0]["end"], 20_032_500);
    assert_eq!(json["lag"][1]["lag"], serde_json::Value::Null);
    assert_eq!(json["offsets"].as_array().unwrap().len(), 2);

    // When the key may not see the group, the sample is used; an open transaction is reported.
    let refused = ("connect-lcc-as341".to_owned(), 30);
    both.fake.state().refused.extend([refused]);
    both.fake.state().topics.get_mut("topic_A").unwrap()[0].open = 7;
    let shown = both.done("get MysqlSinkConnector --lag");
    for words in [
        "may not see this group",
        "topic_A:0 has an open transaction from 20032493 on",
        "20032323          -  20032500  177",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
}

#[test]
fn a_partition_that_kafka_does_not_have_is_refused() {
    let both = Both::start();
    for change in [
        "--set topic_A:9=5",
        "--set topic_A:0=20032100 --set topic_A:9=5",
        "--to-latest --partition topic_A:9",
    ] {
        let ran = both.run(&format!("patch MysqlSinkConnector --yes {change}"));
        assert_eq!(ran.code, 4, "{change}: {}", ran.stderr);
        let words = "topic_A:9 is not a partition of its topic, which has 2. Nothing was changed";
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    let ran = both.run("patch MysqlSinkConnector --set nowhere:0=5 --yes");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    // Without a key, the output says what a key would add.
    let dry = "patch MysqlSinkConnector --set topic_A:9=5 --dry-run -o json";
    let ran = both.server.run(dry);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let words = "unless that partition exists, the alteration fails";
    assert!(ran.stdout.contains(words), "{}", ran.stdout);
    let requests = both.server.emulator.requests();
    assert!(requests.iter().all(|request| request.method == "GET"));
}

#[test]
fn without_a_key_everything_else_works() {
    let both = Both::start();
    // A command that needs a key says so, and sends nothing.
    for change in [
        "--to-latest",
        "--to-time -2h",
        "--to-earliest --topic topic_A",
    ] {
        let ran = both
            .server
            .run(&format!("patch MysqlSinkConnector --yes {change}"));
        assert_eq!(ran.code, 3, "{change:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("KAFKA_API_KEY") && ran.stderr.contains("Nothing was changed"));
    }
    // Other commands go on, and one line says what a key would add.
    let ran = both
        .server
        .run("patch MysqlSinkConnector --to-earliest --dry-run");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    ran.says("KAFKA_API_KEY");
    let ran = both
        .server
        .run("patch MysqlSinkConnector --to-earliest --dry-run -q");
    assert_eq!(ran.stderr, "");
    // The offsets are shown, and after them the reason why there is no lag.
    let ran = both.server.run("get MysqlSinkConnector --lag");
    assert_eq!(ran.code, 3);
    assert!(ran.stdout.contains("20032323") && ran.stderr.contains("--lag needs a key"));
    assert_eq!(both.fake.state().connections, 0);
}

#[test]
fn brokers_that_cannot_be_reached_stop_only_what_needs_them() {
    let both = Both::start();
    both.fake.state().listening[0] = Listening::Dropping;
    let ran = both.run("patch MysqlSinkConnector --set topic_A:0=1 --dry-run");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("without the bounds of the topics")
            && ran.stderr.contains(&both.fake.address(0))
    );
    let ran = both.run("patch MysqlSinkConnector --to-time -2h --yes");
    assert_eq!(ran.code, 6, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("Nothing was changed") && ran.stderr.contains(&both.fake.address(0))
    );
    let ran = both.run("get MysqlSinkConnector --lag");
    assert_eq!(ran.code, 6);
    assert!(ran.stdout.contains("20032323"));
    // When the service does not tell the address of the brokers, --bootstrap can.
    let denied = Fault::status(403);
    both.server.emulator.fault(Operation::ReadCluster, denied);
    let ran = both.run("get MysqlSinkConnector --lag");
    assert!(
        ran.stdout.contains("20032323") && ran.stderr.contains("--bootstrap"),
        "{}",
        ran.stderr
    );
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
            .args([
                "get",
                SINK,
                "--lag",
                "-vvv",
                "--bootstrap",
                &both.fake.address(0),
                "--kafka-api-key-file",
            ])
            .arg(&file);
        let ran = finish(&mut command, "");
        assert!(
            !ran.stderr.contains("hunter2") && !ran.stdout.contains("hunter2"),
            "{}",
            ran.stderr
        );
        ran
    };
    let right = run(&format!(
        "KAFKA_API_KEY={KEY}\nexport KAFKA_API_SECRET='{SECRET}'\n"
    ));
    assert_eq!(right.code, 0, "{}", right.stderr);
    let wrong = run(&format!(
        "KAFKA_API_KEY={KEY}\nKAFKA_API_SECRET=wrong-hunter2\n"
    ));
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    // One question about the group and one about the topic; a refused key is not tried again for either.
    assert_eq!(
        both.fake.state().passwords,
        [SECRET, SECRET, "wrong-hunter2"]
    );
    assert_eq!(run("KAFKA_API_KEY=x\n").code, 3);
    // A key without its secret in the environment is a mistake, and is not ignored.
    let ran = finish(
        both.tool()
            .env_remove("KAFKA_API_SECRET")
            .args(words("patch MysqlSinkConnector --to-earliest --dry-run")),
        "",
    );
    assert_eq!(ran.code, 3);
    ran.says("KAFKA_API_SECRET is not set");
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_asked() {
    let both = Both::start();
    for (arguments, words) in [
        ("--to-time noon", "expected a time"),
        ("--to-time -2", "expected a time"),
        ("--to-time -2h --to-latest", "cannot be used with"),
        ("--topic topic_A", "required"),
        ("--set topic_A:0=1 --topic topic_A", "cannot be used with"),
    ] {
        let ran = both.run(&format!("patch MysqlSinkConnector --yes {arguments}"));
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        ran.says(words);
    }
    let ran = both.run("patch MysqlSinkConnector --to-latest");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(both.fake.state().connections, 0);
    let ran = both.run("patch oracle-cdc --to-latest --yes");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    ran.says("only sinks");
    let ran = both.run("patch MysqlSinkConnector --to-latest --topic nowhere --yes");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("nowhere") && ran.stderr.contains("Nothing was changed"));
}
