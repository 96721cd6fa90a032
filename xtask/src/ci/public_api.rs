//! Compares the public API of the library and of its types with listings, which are reviewed together with the code.

use std::path::Path;

use public_api::Builder;

use super::{cargo, succeed};
use crate::openapi::{files, parse};

use crate::problem::{Problem, Problems, Result};

const STEP: &str = "public-api";
/// Each package: the name of rustdoc's JSON file, and the folder that contains the listing.
const LISTINGS: [(&str, &str); 2] = [
    ("ccloud_connect_types", "generated-client/types"),
    ("ccloud_connect", "ergonomic"),
];

/// Compares the listings with the public API, or writes the listings when `UPDATE_GOLDEN` is 1.
pub(crate) fn run(root: &Path) -> Result<()> {
    // The features are those of the other steps, so that all steps share the compiled dependencies.
    let line = "doc --quiet --workspace --lib --all-features --no-deps";
    let mut command = cargo(root);
    command
        .args(line.split(' '))
        .env("RUSTDOC", root.join("xtask/src/ci/rustdoc-json.sh"))
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json");
    succeed(STEP, &format!("cargo {line}"), &mut command)?;
    let mut problems = Problems::default();
    for (json, folder) in LISTINGS {
        let place = &format!("{folder}/public-api.txt");
        let listing = Builder::from_rustdoc_json(root.join(format!("target/doc/{json}.json")))
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .build()
            .map_err(|error| Problem::new(json, error))?
            .to_string();
        if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
            files::write(root, place, &listing)?;
            continue;
        }
        let known = files::read(root, place, parse::MAX_TEXT).unwrap_or_default();
        if known != listing {
            let diff = similar::TextDiff::from_lines(&known, &listing);
            let mut diff = diff.unified_diff();
            let what = format!("the public API has changed:\n{}", diff.context_radius(0));
            let help = "if this change is intended, run UPDATE_GOLDEN=1 cargo xtask public-api";
            problems.add(place, what, help);
        }
    }
    problems.into_result()
}
