//! Tests that the pages about offset formats agree with the code.

use std::path::PathBuf;

use ccloud_connect::offset::OffsetFormat;

use super::root;
use crate::tool::compare;

fn folder() -> PathBuf {
    root().join("docs/formats")
}

#[test]
fn one_page_for_each_format_and_an_index() {
    let mut index = "# Offset formats\n\n\
        What an offset means depends on the connector's class. These pages are written from the same facts that the checks, the \
        plans and `move_to` use.\n\n| page | classes in Confluent Cloud and self-managed |\n|---|---|\n"
        .to_owned();
    let mut names = vec!["README.md".to_owned()];
    for format in OffsetFormat::all() {
        let name = format!("{}.md", format.name());
        compare(&folder().join(&name), &format.to_markdown());
        let classes: Vec<String> = format.classes().map(|class| format!("`{class}`")).collect();
        let classes = match classes.as_slice() {
            [] => "every class with `Sink` in its name".to_owned(),
            classes => classes.join(", "),
        };
        index += &format!("| [{}]({name}) | {classes} |\n", format.title());
        names.push(name);
    }
    index += "\nThe formats of other classes are not known: take the connector's current offsets as a template.\n\n\
        A format cannot show these things:\n\n\
        - When `get` keeps showing a partition of a source with the position `null`, the source stores the partition with its \
        members in another order, and the service can neither alter nor reset it.\n\
        - The position of a partition with several members may be accepted, applied and shown, although the connector never reads \
        it. Only a later position of the running connector proves that the connector has read it.\n";
    compare(&folder().join("README.md"), &index);
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    names.sort();
    assert_eq!(
        files, names,
        "each format must have one page, and each page a format"
    );
}
