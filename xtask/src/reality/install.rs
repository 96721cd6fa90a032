//! Installs jars with Maven below target/reality, and compiles our plugins and programs there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::problem;
use crate::problem::{Problem, Result};

const KAFKA: &str = include_str!("kafka.xml");
const DEBEZIUM: &str = include_str!("debezium.xml");
/// Options of Java for short-lived programs on a machine with few processors: less compilation, the serial garbage collector.
const QUICK: [&str; 3] = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/// An installation of Kafka.
pub(super) struct Jars {
    pub(super) folder: PathBuf,
    /// The folders of the worker's setting `plugin.path`.
    pub(super) plugins: Vec<PathBuf>,
    /// The class path of all Java programs that are started.
    class_path: String,
}

impl Jars {
    /// A command that runs Java in a folder.
    pub(super) fn java(&self, folder: &Path) -> Command {
        let mut command = Command::new("java");
        command
            .current_dir(folder)
            .args(QUICK)
            .env("CLASSPATH", &self.class_path);
        command.arg("-Dlog4j2.configurationFile=log4j2.properties");
        command
    }
}

/// Those of the programs that cannot be started.
pub(super) fn missing<'a>(programs: &[&'a str]) -> Vec<&'a str> {
    let cannot = |program: &&str| version(program).is_none();
    programs.iter().copied().filter(cannot).collect()
}

/// The version of the JDK, such as 17; `None` when it is not known.
pub(super) fn java_version() -> Option<u32> {
    let said = version("javac")?;
    said.split_whitespace()
        .find_map(|word| word.split('.').next()?.parse().ok())
}

/// The output of a program for the option `-version`; `None` when the program cannot be started.
fn version(program: &str) -> Option<String> {
    let mut asked = Command::new(program);
    let asked = asked.arg("-version").stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&[asked.stdout, asked.stderr].concat()).into_owned())
}

fn folder(root: &Path, name: &str, version: &str) -> PathBuf {
    root.join("target/reality")
        .join(format!("{name}-{version}"))
}

/// Downloads Kafka and, if a version is given, Debezium with Maven, unless these versions are installed already.
pub(super) fn fetch(root: &Path, kafka: &str, debezium: Option<&str>) -> Result<()> {
    let version = format!("-Dkafka={kafka}");
    maven(&folder(root, "kafka", kafka), KAFKA, &[&version])?;
    let Some(debezium) = debezium else {
        return Ok(());
    };
    let version = format!("-Ddebezium={debezium}");
    let without = "-DexcludeGroupIds=org.apache.kafka,org.slf4j";
    let folder = folder(root, "debezium", debezium);
    maven(&folder, DEBEZIUM, &[&version, without])
}

/// Copies Kafka's plugins into folders of plugins, and compiles our plugins and programs.
pub(super) fn kafka(root: &Path, version: &str) -> Result<Jars> {
    let folder = folder(root, "kafka", version);
    let libraries = folder.join("libraries");
    let plugins = folder.join("plugins");
    for plugin in ["connect-file", "connect-mirror"] {
        let jar = format!("{plugin}-{version}.jar");
        copy(&libraries.join(&jar), &plugins.join(plugin).join(&jar))?;
    }
    let sources = root.join("xtask/src/reality/java");
    let ours = plugins.join("ours");
    let compile = |to: &Path, files: &[&str]| {
        let mut compiler = Command::new("javac");
        let class_path = format!("{}/*", libraries.display());
        compiler
            .args(["-proc:none", "-cp", &class_path, "-d"])
            .arg(to);
        succeed(compiler.args(files.iter().map(|file| sources.join(file))))
    };
    create(&ours)?;
    let plugin = ["reality/LooseSource.java", "reality/FirmSink.java"];
    compile(&ours, &plugin)?;
    compile(&folder, &["Topics.java", "Seed.java", "Rows.java"])?;
    // With these files a worker finds plugins without loading every class.
    let services = ours.join("META-INF/services");
    create(&services)?;
    for (kind, class) in [
        ("source.SourceConnector", "reality.LooseSource"),
        ("sink.SinkConnector", "reality.FirmSink"),
    ] {
        let service = services.join(format!("org.apache.kafka.connect.{kind}"));
        write(&service, class)?;
    }
    let mut jar = Command::new("jar");
    jar.args("cf ours.jar reality META-INF".split(' '));
    succeed(jar.current_dir(&ours))?;
    // FirmSink extends a class of FileStream, so its folder of jars needs a copy of that jar.
    let file = format!("connect-file-{version}.jar");
    copy(&libraries.join(file), &ours.join("file.jar"))?;
    Ok(Jars {
        class_path: format!("{}/*:{}", libraries.display(), folder.display()),
        plugins: vec![plugins],
        folder,
    })
}

/// Adds the folder of Debezium's connectors to the plugins, and the drivers of their databases to the class path.
pub(super) fn debezium(root: &Path, jars: &mut Jars, version: &str) -> Result<()> {
    let folder = folder(root, "debezium", version);
    let drivers =
        fs::read_dir(folder.join("libraries")).map_err(|error| problem(folder.display(), error))?;
    for driver in drivers.flatten() {
        let name = driver.file_name().to_string_lossy().into_owned();
        let drivers = ["postgresql-", "mysql-connector-", "protobuf-"];
        if drivers.iter().any(|driver| name.starts_with(driver)) {
            jars.class_path += &format!(":{}", driver.path().display());
        }
    }
    jars.plugins.push(folder);
    Ok(())
}

/// Downloads the jars of a list of dependencies into the folder `libraries`, unless an earlier run did so.
fn maven(folder: &Path, dependencies: &str, options: &[&str]) -> Result<()> {
    let complete = folder.join("complete");
    if fs::read_to_string(&complete).is_ok_and(|before| before == dependencies) {
        return Ok(());
    }
    create(folder)?;
    write(&folder.join("pom.xml"), dependencies)?;
    let mut maven = Command::new("mvn");
    let line =
        "-q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=libraries";
    maven
        .current_dir(folder)
        .args(line.split(' '))
        .args(options);
    succeed(&mut maven)?;
    write(&complete, dependencies)
}

/// Runs a program to its end, and returns its standard output. Its failure is an error.
pub(super) fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| problem(&program, error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let end: Vec<&str> = said.lines().rev().take(15).collect();
    let end: Vec<&str> = end.into_iter().rev().collect();
    Err(problem(program, format!("{}\n{}", output.status, end.join("\n"))).into())
}

/// Runs a program to its end. Its failure is an error.
pub(super) fn succeed(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

pub(super) fn create(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| problem(folder.display(), error).into())
}

pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|error| Problem::new(path.display(), error).into())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    create(to.parent().unwrap_or(to))?;
    fs::copy(from, to).map_err(|error| problem(from.display(), error))?;
    Ok(())
}
