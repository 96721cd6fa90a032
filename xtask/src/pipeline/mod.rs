//! From the vendored descriptions to the client, in nine stages, one module each. What every stage knows of a document is
//! in `openapi`; how texts get into `openapi/vendor/` is in `vendor`; nothing here reads the network.
//!
//! 1. [`sources`]: the files read, and compared with the digests in `vendor.lock`
//! 2. [`assemble`]: frame and vendored files joined into one document
//! 3. [`hoist`]: titled inline schemas named, copies of them replaced by references
//! 4. [`overlay`]: our deviations applied; every action says why and must match
//! 5. [`validate`]: the outcome is OpenAPI 3.0 (and, for `cargo xtask verify`, [`examples`] fit)
//! 6. [`bundle`]: the document as text, for review
//! 7. [`lower`]: the input of the generator; what the client cannot represent without loss is refused
//! 8. [`client`]: the Rust client, and the [`listing`] of its public API
//! 9. [`mod@write`]: written once it compiles in a [`scratch`] copy, or compared with what is checked in

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

/// The result of the stages before the last one.
pub(crate) struct Outcome {
    pub(crate) document: Document,
    /// The document as text, header included.
    pub(crate) bundle: String,
    /// The client, or why none can be made; the document can be compared in either case.
    pub(crate) client: Result<Client>,
    /// The digest over all sources.
    pub(crate) digest: String,
}

/// Runs the nine stages. The caller gives the first and the last: what is read, and what happens to the outcome.
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
