//! Addresses, keys and authorities that must be accepted, and those that must be refused before anything is sent.

use ccloud_connect_kafka::{Bootstrap, Brokers, ErrorKind};

#[test]
fn addresses_that_the_service_and_people_write_are_read() {
    for (text, expected) in [
        ("SASL_SSL://pkc-1.example:9092", "pkc-1.example:9092"),
        ("pkc-1.example", "pkc-1.example:9092"),
        (" a.x:1 , sasl_ssl://b.x:2,", "a.x:1,b.x:2"),
        ("[::1]:9", "[::1]:9"),
        ("[::1]", "[::1]:9092"),
        ("SASL_PLAINTEXT://127.0.0.1:9", "127.0.0.1:9"),
        ("SASL_PLAINTEXT://localhost:9/", "localhost:9"),
    ] {
        let read: Bootstrap = text.parse().unwrap();
        assert_eq!(read.to_string(), expected);
    }
}

#[test]
fn addresses_that_would_show_the_secret_are_refused_without_repeating_it() {
    for text in [
        "",
        ",",
        "SASL_PLAINTEXT://broker.example:9092",
        "SASL_PLAINTEXT://127.0.0.1.example.com:9092",
        "PLAINTEXT://localhost:9092",
        "https://pkc-1.example:443",
        "SASL_SSL://a:1,SASL_PLAINTEXT://localhost:1",
        "SASL_SSL://key:hunter2@pkc-1.example:9092",
        "host:0",
        "host:70000",
        "host:+1",
        "host:",
        ":1",
        "::1",
        "[zz]:1",
        "a b:1",
    ] {
        let error = text.parse::<Bootstrap>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{text}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn keys_and_authorities_that_cannot_be_used() {
    let broken = "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n";
    for (key, secret, pem) in [
        ("", "s", None),
        ("k", "", None),
        ("k\0", "s", None),
        ("k", "s\0", None),
        ("k", "s", Some("")),
        ("k", "s", Some("no certificate")),
        ("k", "s", Some(broken)),
    ] {
        let bootstrap = "localhost:1".parse().unwrap();
        let brokers = Brokers::new(bootstrap, key, secret, pem.map(str::as_bytes));
        assert_eq!(brokers.unwrap_err().kind(), ErrorKind::Invalid);
    }
}
