//! Tests that a definition is found and copied from every form in which people save pages.

use super::{Copy, PUBLISHED, fails, mentions, rows};
use crate::vendor::lock::{LOCK, Lock, Origin};
use crate::vendor::{page, vendor};

/// The text of a documentation page with a definition, as a browser copies the page.
pub(super) fn saved_page(definition: &str) -> String {
    format!(
        "Skip to main content\n\nRequest to Alter the Connector Offsets\n\nPOST \n\n/connect/v1/…/offsets/request\n\n\
         General Availability\n\nRequest\n\nResponses\n\nAccepted\n\nOpenAPI definition (YAML)\n{}\nPrevious page\nNext page\n",
        definition.trim_end()
    )
}

fn html(definition: &str) -> String {
    let escapes = "& &amp; < &lt; > &gt; \" &quot; ' &#39; paths: <span>paths</span>: requestBody request&#x42;ody";
    let escapes: Vec<&str> = escapes.split(' ').collect();
    let mut text = definition.to_owned();
    for pair in escapes.chunks(2) {
        text = text.replace(pair[0], pair[1]);
    }
    let text = text.replace(&" ".repeat(20), &(" ".repeat(19) + "\u{a0}"));
    let text = text.replace(&" ".repeat(5), "    &nbsp;");
    format!(
        "<!DOCTYPE html>\n<html><body><p>paths: none &unknown;</p><pre><code class=\"yaml\">{text}</code></pre><footer>x</footer></body></html>\n"
    )
}

#[test]
fn a_page_gives_the_vendored_file_byte_for_byte() {
    let published = Copy::new().read(PUBLISHED);
    let page = saved_page(&published);
    let windows = page.replace('\n', "\r\n");
    for text in [page, windows, html(&published), published.clone()] {
        let copy = Copy::new();
        let lock = copy.read(LOCK);
        let from = copy.write("input", &text);
        assert_eq!(vendor(copy.root(), &from, None).unwrap(), PUBLISHED);
        assert_eq!(copy.read(PUBLISHED), published);
        // The lock keeps its date when the text is the same.
        assert_eq!(copy.read(LOCK), lock);
        copy.verify().unwrap();
    }
}

#[test]
fn a_published_text_takes_the_place_of_a_transcription_even_at_another_path() {
    let copy = Copy::new();
    let place = "openapi/vendor/get-connector-offsets.yaml";
    let text = copy
        .read(place)
        .replace("Reads the current offsets", "Get the current offsets")
        .replace("/offsets:\n", "/positions:\n");
    let from = copy.write("input", &text);
    assert_eq!(vendor(copy.root(), &from, None).unwrap(), place);
    assert_eq!(copy.read(place), text);
    let lock = Lock::read(copy.root()).unwrap();
    let mut entries = lock.entries.iter();
    let entry = entries.find(|entry| entry.place() == place);
    assert_eq!(entry.unwrap().origin, Origin::Published);
    copy.generate().unwrap();
}

#[test]
fn a_page_of_another_group_is_added_with_its_source() {
    let copy = Copy::new();
    let page = "paths:\n  /connect/v1/things:\n    get:\n      operationId: listThings\n      summary: s\n      \
                responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/thing.v1.List'}}}}}\n\
                components:\n  schemas:\n    thing.v1.List: {type: array, items: {type: string}}\n";
    let from = copy.write("input", page);
    fails(vendor(copy.root(), &from, None), &["--source URL"]);
    let source = || Some("https://example.com".to_owned());
    let place = vendor(copy.root(), &from, source()).unwrap();
    assert_eq!(place, "openapi/vendor/list-things.yaml");
    assert_eq!(copy.read(&place), page);
    copy.generate().unwrap();
    let made = ["pub async fn list_things", "types::List"];
    mentions(&copy.generated(), &made);

    // An operation that differs from `listThings` only in its query must get a file of its own.
    let other = page
        .replace("things:", "things?view=a:")
        .replace("listThings", "viewThings");
    let from = copy.write("other", &other);
    vendor(copy.root(), &from, source()).unwrap();
    copy.generate().unwrap();
    mentions(&copy.generated(), &["v1/things?view=a\"", "list_things"]);

    // An id that differs only in its case would get the same file name, so it is refused.
    let other = page
        .replace("things:", "stuff:")
        .replace("listThings", "list_things");
    let from = copy.write("other", &other);
    let told = ["place of list-things.yaml", "rename"];
    fails(vendor(copy.root(), &from, source()), &told);

    let two = copy.write("two", &format!("A page\n{page}Another\n{page}"));
    fails(vendor(copy.root(), &two, None), &["several definitions"]);
}

/// Keys before and after `paths` belong to the definition. A second definition must begin where the first key is repeated.
#[test]
fn definitions_between_other_lines() {
    let paths = "paths:\n  /a:\n    get: {responses: {}}\n";
    for (before, after) in [
        ("components:\n  schemas: {}\n", ""),
        ("", "components:\n  schemas: {}\n"),
        ("tags:\n- name: x\n", ""),
    ] {
        let one = format!("{before}{paths}{after}");
        for (text, count) in [
            (one.clone(), 1),
            (format!("A page\n{one}Its end\n"), 1),
            (format!("A page\n{one}- a list\nB: c\n{one}End\n"), 2),
        ] {
            let found = page::extract_all("page", &text).unwrap();
            let found: Vec<_> = found.into_iter().map(|found| found.text).collect();
            assert_eq!(found, vec![one.clone(); count], "{text}");
        }
    }
}

#[test]
fn definitions_on_pages() {
    #[derive(serde::Deserialize)]
    struct Page {
        text: String,
        /// The definitions that must be found.
        #[serde(default)]
        found: Vec<String>,
        /// A part of the error, when no definition is found.
        #[serde(default)]
        told: String,
    }
    for page in rows::<Page>("pages.yaml") {
        match page::extract_all("page", &page.text) {
            Ok(found) => {
                let found: Vec<_> = found.into_iter().map(|found| found.text).collect();
                assert_eq!(found, page.found, "{}", page.text);
            }
            Err(error) if page.found.is_empty() => mentions(&error.to_string(), &[&page.told]),
            Err(error) => panic!("{error} for:\n{}", page.text),
        }
    }
}
