//! Installing: jars by Maven, at one version, into target/; our plugins compiled beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::problem;
use crate::problem::{Problem, Result};

const POM: &str = include_str!("pom.xml");

/// Kafka as it was installed.
pub(super) struct Jars {
    /// Everything, for the class path.
    pub(super) libraries: PathBuf,
    /// For `plugin.path`.
    pub(super) plugins: PathBuf,
}

pub(super) fn is_there(program: &str) -> bool {
    let asked = Command::new(program).arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Installs a version of Kafka, unless it is there already.
pub(super) fn kafka(root: &Path, version: &str) -> Result<Jars> {
    let sources = root.join("xtask/src/reality/java");
    let folder = root.join("target/reality").join(format!("kafka-{version}"));
    let jars = Jars { libraries: folder.join("libraries"), plugins: folder.join("plugins") };
    if !folder.join("complete").exists() {
        create(&folder)?;
        write(&folder.join("pom.xml"), POM)?;
        let mut maven = Command::new("mvn");
        maven.current_dir(&folder).args(["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"]);
        maven.arg(format!("-Dkafka={version}")).arg("-DoutputDirectory=libraries");
        succeed(&mut maven)?;
        write(&folder.join("complete"), version)?;
    }
    for plugin in ["connect-file", "connect-mirror"] {
        let place = jars.plugins.join(plugin);
        create(&place)?;
        let jar = format!("{plugin}-{version}.jar");
        let copied = fs::copy(jars.libraries.join(&jar), place.join(&jar));
        copied.map_err(|error| problem(&jar, error))?;
    }
    let ours = jars.plugins.join("ours");
    create(&ours)?;
    let classes = format!("{}/*", jars.libraries.display());
    let mut compiler = Command::new("javac");
    compiler.args(["-cp", &classes, "-d"]).arg(&ours);
    compiler.arg(sources.join("reality/LooseSource.java")).arg(sources.join("reality/FirmSink.java"));
    succeed(&mut compiler)?;
    let mut topics = Command::new("javac");
    succeed(topics.args(["-cp", &classes, "-d"]).arg(&folder).arg(sources.join("Topics.java")))?;
    // How a worker finds plugins without loading every class.
    for (kind, class) in [("source.SourceConnector", "reality.LooseSource"), ("sink.SinkConnector", "reality.FirmSink")]
    {
        let services = ours.join("META-INF/services");
        create(&services)?;
        write(&services.join(format!("org.apache.kafka.connect.{kind}")), class)?;
    }
    let mut jar = Command::new("jar");
    succeed(jar.current_dir(&ours).args(["cf", "ours.jar", "reality", "META-INF"]))?;
    // A plugin is a folder of jars.
    let beside = fs::copy(jars.plugins.join(format!("connect-file/connect-file-{version}.jar")), ours.join("file.jar"));
    beside.map_err(|error| problem("connect-file", error))?;
    Ok(jars)
}

/// Runs a program to its end.
pub(super) fn succeed(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| problem(format!("{:?}", command.get_program()), error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let end: Vec<&str> = said.lines().rev().take(15).collect();
    let end: Vec<&str> = end.into_iter().rev().collect();
    Err(problem(format!("{:?}", command.get_program()), format!("{}\n{}", output.status, end.join("\n"))).into())
}

pub(super) fn create(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| problem(folder.display(), error).into())
}

pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| Problem::new(path.display(), error).into())
}
