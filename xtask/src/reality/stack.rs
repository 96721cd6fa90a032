//! A broker and a worker of Kafka Connect on free ports of loopback, with their files in a new folder. Dropping the [`Stack`]
//! ends both processes and removes the folder.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::guard::{Folder, Process};
use super::http::Loopback;
use super::install::{Jars, create, succeed, write};
use super::problem;
use crate::problem::Result;

/// How long the broker, and then the worker, may take to start.
const START: Duration = Duration::from_secs(240);
/// The key and the secret with which clients of the TLS port log in.
pub(super) const KEY: (&str, &str) = ("reality", "reality-secret");

/// The broker and the worker. Fields are dropped in their order, so that the worker ends first: it would wait for a broker that
/// has ended.
pub(super) struct Stack {
    worker_process: Option<Process>,
    _broker: Process,
    pub(super) worker: Loopback,
    /// The broker's port without TLS.
    pub(super) broker: u16,
    /// The broker's port with TLS and SASL.
    pub(super) secure: u16,
    pub(super) jars: Jars,
    /// The folder of all files of the run, those of connectors included.
    pub(super) folder: Folder,
}

impl Stack {
    /// Starts the broker and the worker, and makes the topics while the worker starts. Each text in `topics` has the name of a
    /// topic and the ranges of offsets in its partitions: `NAME=EARLIEST-LATEST,…`.
    pub(super) fn start(jars: Jars, topics: &[String]) -> Result<Self> {
        // The folder is in that of the jars, so that all files of the run are in target/.
        let folder = Folder::within(&jars.folder).map_err(|error| problem("a folder", error))?;
        let place = folder.path();
        create(&place.join("files"))?;
        let [broker, controller, secure, rest] = free_ports()?;
        write(&place.join("log4j2.properties"), LOG)?;
        certificate(place)?;
        let config = broker_config(place, [broker, controller, secure]);
        write(&place.join("broker.properties"), &config)?;
        let config = worker_config(&jars.plugins, broker, rest);
        write(&place.join("worker.properties"), &config)?;
        let format =
            "kafka.tools.StorageTool format -t cmVhbGl0eS1vbi1sb29wYg -c broker.properties";
        succeed(jars.java(place).args(format.split(' ')))?;
        let mut kafka = jars.java(place);
        kafka.args(["kafka.Kafka", "broker.properties"]);
        let process = spawn(place, "broker", &mut kafka)?;
        wait(START, || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, broker)).is_ok()
        });
        let mut stack = Self {
            worker_process: None,
            _broker: process,
            worker: Loopback(rest),
            broker,
            secure,
            jars,
            folder,
        };
        stack.spawn_worker()?;
        let mut make = stack.jars.java(stack.folder.path());
        make.args(["Topics", &format!("127.0.0.1:{broker}")]);
        succeed(make.args(topics))?;
        stack.await_worker()?;
        Ok(stack)
    }

    fn spawn_worker(&mut self) -> Result<()> {
        let mut worker = self.jars.java(self.folder.path());
        let class = "org.apache.kafka.connect.cli.ConnectDistributed";
        worker.args([class, "worker.properties"]);
        self.worker_process = Some(spawn(self.folder.path(), "worker", &mut worker)?);
        Ok(())
    }

    fn await_worker(&self) -> Result<()> {
        self.until("the worker answers", START, || {
            let connectors = self.worker.get("/connectors").ok();
            connectors.is_some_and(|reply| reply.status == 200)
        })
    }

    /// Ends the worker as a crash would.
    pub(super) fn kill_worker(&mut self) {
        self.worker_process = None;
    }

    pub(super) fn restart_worker(&mut self) -> Result<()> {
        self.spawn_worker()?;
        self.await_worker()
    }

    /// Waits until a condition holds; an error after the time `most`. `what` names the condition in the error.
    pub(super) fn until(
        &self,
        what: &str,
        most: Duration,
        holds: impl FnMut() -> bool,
    ) -> Result<()> {
        if wait(most, holds) {
            return Ok(());
        }
        let log = fs::read_to_string(self.folder.path().join("worker.log")).unwrap_or_default();
        let end = log.lines().last().unwrap_or_default();
        Err(problem(what, format!("not within {} s. {end}", most.as_secs())).into())
    }

    /// The path of a file that a connector reads or writes.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("files").join(name)
    }
}

/// Starts a program whose output goes to the file `NAME.log` in the folder.
pub(super) fn spawn(folder: &Path, name: &str, command: &mut Command) -> Result<Process> {
    let log =
        File::create(folder.join(format!("{name}.log"))).map_err(|error| problem(name, error))?;
    let errors = log.try_clone().map_err(|error| problem(name, error))?;
    command.stdin(Stdio::null()).stdout(log).stderr(errors);
    Process::start(command).map_err(|error| problem(name, error).into())
}

/// Waits until a condition holds, but not longer than `most`. Returns whether the condition holds.
pub(super) fn wait(most: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while !holds() {
        if begin.elapsed() > most {
            return false;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    true
}

/// Finds free ports. All listeners stay open until all ports are known, so that all ports are different.
pub(super) fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let open = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let held = (0..N).map(|_| open()).collect::<std::io::Result<Vec<_>>>();
    let held = held.map_err(|error| problem("a port", error))?;
    let port = |listener: &TcpListener| listener.local_addr().map_or(0, |address| address.port());
    Ok(std::array::from_fn(|index| port(&held[index])))
}

/// Makes the broker's certificate for this run. Clients trust it when they use the file `broker.pem`.
fn certificate(folder: &Path) -> Result<()> {
    for arguments in [
        "-genkeypair -keyalg EC -dname CN=localhost -validity 30 -ext san=dns:localhost,ip:127.0.0.1",
        "-exportcert -rfc -file broker.pem",
    ] {
        let store = "-keystore broker.p12 -storepass changeit -alias broker";
        let mut keytool = Command::new("keytool");
        keytool.args(arguments.split(' ')).args(store.split(' '));
        succeed(keytool.current_dir(folder))?;
    }
    Ok(())
}

const LOG: &str = "status=error
appender.c.type=Console
appender.c.name=c
appender.c.target=SYSTEM_ERR
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=%d %p %m (%c)%n
rootLogger.level=warn
rootLogger.appenderRef.c.ref=c
";

fn broker_config(folder: &Path, [port, controller, secure]: [u16; 3]) -> String {
    let (key, secret) = KEY;
    format!(
        "process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},SASL_SSL://127.0.0.1:{secure},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_SSL://localhost:{secure}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{key}=\"{secret}\";
ssl.keystore.type=PKCS12
ssl.keystore.location=broker.p12
ssl.keystore.password=changeit
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=true
log.dirs={}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=2
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.backoff.ms=1000
",
        folder.display()
    )
}

fn worker_config(plugins: &[PathBuf], broker: u16, port: u16) -> String {
    let plugins = plugins.iter().map(|folder| folder.display().to_string());
    format!(
        "bootstrap.servers=127.0.0.1:{broker}
group.id=workers
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
key.converter.schemas.enable=false
value.converter.schemas.enable=false
offset.storage.topic=workers-offsets
offset.storage.replication.factor=1
offset.storage.partitions=3
config.storage.topic=workers-configs
config.storage.replication.factor=1
status.storage.topic=workers-status
status.storage.replication.factor=1
status.storage.partitions=3
offset.flush.interval.ms=500
listeners=http://127.0.0.1:{port}
scheduled.rebalance.max.delay.ms=0
plugin.path={}
",
        plugins.collect::<Vec<_>>().join(",")
    )
}
