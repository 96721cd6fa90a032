//! The map in ARCHITECTURE.md, held to the code: packages depend downwards, and a module of the library uses floors above its own line only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::workspace as root;

/// The rows of the table below a heading, without its head: the cells of each.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = rows.map(|row| row.trim_matches('|').split('|'));
    cells
        .map(|cells| cells.map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// The words in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(|word| word.trim_end_matches(['/']).to_owned())
        .collect()
}

#[test]
fn packages_depend_on_what_the_map_says_and_on_nothing_else() {
    let rows = table("The map");
    let package_of = |row: &Vec<String>| quoted(&row[1]).first().cloned();
    let short = |name: &str| match name {
        "ccloud-connect" => "library".to_owned(),
        "ccloud-offsets" => "tool".to_owned(),
        other => other.trim_start_matches("ccloud-connect-").to_owned(),
    };
    let mut checked = 0;
    for row in &rows {
        let Some(package) = package_of(row) else {
            continue;
        };
        let manifest = root()
            .join(quoted(&row[0]).first().unwrap())
            .join("Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
        let own = rows.iter().filter_map(package_of);
        let dependencies = manifest["dependencies"].as_table().unwrap();
        let found: BTreeSet<String> = own
            .filter(|name| dependencies.contains_key(name))
            .map(|name| short(&name))
            .collect();
        let said = row[3].split(',').map(|word| word.trim().to_owned());
        let said: BTreeSet<String> = said
            .filter(|word| !["–", "nothing of ours"].contains(&word.as_str()))
            .collect();
        assert_eq!(
            found, said,
            "{package}: found in its manifest, and said in ARCHITECTURE.md"
        );
        checked += 1;
    }
    assert!(checked >= 6, "{checked} packages");
}

/// What the code of one file names directly below `crate::`, its comments and its tests at the end apart.
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
    let first = |name: &str| {
        name.trim()
            .split(|c| !is_word(c))
            .next()
            .unwrap()
            .to_owned()
    };
    named.map(first).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The Rust files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Under which module each name stands that `lib.rs` hands on.
fn handed_on(library: &str) -> BTreeMap<&str, &str> {
    let imports = library.split("\npub use ").skip(1);
    let imports = imports.filter_map(|rest| rest.split(';').next()?.split_once("::"));
    imports
        .flat_map(|(module, names)| names.split(|c| !is_word(c)).map(move |name| (name, module)))
        .collect()
}

#[test]
fn floors_look_up_the_list_only() {
    let order = table("The floors of the library");
    let order: Vec<Vec<String>> = order.iter().map(|row| quoted(&row[0])).collect();
    let floor = |module: &str| {
        let is_it = |name: &String| name.trim_end_matches(".rs") == module;
        order.iter().position(|names| names.iter().any(is_it))
    };
    let folder = root().join("ergonomic/src");
    let library = fs::read_to_string(folder.join("lib.rs")).unwrap();
    let handed_on = handed_on(&library);
    let mut all = Vec::new();
    files(&folder, &mut all);
    let (mut faults, mut seen) = (Vec::new(), 0);
    for file in all {
        let name = file.strip_prefix(&folder).unwrap().to_str().unwrap();
        let is_test = ["tests.rs", "properties.rs", "tests/"];
        if is_test.iter().any(|test| name.contains(test)) {
            continue;
        }
        let own = name.split(['/', '.']).next().unwrap();
        let Some(own_floor) = floor(own) else {
            faults.push(format!("{name} stands on no floor of the list"));
            continue;
        };
        for used in names(&fs::read_to_string(&file).unwrap()) {
            let module = handed_on
                .get(used.as_str())
                .unwrap_or(&used.as_str())
                .to_owned();
            // What no floor has comes from another crate.
            if floor(module).is_some_and(|used_floor| used_floor > own_floor) {
                faults.push(format!("{name} uses {module}, which stands below it"));
            }
            seen += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 100, "only {seen} uses were seen");
}
