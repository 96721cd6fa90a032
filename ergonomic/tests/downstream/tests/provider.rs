//! The library must install no TLS provider, and must use the provider that the program installs. This needs a process of its
//! own, because a process has one provider.

mod support;

use rustls::crypto::CryptoProvider;
use support::{Ca, builder, own_provider, sink, tls};

#[tokio::test]
async fn the_program_decides_about_the_provider_of_its_process() {
    let running = support::emulator().await;
    let ca = Ca::new();
    let any = tls(ca.server("localhost", 2100), running.address()).await;
    // The program's own provider has one cipher suite, and the second server has all other suites. So a client with that provider
    // cannot connect to the second server.
    let mut without = rustls::crypto::ring::default_provider();
    let own = own_provider().cipher_suites[0].suite();
    without.cipher_suites.retain(|suite| suite.suite() != own);
    let config = ca.server_by(without, "localhost", 2100);
    let other = tls(config, running.address()).await;

    let read = async |address| {
        let sink = sink(builder(address).ca_certificate(ca.pem.as_str()));
        sink.offsets().await.map(drop)
    };
    read(any).await.unwrap();
    read(other).await.unwrap();
    assert!(CryptoProvider::get_default().is_none());
    own_provider()
        .install_default()
        .expect("nothing was installed before");
    read(any).await.unwrap();
    let error = read(other).await.unwrap_err();
    assert!(!error.is_transient(), "{error}");
}
