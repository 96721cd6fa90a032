//! What each subcommand does, from its arguments to what it prints.

use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;

use crate::generate as generator;
use crate::problem::Result;
use crate::public_api;
use crate::spec::diff::{self, Class, Finding, Format, Side};
use crate::spec::{self, drift, extract, input, vendor};

/// Which findings of a comparison are a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Findings of the class breaking
    Breaking,
    /// Any finding
    Any,
    /// None; the comparison only informs
    None,
}

impl FailOn {
    fn exit_code(self, findings: &[Finding]) -> ExitCode {
        let fails = match self {
            Self::Breaking => findings
                .iter()
                .any(|finding| finding.class == Class::Breaking),
            Self::Any => !findings.is_empty(),
            Self::None => false,
        };
        ExitCode::from(if fails { 2 } else { 0 })
    }
}

pub(crate) fn generate(root: &Path, check: bool, skip_unsupported: bool) -> Result<()> {
    let built = spec::build(root)?;
    let client = generator::client(&built, skip_unsupported)?;
    for problem in &client.skipped {
        println!("left out: {problem}");
    }
    let listing = public_api::listing(root, &client.text)?;
    let files = [
        (spec::BUNDLE, built.bundle.as_str()),
        (generator::CLIENT, client.text.as_str()),
        (public_api::LISTING, listing.as_str()),
    ];
    if check {
        spec::write::check(root, &files)
    } else {
        spec::write::write(root, &files)
    }
}

pub(crate) fn verify(root: &Path) -> Result<()> {
    let built = spec::verify(root)?;
    let operations = spec::select::operations(&built.document).len();
    println!(
        "openapi/ is sound: {operations} operations, sources sha256 {}",
        built.digest
    );
    Ok(())
}

pub(crate) fn vendor(
    root: &Path,
    from: &str,
    request: &vendor::Request,
    dry_run: bool,
) -> Result<()> {
    let plan = vendor::plan(root, from, request)?;
    print!("{}", diff::render(&plan.findings, None, Format::Text));
    if dry_run {
        println!("would write {} and openapi/vendor.lock", plan.place());
        return Ok(());
    }
    plan.write(root)?;
    println!(
        "wrote {} and openapi/vendor.lock; go on with `cargo xtask spec verify` and `cargo xtask generate`",
        plan.place()
    );
    Ok(())
}

pub(crate) fn diff(old: &str, new: &str, format: Format, fail_on: FailOn) -> Result<ExitCode> {
    let side = |place: &str| -> Result<Side> {
        let found = extract::extract(place, &input::read(place)?)?;
        Side::prepare(place, found.document)
    };
    let (old, new) = (side(old)?, side(new)?);
    let findings = diff::diff(&old, &new)?;
    let note = diff::version_note(&old, &new, &findings);
    print!("{}", diff::render(&findings, note.as_deref(), format));
    Ok(fail_on.exit_code(&findings))
}

pub(crate) fn drift(
    root: &Path,
    against: &[String],
    format: Format,
    fail_on: FailOn,
) -> Result<ExitCode> {
    let drift = drift::against(root, against)?;
    print!("{}", diff::render(&drift.findings, None, format));
    for operation in &drift.not_compared {
        eprintln!("not compared: {operation}");
    }
    Ok(fail_on.exit_code(&drift.findings))
}
