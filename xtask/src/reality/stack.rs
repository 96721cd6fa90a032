//! A broker and a worker of Kafka Connect on free ports of loopback, in a folder of their own. Dropping them ends both
//! processes and removes the folder.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::http::Loopback;
use super::install::{Jars, create, succeed, write};
use super::problem;
use crate::problem::Result;

/// How long each may take to start.
const START: Duration = Duration::from_secs(90);

pub(super) struct Stack {
    pub(super) worker: Loopback,
    pub(super) broker: u16,
    /// For files that connectors read and write.
    pub(super) folder: tempfile::TempDir,
    processes: Vec<Process>,
}

/// Ends with the value.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // The worker before the broker, on which it would wait.
        while self.processes.pop().is_some() {}
    }
}

impl Stack {
    /// Starts both, and makes the topics: for each a name with the ranges of its partitions.
    pub(super) fn start(jars: &Jars, topics: &[String]) -> Result<Self> {
        // Beside the jars, so that a run that is killed leaves nothing outside of target/.
        let runs = jars.libraries.parent().unwrap_or(Path::new("."));
        let folder = tempfile::tempdir_in(runs).map_err(|error| problem("a folder", error))?;
        let [broker, controller, rest] = free_ports()?;
        let mut stack = Self { worker: Loopback(rest), broker, folder, processes: Vec::new() };
        let place = stack.folder.path();
        write(&place.join("log4j2.properties"), LOG)?;
        write(&place.join("broker.properties"), &broker_config(place, broker, controller))?;
        write(&place.join("worker.properties"), &worker_config(&jars.plugins, broker, rest))?;
        let mut format = java(jars, place);
        format.args(["kafka.tools.StorageTool", "format", "-t", "cmVhbGl0eS1vbi1sb29wYg", "-c", "broker.properties"]);
        succeed(&mut format)?;
        let mut broker_process = java(jars, place);
        broker_process.args(["kafka.Kafka", "broker.properties"]);
        stack.spawn("broker", &mut broker_process)?;
        let mut make = java(jars, stack.folder.path());
        let parent = jars.libraries.parent().unwrap_or(Path::new("."));
        make.arg("-cp").arg(format!("{}/*:{}", jars.libraries.display(), parent.display()));
        make.arg("Topics").arg(format!("127.0.0.1:{broker}")).args(topics);
        succeed(&mut make)?;
        let mut worker = java(jars, stack.folder.path());
        worker.args(["org.apache.kafka.connect.cli.ConnectDistributed", "worker.properties"]);
        stack.spawn("worker", &mut worker)?;
        stack.until("the worker answers", START, || {
            let plugins = stack.worker.get("/connectors").ok();
            plugins.is_some_and(|reply| reply.status == 200)
        })?;
        Ok(stack)
    }

    fn spawn(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let log = File::create(self.folder.path().join(format!("{name}.log")));
        let log = log.map_err(|error| problem(name, error))?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().map_err(|error| problem(name, error))?;
        self.processes.push(Process(child));
        Ok(())
    }

    /// Looks again and again until something holds.
    pub(super) fn until(&self, what: &str, most: Duration, mut holds: impl FnMut() -> bool) -> Result<()> {
        let begin = Instant::now();
        while !holds() {
            if begin.elapsed() > most {
                let log = fs::read_to_string(self.folder.path().join("worker.log")).unwrap_or_default();
                let end = log.lines().last().unwrap_or_default();
                return Err(problem(what, format!("not within {} s. {end}", most.as_secs())).into());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

fn java(jars: &Jars, folder: &Path) -> Command {
    let mut command = Command::new("java");
    command.current_dir(folder).args(["-Xmx400m", "-Dlog4j2.configurationFile=log4j2.properties"]);
    command.env("CLASSPATH", format!("{}/*", jars.libraries.display()));
    command
}

fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let mut ports = [0; N];
    // All are held until all are known, so that none comes twice.
    let mut held = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| problem("a port", error))?;
        *port = listener.local_addr().map_err(|error| problem("a port", error))?.port();
        held.push(listener);
    }
    Ok(ports)
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

fn broker_config(folder: &Path, port: u16, controller: u16) -> String {
    format!(
        "process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
",
        folder.display()
    )
}

fn worker_config(plugins: &Path, broker: u16, port: u16) -> String {
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
offset.flush.interval.ms=1000
listeners=http://127.0.0.1:{port}
scheduled.rebalance.max.delay.ms=0
plugin.path={}
",
        plugins.display()
    )
}

/// A folder beside the data of the broker.
pub(super) fn folder(stack: &Stack, name: &str) -> Result<std::path::PathBuf> {
    let folder = stack.folder.path().join(name);
    create(&folder)?;
    Ok(folder)
}
