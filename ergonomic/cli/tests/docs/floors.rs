//! Compares the map in ARCHITECTURE.md with the code: packages depend only on the packages that it names, and a module of the
//! library uses only floors above its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::root;

/// The rows of the table below a heading. A cell is given as its texts in backticks or, without backticks, as its parts between
/// commas.
fn table(heading: &str) -> Vec<Vec<Vec<String>>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let cell = |cell: &str| {
        let is_quoted = cell.contains('`');
        let parts = cell.split(if is_quoted { '`' } else { ',' });
        let (skip, step) = if is_quoted { (1, 2) } else { (0, 1) };
        let words = parts.skip(skip).step_by(step).map(str::trim);
        words
            .map(|word| word.trim_end_matches('/').to_owned())
            .collect()
    };
    rows.map(|row| row.trim_matches('|').split('|').map(cell).collect())
        .collect()
}

#[test]
fn packages_depend_on_what_the_map_says_and_on_nothing_else() {
    let rows = table("The map");
    let short = |name: &str| match name {
        "ccloud-connect" => "library".to_owned(),
        "ccloud-offsets" => "tool".to_owned(),
        other => other.trim_start_matches("ccloud-connect-").to_owned(),
    };
    let packages = rows
        .iter()
        .filter(|row| row[1] != ["data"] && row[1] != ["pages"]);
    assert!(packages.clone().count() >= 6);
    for row in packages.clone() {
        let manifest = root().join(&row[0][0]).join("Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        let ours = packages.clone().map(|row| row[1][0].as_str());
        let found = ours
            .filter(|name| dependencies.contains_key(*name))
            .map(short);
        let found: BTreeSet<String> = found.collect();
        let said = row[3]
            .iter()
            .filter(|word| !["–", "nothing of ours"].contains(&word.as_str()));
        let said: BTreeSet<String> = said.cloned().collect();
        assert_eq!(
            found, said,
            "{:?}: the packages in its manifest, and those in ARCHITECTURE.md",
            row[1]
        );
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The names directly below `crate::` in the code of one file, without its comments and its tests at the end.
fn names(code: &str) -> BTreeSet<String> {
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let named = code.split("crate::").skip(1).flat_map(|rest| {
        let group = rest
            .strip_prefix('{')
            .and_then(|rest| rest.split('}').next());
        group
            .unwrap_or(rest.split(|c| !is_word(c)).next().unwrap())
            .split(',')
    });
    let first = named.map(|name| {
        name.trim()
            .split(|c| !is_word(c))
            .next()
            .unwrap()
            .to_owned()
    });
    first.collect()
}

/// The Rust files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    };
    let all = entries.flat_map(below);
    all.filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

#[test]
fn floors_look_up_the_list_only() {
    let order = table("The floors of the library");
    let floor = |module: &str| {
        let is_it = |name: &String| name.trim_end_matches(".rs") == module;
        order.iter().position(|row| row[0].iter().any(is_it))
    };
    let folder = root().join("ergonomic/src");
    let library = fs::read_to_string(folder.join("lib.rs")).unwrap();
    // The module of each name that `lib.rs` exports.
    let imports = library.split("\npub use ").skip(1);
    let imports = imports.filter_map(|rest| rest.split(';').next()?.split_once("::"));
    let handed_on: BTreeMap<&str, &str> = imports
        .flat_map(|(module, names)| names.split(|c| !is_word(c)).map(move |name| (name, module)))
        .collect();
    let (mut faults, mut seen) = (Vec::new(), 0);
    for file in files(&folder) {
        let name = file.strip_prefix(&folder).unwrap().to_str().unwrap();
        if ["tests.rs", "properties.rs", "tests/"]
            .iter()
            .any(|test| name.contains(test))
        {
            continue;
        }
        let Some(own_floor) = floor(name.split(['/', '.']).next().unwrap()) else {
            faults.push(format!("{name} is on no floor of the list"));
            continue;
        };
        for used in names(&fs::read_to_string(&file).unwrap()) {
            let module = handed_on.get(used.as_str()).copied().unwrap_or(&used);
            // A name that the list of floors does not contain comes from another crate, so it is not checked.
            if floor(module).is_some_and(|used_floor| used_floor > own_floor) {
                faults.push(format!(
                    "{name} uses {module}, which is below it in the list"
                ));
            }
            seen += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 100, "only {seen} uses were seen");
}
