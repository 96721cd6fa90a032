//! Runs the program as users do: with a configuration file, and with certificates and a proxy from the environment.

mod support;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Output;

use ccloud_connect_emulator as emulator;
use support::{Ca, proxy, tls};

struct Case {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, OsString)>,
}

impl Case {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn set(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Runs the program for a built-in connector. `more` is the text of additional members of the configuration.
    async fn run(&self, endpoint: &str, more: &str) -> Output {
        let config = format!(
            r#"{{"endpoint":"{endpoint}","environment":"{}","cluster":"{}","connector":"{}",
                "retry":{{"max_attempts":2,"first_delay":"10ms","attempt_timeout":5}},
                "wait":{{"timeout":"1m","first_interval":0.01}}{more}}}"#,
            emulator::ENVIRONMENT,
            emulator::CLUSTER,
            emulator::MY_SINK,
        );
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_downstream"));
        command
            .arg(self.file("config.json", &config))
            .arg("topic_A:0=5");
        for name in [
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
            "NO_PROXY",
            "no_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
        ] {
            command.env_remove(name);
        }
        command
            .env("CONFLUENT_CLOUD_API_KEY", emulator::API_KEY)
            // The secret ends with a newline, because some stores of secrets add one. The program must ignore
            // the newline.
            .env(
                "CONFLUENT_CLOUD_API_SECRET",
                format!("{}\n", emulator::API_SECRET),
            )
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        let run = tokio::task::spawn_blocking(move || command.output());
        run.await.unwrap().unwrap()
    }
}

fn done(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.starts_with("applied "),
        "{error}"
    );
}

fn failed(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ca_comes_from_a_file_or_the_environment() {
    let running = support::emulator().await;
    let ca = Ca::new();
    let address = tls(ca.server("localhost", 2100), running.address()).await;
    let endpoint = format!("https://localhost:{}", address.port());

    let case = Case::new();
    let path = case.file("ca.pem", &ca.pem).display().to_string();
    done(
        &case
            .run(&endpoint, &format!(r#","ca_file":"{path}""#))
            .await,
    );
    let error = failed(&case.run(&endpoint, "").await);
    assert!(error.contains("SSL_CERT_FILE"), "{error}");

    let case = case.set("SSL_CERT_FILE", path);
    done(&case.run(&endpoint, "").await);

    let case = Case::new().set("SSL_CERT_FILE", "/nowhere/ca.pem");
    let error = failed(&case.run(&endpoint, "").await);
    assert!(
        error.contains("TLS could not be set up") && error.contains("SSL_CERT_FILE"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_comes_from_the_environment_and_its_password_is_never_shown() {
    let running = support::emulator().await;
    let ca = Ca::new();
    let service = tls(ca.server("connect.example", 2100), running.address()).await;
    let proxy = proxy("user:hunter2-hunter2", service).await;
    let endpoint = "https://connect.example";
    let with = |variable, value: String| {
        let case = Case::new().set(variable, value);
        let path = case.file("ca.pem", &ca.pem).display().to_string();
        (case, format!(r#","ca_file":"{path}""#))
    };
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let (case, more) = with(variable, format!("http://user:hunter2-hunter2@{proxy}"));
        done(&case.run(endpoint, &more).await);
    }
    for (value, said) in [
        (
            format!("http://user:wrong-password@{proxy}"),
            format!("through the proxy http://{proxy}"),
        ),
        (
            "http://user:wrong-password@127.0.0.1:9".to_owned(),
            "through the proxy http://127.0.0.1:9: Connection refused".to_owned(),
        ),
        (
            "http://user:wrong-password@:::bad".to_owned(),
            "the proxy in HTTPS_PROXY cannot be used".to_owned(),
        ),
        (
            "socks5://user:wrong-password@127.0.0.1:9".to_owned(),
            "socks5 proxies are not supported".to_owned(),
        ),
    ] {
        let (case, more) = with("HTTPS_PROXY", value);
        let error = failed(&case.run(endpoint, &more).await);
        assert!(error.contains(&said), "{error}");
        assert!(!error.contains("wrong-password"), "{error}");
    }
    // Requests to hosts in `NO_PROXY` must use no proxy. The request fails all the same, because the host's name does not
    // resolve, but the error must not mention the proxy.
    let (case, more) = with("HTTPS_PROXY", "http://127.0.0.1:9".to_owned());
    let error = failed(
        &case
            .set("NO_PROXY", "connect.example")
            .run(endpoint, &more)
            .await,
    );
    assert!(!error.contains("through the proxy"), "{error}");
}

/// When the environment sets a proxy that cannot be used, the program must fail and name the variable. It must not connect
/// without the proxy.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_odd_proxy_in_the_environment_is_named() {
    use std::os::unix::ffi::OsStringExt as _;
    let bytes = || OsString::from_vec(b"http://proxy\xff.example".to_vec());
    for (case, said) in [
        (
            Case::new().set("HTTPS_PROXY", bytes()),
            "HTTPS_PROXY is set, but not to Unicode text",
        ),
        (
            Case::new()
                .set("ALL_PROXY", "http://127.0.0.1:9")
                .set("NO_PROXY", bytes()),
            "NO_PROXY is set, but not to Unicode text",
        ),
        // An empty variable counts as unset, so the next variable must be used.
        (
            Case::new()
                .set("HTTPS_PROXY", " ")
                .set("https_proxy", "http://127.0.0.1:9"),
            "through the proxy http://127.0.0.1:9",
        ),
    ] {
        let error = failed(&case.run("https://connect.example", "").await);
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_from_the_file_and_a_policy_with_a_typing_error() {
    let running = support::emulator().await;
    let case = Case::new();
    let error = failed(&case.run(&running.url(), r#","token":"of-yesterday""#).await);
    assert!(
        error.contains("The token is not accepted here or has expired"),
        "{error}"
    );
    done(&case.run(&running.url(), "").await);

    let config = case.file("typo.json", r#"{"max_attemps": 3}"#);
    let policy = std::fs::read_to_string(config).unwrap();
    let error = serde_json::from_str::<ccloud_connect::RetryPolicy>(&policy).unwrap_err();
    assert!(
        error.to_string().contains("unknown field `max_attemps`"),
        "{error}"
    );
}
