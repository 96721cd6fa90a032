//! Tests that the lowest allowed version of each dependency is the tested one, which is the version in Cargo.lock.

use std::fs;

use super::root;

#[test]
fn the_lowest_version_of_a_dependency_is_the_tested_one() {
    let read = |name: &str| {
        let text = fs::read_to_string(root().join(name)).unwrap();
        text.parse::<toml::Table>().unwrap()
    };
    let lock = read("Cargo.lock");
    let locked: Vec<[&str; 2]> = lock["package"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let text = |key: &str| package[key].as_str().unwrap();
            // A version requirement cannot contain the part of a version after `+`, so this part is removed.
            [text("name"), text("version").split('+').next().unwrap()]
        })
        .collect();
    let manifest = read("Cargo.toml");
    let dependencies = manifest["workspace"]["dependencies"].as_table().unwrap();
    assert!(dependencies.len() > 40);
    for (name, dependency) in dependencies {
        let member = |key: &str| dependency.get(key).and_then(toml::Value::as_str);
        let required = dependency.as_str().or(member("version")).unwrap();
        let lowest = required.trim_start_matches('=');
        let package = member("package").unwrap_or(name);
        assert!(
            locked.contains(&[package, lowest]),
            "{name} = {required:?} in Cargo.toml is not the version in Cargo.lock"
        );
    }
}
