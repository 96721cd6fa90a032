//! Authentication: API keys, access tokens, and the exchange that issues access tokens.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde::Deserialize;
use serde_json::json;

use super::reply::Reply;

/// The default lifetime of an access token, in seconds. A request cannot ask for a longer lifetime.
const TOKEN_LIFETIME: u64 = 900;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The credentials that the emulator accepts.
pub(super) struct Auth {
    /// The secret of each API key, by the key's id.
    keys: BTreeMap<String, String>,
    /// The bearer tokens that never expire.
    tokens: Vec<String>,
    /// The access tokens that the token exchange has issued, oldest first. Each has the time of its expiry, counted from
    /// the emulator's start.
    issued: VecDeque<(String, Duration)>,
    count: u64,
}

/// The maximum number of issued tokens that are kept. When one more token is issued, the oldest token becomes invalid.
const MOST_ISSUED: usize = 10_000;

impl Auth {
    pub(super) fn new(keys: BTreeMap<String, String>, tokens: Vec<String>) -> Self {
        Self {
            keys,
            tokens,
            issued: VecDeque::new(),
            count: 0,
        }
    }

    pub(super) fn admits(&self, headers: &HeaderMap, now: Duration) -> bool {
        let value = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
        let Some((scheme, credentials)) = value.and_then(|value| value.split_once(' ')) else {
            return false;
        };
        let credentials = credentials.trim();
        if scheme.eq_ignore_ascii_case("basic") {
            self.knows_key(credentials).unwrap_or(false)
        } else if scheme.eq_ignore_ascii_case("bearer") {
            let valid = |(token, ends): &(String, Duration)| token == credentials && now < *ends;
            self.tokens.iter().any(|token| token == credentials) || self.issued.iter().any(valid)
        } else {
            false
        }
    }

    fn knows_key(&self, encoded: &str) -> Option<bool> {
        let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
        let (id, secret) = decoded.split_once(':')?;
        Some(self.keys.get(id)? == secret)
    }

    /// Makes every access token invalid that the token exchange has issued.
    pub(super) fn revoke(&mut self) {
        self.issued.clear();
    }

    /// The number of kept access tokens that the token exchange has issued, including expired tokens.
    pub(super) fn issued(&self) -> usize {
        self.issued.len()
    }

    /// Answers a request of the token exchange: issues an access token, or refuses the form.
    pub(super) fn exchange(&mut self, form: &[u8], now: Duration) -> Reply {
        let form: Form = match serde_urlencoded::from_bytes(form) {
            Ok(form) => form,
            Err(error) => return Reply::error(400, &error.to_string()),
        };
        if let Err(problem) = form.check() {
            return Reply::error(400, &problem);
        }
        if form.subject_token.split('.').count() != 3 {
            return Reply::error(401, "subject_token is not a JSON Web Token");
        }
        let expires_in = form.expires_in.unwrap_or(TOKEN_LIFETIME);
        if self.issued.len() == MOST_ISSUED {
            self.issued.pop_front();
        }
        self.count += 1;
        let access_token = format!("emulator-access-token-{}", self.count);
        let ends = now.saturating_add(Duration::from_secs(expires_in));
        self.issued.push_back((access_token.clone(), ends));
        Reply::status(200).json(&json!({
            "access_token": access_token,
            "issued_token_type": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": expires_in,
        }))
    }
}

#[derive(Deserialize)]
struct Form {
    grant_type: String,
    subject_token: String,
    subject_token_type: String,
    requested_token_type: String,
    identity_pool_id: String,
    expires_in: Option<u64>,
}

impl Form {
    fn check(&self) -> Result<(), String> {
        for (name, value, expected) in [
            ("grant_type", &self.grant_type, GRANT_TYPE),
            ("subject_token_type", &self.subject_token_type, JWT),
            (
                "requested_token_type",
                &self.requested_token_type,
                ACCESS_TOKEN,
            ),
        ] {
            if value != expected {
                return Err(format!("{name} must be {expected}"));
            }
        }
        if self.identity_pool_id.is_empty() {
            return Err("identity_pool_id is empty".to_owned());
        }
        if !matches!(self.expires_in, None | Some(1..=TOKEN_LIFETIME)) {
            return Err(format!(
                "expires_in must be from 1 to {TOKEN_LIFETIME} seconds"
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auth() -> Auth {
        let keys = [("KEY".to_owned(), "se:cret".to_owned())];
        Auth::new(keys.into(), vec!["fixed".to_owned()])
    }

    fn headers(value: &str) -> HeaderMap {
        [(AUTHORIZATION, value.parse().unwrap())]
            .into_iter()
            .collect()
    }

    #[test]
    fn only_known_credentials_are_admitted() {
        let auth = auth();
        let basic = |text: &str| headers(&format!("Basic {}", BASE64_STANDARD.encode(text)));
        assert!(auth.admits(&basic("KEY:se:cret"), Duration::ZERO));
        assert!(auth.admits(&headers("bearer fixed"), Duration::ZERO));
        for refused in [
            HeaderMap::new(),
            basic("KEY:wrong"),
            basic("OTHER:se:cret"),
            basic("KEY"),
            headers("Basic ???"),
            headers("Bearer KEY"),
            headers("Digest KEY:se:cret"),
            headers("Basic"),
        ] {
            assert!(!auth.admits(&refused, Duration::ZERO), "{refused:?}");
        }
    }

    fn form(changes: &[(&str, &str)]) -> Vec<u8> {
        let mut form = BTreeMap::from([
            ("grant_type", GRANT_TYPE),
            ("subject_token", "a.b.c"),
            ("subject_token_type", JWT),
            ("requested_token_type", ACCESS_TOKEN),
            ("identity_pool_id", "pool-1"),
        ]);
        form.extend(changes.iter().copied());
        serde_urlencoded::to_string(form).unwrap().into_bytes()
    }

    #[test]
    fn a_wrong_exchange_is_refused() {
        let mut auth = auth();
        for (change, status) in [
            (("grant_type", "password"), 400),
            (("subject_token_type", "jwt"), 400),
            (("requested_token_type", ""), 400),
            (("identity_pool_id", ""), 400),
            (("expires_in", "901"), 400),
            (("expires_in", "0"), 400),
            (("expires_in", "soon"), 400),
            (("subject_token", "opaque"), 401),
        ] {
            let reply = auth.exchange(&form(&[change]), Duration::ZERO);
            assert_eq!(reply.code(), status, "{change:?}");
        }
        assert_eq!(auth.exchange(b"grant_type=x", Duration::ZERO).code(), 400);
    }
}
