//! Makes the client from the vendored descriptions in nine stages, one module each. The model of a document, which all stages
//! share, is in `openapi`. Copying texts into `openapi/vendor/` is the task of `vendor`; this folder does not use the network.
//!
//! 1. [`sources`]: reads the files, and compares the vendored ones with the digests in `vendor.lock`
//! 2. [`assemble`]: joins the frame and the vendored files into one document
//! 3. [`hoist`]: names titled inline schemas, and replaces copies of them by references
//! 4. [`overlay`]: applies our deviations; every action gives its reason and must match
//! 5. [`validate`]: checks that the outcome is OpenAPI 3.0; for `cargo xtask verify`, [`examples`] checks the examples
//! 6. [`bundle`]: writes the document as text, for review
//! 7. [`lower`]: makes the input of the generator; refuses what the client cannot represent without loss
//! 8. [`client`]: makes the Rust client, and [`listing`] the listing of its public API
//! 9. [`mod@write`]: writes the files after the client has compiled in a [`scratch`] copy, or compares them with those that
//!    are checked in

pub(crate) mod assemble;
pub(crate) mod bundle;
pub(crate) mod client;
pub(crate) mod examples;
pub(crate) mod hoist;
pub(crate) mod listing;
pub(crate) mod lower;
pub(crate) mod overlay;
pub(crate) mod scratch;
pub(crate) mod sources;
pub(crate) mod validate;
pub(crate) mod write;

use crate::openapi::document::Document;
use crate::problem::Result;
use client::Client;
use sources::Sources;

pub(crate) const BUNDLE: &str = "openapi/connect-v1.yaml";

/// The result of the first eight stages, which the last stage writes or compares.
pub(crate) struct Outcome {
    pub(crate) document: Document,
    /// The document as text, header included.
    pub(crate) bundle: String,
    /// The client, or why it cannot be made. The document can be compared even without a client.
    pub(crate) client: Result<Client>,
    /// The digest over all sources.
    pub(crate) digest: String,
}

/// Runs the nine stages. The caller provides the result of the first stage, `sources`, and the last stage, `end`.
pub(crate) fn run<T>(
    sources: Result<Sources>,
    end: impl FnOnce(Outcome) -> Result<T>,
) -> Result<T> {
    let sources = sources?; // 1
    let mut document = assemble::assemble(&sources)?; // 2
    hoist::hoist(&mut document); // 3
    overlay::apply(&sources.overlay, &mut document)?; // 4
    validate::check(&mut document, sources.is_compared)?; // 5
    let bundle = bundle::bundle(&document, &sources.digest)?; // 6
    let lowered = lower::lower(&document); // 7
    let client = lowered.and_then(|lowered| client::generate(&document, &lowered, &sources.digest)); // 8
    end(Outcome {
        document,
        bundle,
        client,
        digest: sources.digest,
    }) // 9
}
