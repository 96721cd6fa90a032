//! Vendoring from what people really have.

use super::{Copy, PUBLISHED, fails, mentions};
use crate::openapi::parse;
use crate::problem::Result;
use crate::vendor::lock::{LOCK, Lock, Origin};
use crate::vendor::{page, vendor};

/// The published operation on its documentation page, as a browser copies it.
pub(super) fn saved_page(definition: &str) -> String {
    format!(
        "Skip to main content\n\nRequest to Alter the Connector Offsets\n\nPOST \n\n/connect/v1/…/offsets/request\n\n\
         General Availability\n\nRequest\n\nResponses\n\nAccepted\n\nOpenAPI definition (YAML)\n{}\nPrevious page\nNext page\n",
        definition.trim_end()
    )
}

fn html(definition: &str) -> String {
    let escapes = [
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\"", "&quot;"),
        ("'", "&#39;"),
        ("                    ", "                   \u{a0}"),
        ("     ", "    &nbsp;"),
    ];
    let mut escaped = definition.to_owned();
    for (from, to) in escapes {
        escaped = escaped.replace(from, to);
    }
    let marked = escaped
        .replace("paths:", "<span class=\"key\">paths</span>:")
        .replace("requestBody", "request&#x42;ody");
    format!(
        "<!DOCTYPE html>\n<html><body><p>paths: none &unknown;</p><pre><code class=\"yaml\">{marked}</code></pre><footer>x</footer></body></html>\n"
    )
}

#[test]
fn a_page_gives_the_vendored_file_byte_for_byte() {
    let published = Copy::new().read(PUBLISHED);
    for text in [
        saved_page(&published),
        saved_page(&published).replace('\n', "\r\n"),
        html(&published),
        published.clone(),
    ] {
        let copy = Copy::new();
        let lock = copy.read(LOCK);
        let from = copy.write("input", &text);
        assert_eq!(vendor(copy.root(), &from, None).unwrap(), PUBLISHED);
        assert_eq!(copy.read(PUBLISHED), published);
        // The same text again is no reason for another date.
        assert_eq!(copy.read(LOCK), lock);
        copy.verify().unwrap();
    }
}

#[test]
fn a_published_text_takes_the_place_of_a_transcription() {
    let copy = Copy::new();
    let place = "openapi/vendor/get-connector-offsets.yaml";
    let text = copy
        .read(place)
        .replace("Reads the current offsets", "Get the current offsets");
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
    let place = vendor(copy.root(), &from, Some("https://example.com".to_owned())).unwrap();
    assert_eq!(place, "openapi/vendor/list-things.yaml");
    assert_eq!(copy.read(&place), page);
    copy.generate().unwrap();
    mentions(
        &copy.generated(),
        &["pub async fn list_things", "types::List"],
    );

    let two = copy.write("two", &format!("A page\n{page}Another\n{page}"));
    fails(vendor(copy.root(), &two, None), &["several definitions"]);
}

#[test]
fn definitions_on_pages() {
    let texts = |text: &str| -> Result<Vec<String>> {
        let found = page::extract_all("page", text)?;
        Ok(found.into_iter().map(|found| found.text).collect())
    };
    let (paths, components) = (
        "paths:\n  /a:\n    get: {responses: {}}\n",
        "components:\n  schemas: {}\n",
    );
    // What stands before and after the paths belongs to the definition; a second definition begins with the same key.
    for one in [
        format!("{components}{paths}"),
        format!("{paths}{components}"),
        format!("tags:\n- name: x\n{paths}"),
    ] {
        let page = format!("A page\n{one}Its end\n");
        let two = format!("A page\n{one}- a list\nB: c\n{one}End\n");
        assert_eq!(texts(&one).unwrap(), [one.as_str()]);
        assert_eq!(texts(&page).unwrap(), [one.as_str()]);
        assert_eq!(texts(&two).unwrap(), [one.as_str(), &one]);
    }
    let indented = "  paths:\n    /a: {}\n";
    assert_eq!(texts(indented).unwrap(), [indented]);
    let html =
        |words: &str| format!("<html><pre>paths:\n  /a:\n    description: {words}\n</pre></html>");
    mentions(
        &texts(&html("caf&eacute; &mdash; &rsquo;&uuml; a&b")).unwrap()[0],
        &["café — ’ü a&b"],
    );
    let no_paths = "<html><body><pre>curl</pre></body></html>";
    let no_mapping = "a list stands where a mapping belongs";
    for (text, needle) in [
        (
            html("&unknown;").as_str(),
            "the HTML entity `&unknown;` is not known",
        ),
        ("A page without a definition\n", "no line reads `paths:`"),
        (no_paths, "contains no API definition"),
        ("openapi: 3.0.3\npaths: []\n", no_mapping),
        ("openapi: 3.1.0\npaths: {}\n", "is not OpenAPI 3.0"),
        ("swagger: '2.0'\npaths: {}\n", "is not OpenAPI 3.0"),
        (
            "paths:\n  /a: {$ref: b.yaml}\n",
            "a path item by `$ref` is not followed",
        ),
        ("paths:\n  /a: {get: {\n", "page: "),
    ] {
        fails(texts(text), &[needle]);
    }
    parse::parse("page", paths).unwrap();
}
