//! The map in ARCHITECTURE.md, held to the code: packages depend downwards, and a module of the library uses floors above its own line only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The rows of the table below a heading, without its head: the cells of each.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| {
        row.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    rows.map(cells).collect()
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

/// What the code of one file names below `crate::`, tests apart.
#[derive(Default)]
struct Names(BTreeSet<String>);

fn is_test(attributes: &[Attribute]) -> bool {
    let is_cfg_test = |a: &Attribute| {
        a.path().is_ident("cfg") && a.parse_args::<syn::Ident>().is_ok_and(|i| i == "test")
    };
    attributes.iter().any(is_cfg_test)
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(module) => &module.attrs,
            Item::Fn(function) => &function.attrs,
            Item::Use(import) => &import.attrs,
            _ => &Vec::new(),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_use_tree(&mut self, tree: &'ast UseTree) {
        if let UseTree::Path(path) = tree
            && path.ident == "crate"
        {
            collect(&path.tree, &mut self.0);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter();
        if segments.next().is_some_and(|first| first.ident == "crate")
            && let Some(next) = segments.next()
        {
            self.0.insert(next.ident.to_string());
        }
        visit::visit_path(self, path);
    }
}

fn collect(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => {
            names.insert(path.ident.to_string());
        }
        UseTree::Name(name) => {
            names.insert(name.ident.to_string());
        }
        UseTree::Rename(rename) => {
            names.insert(rename.ident.to_string());
        }
        UseTree::Group(group) => group.items.iter().for_each(|item| collect(item, names)),
        UseTree::Glob(_) => {}
    }
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
fn handed_on(library: &syn::File) -> BTreeMap<String, String> {
    let mut modules = BTreeMap::new();
    for item in &library.items {
        let Item::Use(import) = item else { continue };
        let UseTree::Path(path) = &import.tree else {
            continue;
        };
        let mut names = BTreeSet::new();
        collect(&path.tree, &mut names);
        modules.extend(names.into_iter().map(|name| (name, path.ident.to_string())));
    }
    modules
}

#[test]
fn floors_look_up_the_list_only() {
    let order: Vec<Vec<String>> = table("The floors of the library")
        .iter()
        .map(|row| quoted(&row[0]))
        .collect();
    let stem = |name: &str| name.trim_end_matches(".rs").to_owned();
    let floor = |module: &str| {
        order
            .iter()
            .position(|names| names.iter().any(|name| stem(name) == module))
    };
    let folder = root().join("ergonomic/src");
    let library = syn::parse_file(&fs::read_to_string(folder.join("lib.rs")).unwrap()).unwrap();
    let handed_on = handed_on(&library);
    let mut all = Vec::new();
    files(&folder, &mut all);
    let (mut faults, mut seen) = (Vec::new(), 0);
    for file in all {
        let place = file.strip_prefix(&folder).unwrap();
        let name = place.to_string_lossy().into_owned();
        if name.ends_with("tests.rs") || name.ends_with("properties.rs") || name.contains("tests/")
        {
            continue;
        }
        let own = stem(
            &place
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_string_lossy(),
        );
        let Some(own_floor) = floor(&own) else {
            faults.push(format!("{name} stands on no floor of the list"));
            continue;
        };
        let mut names = Names::default();
        names.visit_file(&syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap());
        for used in names.0 {
            let module = handed_on.get(&used).unwrap_or(&used);
            // What no floor has comes from another crate.
            if let Some(used_floor) = floor(module)
                && used_floor > own_floor
            {
                faults.push(format!("{name} uses {module}, which stands below it"));
            }
            seen += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 100, "only {seen} uses were seen");
}
