//! Stage 1: the frame, the vendored files and the overlay. No byte is parsed before its digest is compared with the lock.

use std::path::Path;

use crate::openapi::document::Source;
use crate::openapi::{files, parse};
use crate::problem::{Problems, Result};
use crate::vendor::lock::{self, Lock};

pub(crate) const BASE: &str = "openapi/base.yaml";
pub(crate) const OVERLAY: &str = "openapi/overlay.yaml";

/// What the outcome is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be generated: everything must be settled.
    Generate,
    /// To be compared: what could not be settled is part of the comparison.
    Compare,
}

#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub(crate) base: Source,
    pub(crate) vendored: Vec<Source>,
    pub(crate) overlay: Source,
    /// The digest over all of them, for the headers of generated files.
    pub(crate) digest: String,
    pub(crate) purpose: Purpose,
}

pub(crate) fn read(root: &Path) -> Result<Sources> {
    let mut problems = Problems::default();
    let vendored = problems.take(Lock::read(root).and_then(|lock| lock.verified(root)));
    let base = problems.take(files::read(root, BASE, parse::MAX_TEXT));
    let overlay = problems.take(files::read(root, OVERLAY, parse::MAX_TEXT));
    let (Some(vendored), Some(base), Some(overlay)) = (vendored, base, overlay) else {
        return Err(problems);
    };
    let texts = vendored
        .iter()
        .map(|file| &file.text)
        .chain([&base, &overlay]);
    let digests: String = texts.map(|text| lock::sha256(text.as_bytes())).collect();

    let mut read = |place: &str, text: &str| {
        let document = problems.take(parse::parse(place, text))?;
        Some(Source {
            place: place.to_owned(),
            document,
        })
    };
    let vendored: Vec<_> = vendored
        .iter()
        .filter_map(|file| read(&file.place, &file.text))
        .collect();
    let (Some(base), Some(overlay)) = (read(BASE, &base), read(OVERLAY, &overlay)) else {
        return Err(problems);
    };
    problems.into_result()?;
    Ok(Sources {
        base,
        vendored,
        overlay,
        digest: lock::sha256(digests.as_bytes()),
        purpose: Purpose::Generate,
    })
}
