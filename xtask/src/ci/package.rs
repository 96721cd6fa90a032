//! What is published: the archive of each package, unpacked, built, and tested by its own tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Outcome, cargo, succeed};
use crate::problem::{Problem, Problems, Result};

const STEP: &str = "package";
const PACKAGES: [&str; 6] = [
    "ccloud-connect-types",
    "ccloud-connect-client",
    "ccloud-connect-emulator",
    "ccloud-connect-kafka",
    "ccloud-connect",
    "ccloud-offsets",
];
/// What each archive must contain beside its code.
const PAPERS: [&str; 3] = ["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Packs all packages, and takes each one from its archive alone; those that it depends on are the other archives.
pub(super) fn run(root: &Path) -> Result<Outcome> {
    let version = env!("CARGO_PKG_VERSION");
    let folder = root.join("target/package");
    let mut pack = cargo(root);
    pack.args(["package", "--no-verify", "--allow-dirty", "--quiet"]);
    pack.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    succeed(STEP, "cargo package", &mut pack)?;
    let unpacked = folder.join("unpacked");
    let failed = |error: std::io::Error| Problem::new("target/package/unpacked", error);
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked).map_err(failed)?;
    }
    fs::create_dir_all(&unpacked).map_err(failed)?;
    let place = |package: &str| unpacked.join(format!("{package}-{version}"));
    for package in PACKAGES {
        let archive = folder.join(format!("{package}-{version}.crate"));
        let mut tar = Command::new("tar");
        succeed(
            STEP,
            "tar",
            tar.arg("-xzf").arg(archive).arg("-C").arg(&unpacked),
        )?;
        for paper in PAPERS {
            if !place(package).join(paper).is_file() {
                return Err(Problem::new(package, format!("its archive lacks {paper}")).into());
            }
        }
    }
    let mut problems = Problems::default();
    for package in PACKAGES {
        let mut test = cargo(&place(package));
        test.args(["test", "--quiet", "--target-dir"])
            .arg(folder.join("built"));
        for other in PACKAGES.iter().filter(|other| **other != package) {
            let path = place(other).display().to_string();
            test.arg("--config")
                .arg(format!("patch.crates-io.{other}.path={path:?}"));
        }
        let line = format!("cargo test in the archive of {package}");
        problems.take(succeed(STEP, &line, &mut test));
    }
    problems.into_result()?;
    Ok(Outcome::Done)
}
