//! The listing of the public API shows what others can use, and nothing else.

use tempfile::TempDir;

use crate::public_api::{SOURCE, listing};

fn listing_of(lib: &str, generated: &str) -> String {
    let root = TempDir::new().unwrap();
    std::fs::create_dir_all(root.path().join(SOURCE)).unwrap();
    std::fs::write(root.path().join(SOURCE).join("lib.rs"), lib).unwrap();
    listing(root.path(), generated).unwrap()
}

const LIB: &str =
    "mod generated;\npub use generated::{A, Error, types};\n#[cfg(test)]\nmod tests;\n";

#[test]
fn only_what_others_can_use_is_listed() {
    let text = listing_of(
        LIB,
        "pub use elsewhere::Error;
         /// Words.
         #[derive(Clone)] #[serde(transparent)] pub struct A { pub x: u8, y: u8 }
         impl A { pub fn seen(&self) -> u8 { self.y } fn unseen(&self) {} }
         impl From<A> for u8 { fn from(a: A) -> u8 { a.y } }
         impl Clone for A { fn clone(&self) -> A { A { x: self.x, y: self.y } } }
         pub struct NotExported;
         impl NotExported { pub fn not_listed() {} }
         pub mod types { pub struct T(u8, pub u8); struct Hidden; impl Hidden { pub fn no() {} } }",
    );
    for line in [
        "pub use elsewhere::Error;",
        "#[derive(Clone)]\npub struct A {\n    pub x: u8,\n    private_fields: _,\n}",
        "impl A {\n    pub fn seen(&self) -> u8 {}\n}",
        "impl Clone for A {}",
        "impl From<A> for u8 {}",
        "pub mod types {\n    pub struct T(_, pub u8);\n}",
    ] {
        assert!(text.contains(line), "expected {line:?} in:\n{text}");
    }
    for absent in [
        "Words",
        "serde",
        "unseen",
        "NotExported",
        "not_listed",
        "Hidden",
        "no()",
    ] {
        assert!(!text.contains(absent), "{absent} in:\n{text}");
    }
}

#[test]
fn moving_code_changes_nothing_and_changing_it_does() {
    let one = listing_of(
        LIB,
        "pub use e::Error; pub struct A; pub mod types { pub struct B; pub struct C; }",
    );
    let moved = listing_of(
        LIB,
        "pub mod types { pub struct C; pub struct B; } pub struct A; pub use e::Error;",
    );
    assert_eq!(one, moved);
    let changed = listing_of(
        LIB,
        "pub use e::Error; pub struct A; pub mod types { pub struct C; }",
    );
    assert_ne!(one, changed);
}

#[test]
fn a_re_export_of_nothing_is_an_error() {
    let root = TempDir::new().unwrap();
    std::fs::create_dir_all(root.path().join(SOURCE)).unwrap();
    std::fs::write(root.path().join(SOURCE).join("lib.rs"), LIB).unwrap();
    let error = listing(root.path(), "pub struct B;")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`A` is re-exported but not public"),
        "{error}"
    );
}
