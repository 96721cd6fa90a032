//! A throw-away authority and the certificates that it signs, so that no key is kept in a file.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;
/// ecdsa-with-SHA256, ecPublicKey with prime256v1, and the names of members (RFC 5280, RFC 5480).
const ECDSA_SHA256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const EC_PUBLIC_KEY: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];
const BASIC_CONSTRAINTS: [u8; 3] = [0x55, 0x1d, 0x13];
const SUBJECT_ALT_NAME: [u8; 3] = [0x55, 0x1d, 0x11];

pub(crate) struct Authority {
    key: EcdsaKeyPair,
    name: Vec<u8>,
    certificate: Vec<u8>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let (key, _) = key();
        let name = distinguished(name);
        let is_authority = der(SEQUENCE, &[&der(0x01, &[&[0xff]])]);
        let extension = extension(BASIC_CONSTRAINTS, &is_authority);
        let certificate = signed(&key, &name, &name, &key, &extension);
        Self {
            key,
            name,
            certificate,
        }
    }

    pub(crate) fn pem(&self) -> String {
        use std::fmt::Write as _;

        let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
        for line in base64(&self.certificate).as_bytes().chunks(64) {
            writeln!(text, "{}", String::from_utf8_lossy(line)).unwrap();
        }
        text + "-----END CERTIFICATE-----\n"
    }

    /// A certificate for a host name, with its key.
    pub(crate) fn sign(&self, host: &str) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let (key, pkcs8) = key();
        let names = der(SEQUENCE, &[&der(0x82, &[host.as_bytes()])]);
        let extension = extension(SUBJECT_ALT_NAME, &names);
        let subject = distinguished("broker");
        let certificate = signed(&self.key, &self.name, &subject, &key, &extension);
        (
            CertificateDer::from(certificate),
            PrivatePkcs8KeyDer::from(pkcs8).into(),
        )
    }
}

fn key() -> (EcdsaKeyPair, Vec<u8>) {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
    (key, pkcs8.as_ref().to_vec())
}

/// An X.509 certificate, version 3.
fn signed(
    signer: &EcdsaKeyPair,
    issuer: &[u8],
    subject: &[u8],
    key: &EcdsaKeyPair,
    extension: &[u8],
) -> Vec<u8> {
    let algorithm = der(SEQUENCE, &[&der(OBJECT, &[&ECDSA_SHA256])]);
    let public = der(
        SEQUENCE,
        &[
            &der(
                SEQUENCE,
                &[&der(OBJECT, &[&EC_PUBLIC_KEY]), &der(OBJECT, &[&P256])],
            ),
            &der(0x03, &[&[0], key.public_key().as_ref()]),
        ],
    );
    let validity = der(
        SEQUENCE,
        &[
            &der(0x17, &[b"200101000000Z"]),
            &der(0x18, &[b"20991231235959Z"]),
        ],
    );
    let to_sign = der(
        SEQUENCE,
        &[
            &der(0xa0, &[&der(0x02, &[&[2]])]),
            &der(0x02, &[&[1]]),
            &algorithm,
            issuer,
            &validity,
            subject,
            &public,
            &der(0xa3, &[&der(SEQUENCE, &[extension])]),
        ],
    );
    let signature = signer.sign(&SystemRandom::new(), &to_sign).unwrap();
    der(
        SEQUENCE,
        &[
            &to_sign,
            &algorithm,
            &der(0x03, &[&[0], signature.as_ref()]),
        ],
    )
}

fn distinguished(name: &str) -> Vec<u8> {
    let pair = [
        &der(OBJECT, &[&COMMON_NAME])[..],
        &der(0x0c, &[name.as_bytes()]),
    ];
    der(SEQUENCE, &[&der(0x31, &[&der(SEQUENCE, &pair)])])
}

fn extension(name: [u8; 3], value: &[u8]) -> Vec<u8> {
    der(SEQUENCE, &[&der(OBJECT, &[&name]), &der(0x04, &[value])])
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let mut out = vec![tag];
    match length {
        0..128 => out.push(low),
        128..256 => out.extend([0x81, low]),
        _ => out.extend([0x82, high, low]),
    }
    out.extend(content);
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = [0, 1, 2].map(|i| chunk.get(i).copied().unwrap_or(0));
        let number = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for digit in 0..4 {
            let index = number >> (18 - 6 * digit) & 63;
            text.push(if digit > chunk.len() {
                '='
            } else {
                char::from(DIGITS[index as usize])
            });
        }
    }
    text
}
