pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[derive(Clone, Debug)]
pub struct Client { pub(crate) client: reqwest::Client, pub(crate) inner: crate::hooks::Hooks }
impl ClientInfo<crate::hooks::Hooks> for Client {
    fn api_version() -> &'static str { "v1" }
    fn baseurl(&self) -> &str { "" }
    fn client(&self) -> &reqwest::Client { &self.client }
    fn inner(&self) -> &crate::hooks::Hooks { &self.inner }
}
pub mod types {}
