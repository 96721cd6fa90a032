//! Profiles: named sets of options for one environment.
//!
//! The file is `ccloud-offsets/profiles.yaml` in the configuration directory of the platform. An option overrides an
//! environment variable, which overrides the profile. There is no default profile, because the choice of the connector that
//! is altered must not depend on a file that the person did not mention.

use std::collections::BTreeMap;
use std::env;
use std::io;
use std::path::PathBuf;

use ccloud_connect::env as variables;
use serde::Deserialize;
use serde_json::Value;

use crate::args::Shared;
use crate::failure::Failure;
use crate::text::decoded;
use crate::text::words::{quoted, shown};
use crate::yaml;

/// The environment variable that names a profile.
pub(crate) const VARIABLE: &str = "CCLOUD_OFFSETS_PROFILE";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the options of a profile")]
struct Profile {
    endpoint: Option<String>,
    environment: Option<String>,
    cluster: Option<String>,
    api_key_file: Option<PathBuf>,
}

/// The shared options, completed by the profile; the name of the profile; and a warning when environment variables override
/// a profile that the command line names.
pub(crate) fn filled(given: &Shared) -> Result<(Shared, Option<String>, Option<String>), Failure> {
    let mut shared = given.clone();
    // With --connect, all that a profile sets belongs to the server in this process.
    if !given.connect.is_empty() {
        return Ok((shared, None, None));
    }
    let Some(name) = given.profile.clone().or_else(|| variable(VARIABLE)) else {
        return Ok((shared, None, None));
    };
    let mut profiles = read()?;
    let Some(options) = profiles.remove(&name) else {
        let known: Vec<_> = profiles.keys().map(|name| quoted(name)).collect();
        let known = match known[..] {
            [] => "the file has no profiles".to_owned(),
            _ => format!("the file has {}", known.join(", ")),
        };
        return Err(Failure::invalid(format!(
            "there is no profile {name:?} in {}: {known}",
            place()
        )));
    };
    let profile = Profile::deserialize(options).map_err(|error| {
        Failure::invalid(format!(
            "the profile {name:?} in {} cannot be used",
            place()
        ))
        .caused_by(&error)
    })?;
    let mut stronger = Vec::new();
    let mut fill = |option: &mut Option<String>, name: &'static str, value: Option<String>| {
        if option.is_some() {
            return;
        }
        match variable(name) {
            None => *option = value,
            Some(set) if value.is_some_and(|value| value != set) => stronger.push(name),
            Some(_) => {}
        }
    };
    fill(&mut shared.endpoint, variables::ENDPOINT, profile.endpoint);
    fill(
        &mut shared.environment,
        variables::ENVIRONMENT,
        profile.environment,
    );
    fill(&mut shared.cluster, variables::CLUSTER, profile.cluster);
    let has_key =
        variable(variables::API_KEY).is_some() || variable(variables::API_SECRET).is_some();
    if shared.api_key_file.is_none() && !has_key {
        // A shell replaces `~` only on a command line, so the `~` in the text of the profile is replaced here.
        let home = |path: PathBuf| match path.strip_prefix("~") {
            Ok(rest) => dirs::home_dir().map_or(path.clone(), |home| home.join(rest)),
            Err(_) => path,
        };
        shared.api_key_file = profile.api_key_file.map(home);
    }
    let warning = (given.profile.is_some() && !stronger.is_empty()).then(|| {
        let variables = stronger.join(" and ");
        format!("the profile {name:?} has other values than {variables}, and the variables override the profile")
    });
    Ok((shared, Some(name), warning))
}

/// The names of the profiles; empty when the file cannot be read.
pub(crate) fn names() -> Vec<String> {
    read()
        .map(|profiles| profiles.into_keys().collect())
        .unwrap_or_default()
}

/// The options of each profile, not yet parsed, so that a mistake in one profile does not make another profile unusable.
fn read() -> Result<BTreeMap<String, Value>, Failure> {
    let refuse = |what: &str| Failure::invalid(format!("the profiles in {} {what}", place()));
    let path = path().ok_or_else(|| {
        Failure::invalid("this platform has no configuration directory, so there are no profiles")
    })?;
    let text = decoded::read(&path).map_err(|error| {
        let failure = refuse("cannot be read").caused_by(&error);
        failure.next("ccloud-offsets help topics")
    })?;
    let json = yaml::to_json(&text)
        .map_err(|error| refuse("cannot be read as unambiguous YAML").caused_by(&error))?;
    let profiles: Option<BTreeMap<String, Value>> =
        serde_json::from_str(&json).map_err(|error| {
            // The message names a line and a column of the JSON, which is made from the YAML here. The person has not seen
            // the JSON, so the line and the column are removed.
            let text = error.to_string();
            let what = text.split(" at line ").next().unwrap_or_default();
            refuse("cannot be used").caused_by(&io::Error::other(what))
        })?;
    Ok(profiles.unwrap_or_default())
}

fn path() -> Option<PathBuf> {
    Some(
        dirs::config_dir()?
            .join("ccloud-offsets")
            .join("profiles.yaml"),
    )
}

fn place() -> String {
    path().map_or_else(|| "no file".to_owned(), |path| shown(&path))
}

/// The value of an environment variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
