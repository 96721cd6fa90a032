//! The public API of the library and of its types, associated items included, as a listing that is reviewed with the code.

use std::fs;
use std::path::Path;

use public_api::Builder;

use super::{cargo, succeed};
use crate::problem::{Problem, Problems, Result};

const STEP: &str = "public-api";
/// The documentation of a package as JSON, and its listing.
const LISTINGS: [(&str, &str); 2] = [
    (
        "ccloud_connect_types",
        "generated-client/types/public-api.txt",
    ),
    ("ccloud_connect", "ergonomic/public-api.txt"),
];

/// Compares, or with `UPDATE_GOLDEN=1` writes the listings.
pub(crate) fn run(root: &Path) -> Result<()> {
    let target = root.join("target");
    let failed = |place: &str, error: &dyn std::fmt::Display| Problem::new(place, error);
    // JSON is an unstable format. The variable is set for rustdoc only, so that nothing else is compiled again.
    let rustdoc = target.join("rustdoc-json");
    let script = "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc \"$@\"\n";
    fs::write(&rustdoc, script).map_err(|error| failed("target/rustdoc-json", &error))?;
    #[cfg(unix)]
    fs::set_permissions(
        &rustdoc,
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .map_err(|error| failed("target/rustdoc-json", &error))?;
    // With the features of the other steps, so that they share compiled dependencies.
    let line = "doc --quiet --workspace --lib --all-features --no-deps";
    let mut command = cargo(root);
    command
        .args(line.split(' '))
        .env("RUSTDOC", &rustdoc)
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json");
    succeed(STEP, &format!("cargo {line}"), &mut command)?;
    let mut problems = Problems::default();
    for (json, place) in LISTINGS {
        let listing = Builder::from_rustdoc_json(target.join(format!("doc/{json}.json")))
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .omit_auto_derived_impls(true)
            .build()
            .map_err(|error| failed(json, &error))?
            .to_string();
        let file = root.join(place);
        if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
            fs::write(&file, listing).map_err(|error| failed(place, &error))?;
            continue;
        }
        let known = fs::read_to_string(&file).unwrap_or_default();
        if known != listing {
            let diff = similar::TextDiff::from_lines(&known, &listing);
            problems.add(
                place,
                format!(
                    "the public API is another:\n{}",
                    diff.unified_diff().context_radius(0)
                ),
                "if callers may see this change, run UPDATE_GOLDEN=1 cargo xtask public-api",
            );
        }
    }
    problems.into_result()
}
