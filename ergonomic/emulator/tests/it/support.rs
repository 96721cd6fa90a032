//! A plain HTTP client for one connector of an emulator that runs on a manual clock.

use std::sync::OnceLock;
use std::time::Duration;

use ccloud_connect_emulator::{
    API_KEY, API_SECRET, CLUSTER, ENVIRONMENT, Emulator, EmulatorBuilder,
};
use ccloud_connect_types::clock::ManualClock;
use serde_json::Value;

pub(super) struct Stage {
    pub(super) emulator: Emulator,
    pub(super) clock: ManualClock,
    pub(super) http: reqwest::Client,
}

/// A reply of the emulator: status, headers, and the body as text and as JSON. `json` is null when the body is not JSON.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
    pub(super) json: Value,
}

pub(super) async fn stage() -> Stage {
    stage_with(|builder| builder).await
}

pub(super) async fn stage_with(change: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder) -> Stage {
    let clock = ManualClock::default();
    let builder = Emulator::builder().clock(clock.clone());
    Stage {
        emulator: change(builder).start().await.unwrap(),
        clock,
        http: http_client(),
    }
}

pub(super) fn path(name: &str, tail: &str) -> String {
    format!("/connect/v1/environments/{ENVIRONMENT}/clusters/{CLUSTER}/connectors/{name}{tail}")
}

impl Stage {
    pub(super) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(super) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.emulator.url());
        self.http
            .request(method.parse().unwrap(), url)
            .basic_auth(API_KEY, Some(API_SECRET))
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        answer(self.request("GET", path)).await.unwrap()
    }

    pub(super) async fn offsets(&self, name: &str) -> Answer {
        self.get(&path(name, "/offsets")).await
    }

    pub(super) async fn status(&self, name: &str) -> Answer {
        self.get(&path(name, "/offsets/request/status")).await
    }

    pub(super) async fn alter(&self, name: &str, body: &str) -> Answer {
        self.try_alter(name, body).await.unwrap()
    }

    pub(super) async fn try_alter(&self, name: &str, body: &str) -> reqwest::Result<Answer> {
        let request = self.request("POST", &path(name, "/offsets/request"));
        let request = request.header("content-type", "application/json");
        answer(request.body(body.to_owned())).await
    }

    /// Exchanges an identity provider's token, whose text contains the word "secret".
    pub(super) async fn exchange_token(&self) -> Answer {
        let url = format!("{}/sts/v1/oauth2/token", self.emulator.url());
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=a.b.secret\
            &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt\
            &requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&identity_pool_id=pool-1";
        let request = self.http.post(url).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        answer(request).await.unwrap()
    }

    /// Pauses or resumes a connector, and returns the HTTP status of the reply.
    pub(super) async fn put(&self, name: &str, tail: &str) -> u16 {
        let request = self.request("PUT", &path(name, tail));
        answer(request).await.unwrap().status
    }

    /// The state of a connector. Asserts that all its tasks have the same state.
    pub(super) async fn state(&self, name: &str) -> String {
        let status = self.get(&path(name, "/status")).await.json;
        let state = &status["connector"]["state"];
        for task in status["tasks"].as_array().unwrap() {
            assert_eq!(task["state"], *state);
        }
        state.as_str().unwrap().to_owned()
    }

    /// The true positions of a connector as JSON. They can be newer than the latest sample.
    pub(super) fn truth(&self, name: &str) -> Value {
        let offsets = self.emulator.offsets(ENVIRONMENT, CLUSTER, name);
        serde_json::to_value(offsets).unwrap()
    }

    pub(super) fn accepted(&self, name: &str) -> u64 {
        self.emulator
            .accepted_alterations(ENVIRONMENT, CLUSTER, name)
    }
}

pub(super) async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await?;
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Answer {
        status,
        headers,
        text,
        json,
    })
}

/// The HTTP client of all tests. They share one client, because making a client reads the certificate store.
pub(super) fn http_client() -> reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    let make = || {
        // The client needs an installed TLS provider. An error means that another test has already installed a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // With a timeout for idle connections, the client would leave tasks on a test's runtime. One test counts those tasks.
        let builder = reqwest::Client::builder().pool_idle_timeout(None);
        builder.build().unwrap()
    };
    CLIENT.get_or_init(make).clone()
}
