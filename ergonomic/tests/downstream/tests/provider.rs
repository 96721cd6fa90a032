//! The program's own TLS provider, in a separate process: the library installs no provider, and uses an installed one.

mod support;

use ccloud_connect::{ApiKey, Client, Error};
use ccloud_connect_emulator as emulator;
use rustls::crypto::CryptoProvider;
use support::{Ca, own_provider, tls};

#[tokio::test]
async fn the_program_decides_about_the_provider_of_its_process() {
    let running = support::emulator().await;
    let ca = Ca::new();
    let any = tls(ca.server("localhost", 2100), running.address()).await;
    // A provider without the only suite that the program's own provider has.
    let mut without = rustls::crypto::ring::default_provider();
    let own = own_provider().cipher_suites[0].suite();
    without.cipher_suites.retain(|suite| suite.suite() != own);
    let config = ca.server_by(without);
    let other = tls(config, running.address()).await;

    let read = async |port: u16| -> Result<(), Error> {
        let client = Client::builder()
            .endpoint(format!("https://localhost:{port}"))
            .credentials(ApiKey::new(emulator::API_KEY, emulator::API_SECRET))
            .ca_certificate(ca.pem.as_str())
            .build()
            .unwrap();
        let path = [emulator::ENVIRONMENT, emulator::CLUSTER, emulator::MY_SINK];
        let [environment, cluster, name] = path;
        let (environment, cluster) = (environment.parse().unwrap(), cluster.parse().unwrap());
        let sink = client.connector(environment, cluster, name.parse().unwrap());
        sink.offsets().await.map(drop)
    };
    read(any.port()).await.unwrap();
    read(other.port()).await.unwrap();
    assert!(CryptoProvider::get_default().is_none());
    own_provider()
        .install_default()
        .expect("nothing was installed before");
    read(any.port()).await.unwrap();
    let error = read(other.port()).await.unwrap_err();
    assert!(!error.is_transient(), "{error}");
}
