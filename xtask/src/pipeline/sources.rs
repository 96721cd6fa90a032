//! Stage 1: reads the frame, the vendored files and the overlay. Vendored files are compared with the lock before they are parsed.

use std::path::Path;

use crate::openapi::document::Source;
use crate::openapi::{files, parse};
use crate::problem::{Problems, Result};
use crate::vendor::lock::{self, Lock};

pub(crate) const BASE: &str = "openapi/base.yaml";
pub(crate) const OVERLAY: &str = "openapi/overlay.yaml";

#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub(crate) base: Source,
    pub(crate) vendored: Vec<Source>,
    pub(crate) overlay: Source,
    /// The digest over all sources, for the headers of generated files.
    pub(crate) digest: String,
    /// Whether the outcome is only compared, not written. Unsettled problems are then part of the comparison, not errors.
    pub(crate) is_compared: bool,
}

pub(crate) fn read(root: &Path) -> Result<Sources> {
    let mut texts: Vec<_> = Lock::read(root)?.verified(root)?.into_iter().collect();
    for place in [BASE, OVERLAY] {
        texts.push((place.to_owned(), files::read(root, place, parse::MAX_TEXT)?));
    }
    let mut problems = Problems::default();
    let (mut digests, mut vendored) = (String::new(), Vec::new());
    for (place, text) in texts {
        digests += &lock::sha256(text.as_bytes());
        let document = problems.take(parse::parse(&place, &text));
        vendored.extend(document.map(|document| Source { place, document }));
    }
    problems.into_result()?;
    let (Some(overlay), Some(base)) = (vendored.pop(), vendored.pop()) else {
        unreachable!("both were read");
    };
    Ok(Sources {
        base,
        vendored,
        overlay,
        digest: lock::sha256(digests.as_bytes()),
        is_compared: false,
    })
}
