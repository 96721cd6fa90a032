//! The documentation page of a format, made from the facts that the checks read.

use std::fmt::Write as _;

use super::facts::{Declared, Misread, OffsetFormat};

impl OffsetFormat {
    /// The documentation page of this format, in Markdown: its classes and members, which member overrides another,
    /// what to send to move to a position, what happens to a position that the database does not hold, and queries for
    /// the database.
    pub fn to_markdown(&self) -> String {
        let mut page = format!("# {}\n\n", self.title);
        self.classes_in(&mut page);
        self.members_in(&mut page);
        list(&mut page, "Rules", self.rules);
        self.going_in(&mut page);
        self.ends_in(&mut page);
        self.queries_in(&mut page);
        let _ = writeln!(page, "\nKnown from: {}.", self.evidence);
        page
    }

    fn classes_in(&self, page: &mut String) {
        let codes = |classes: &[&str]| {
            let classes: Vec<_> = classes.iter().map(|class| format!("`{class}`")).collect();
            classes.join(", ")
        };
        // Writing to a string cannot fail.
        let _ = match (self.managed, self.self_managed) {
            ([], []) => writeln!(
                page,
                "Every class with `Sink` in its name writes these offsets."
            ),
            ([], own) => writeln!(
                page,
                "Not fully managed in Confluent Cloud. Self-managed: {}.",
                codes(own)
            ),
            (managed, own) => writeln!(
                page,
                "Fully managed: {}.\nSelf-managed: {}.",
                codes(managed),
                codes(own)
            ),
        };
        if !self.assumed.is_empty() {
            let _ = writeln!(
                page,
                "*Assumed* for {}, whose offsets are not published: entries with these members are checked, but never refused.",
                codes(self.assumed)
            );
        }
        let _ = writeln!(page, "The name of the format is `{}`.", self.name);
        let _ = writeln!(
            page,
            "\n{}",
            if self.misread == Misread::Refused {
                "The plugin checks the offsets, and refuses what it cannot read; nothing is changed then."
            } else {
                "The plugin does not check the offsets: the service accepts any, and a bad offset shows only after the connector has \
                 resumed, as a failed task, or never."
            }
        );
    }

    fn members_in(&self, page: &mut String) {
        let declared = self.members;
        let sets = self
            .partitions
            .iter()
            .map(|keys| format!("`{}`", keys.join("`, `")));
        let sets: Vec<String> = sets.collect();
        let _ = writeln!(
            page,
            "\nA partition has the members {}.",
            sets.join("; or ")
        );
        for (place, title) in [
            ("partition", "Members of the partition"),
            ("offset", "Members of the offset"),
        ] {
            let _ = writeln!(
                page,
                "\n## {title}\n\n| member | type | required | meaning |\n|---|---|---|---|"
            );
            for Declared {
                key,
                kind,
                doc,
                required,
                ..
            } in declared.iter().filter(|m| m.place == place)
            {
                let required = if *required { "yes" } else { "" };
                let _ = writeln!(
                    page,
                    "| `{key}` | {kind} | {required} | {} |",
                    doc.trim().replace('\n', " ")
                );
            }
            let shared = self
                .debezium
                .iter()
                .filter(|(key, ..)| place == "offset" && !declared.iter().any(|m| m.key == *key));
            for (key, kind, doc) in shared {
                let _ = writeln!(page, "| `{key}` | {kind} |  | {doc} |");
            }
        }
    }

    fn going_in(&self, page: &mut String) {
        list(page, "To go to a position, send", self.going);
        let coded = |name| format!("`{name}`");
        let names: Vec<_> = self.coordinates().into_iter().map(coded).collect();
        let _ = writeln!(page, "\nMoves by: {}.", names.join(", "));
        let _ = writeln!(
            page,
            "\nAn offset without a position {}.",
            self.without_position.1
        );
    }

    fn ends_in(&self, page: &mut String) {
        let place = |text: &str| {
            let text = text.replace("byte {}", "{}").replace("item {}", "{}");
            text.replace("{}", "the position")
        };
        let ends = [("Back", self.before_start), ("Ahead", self.past_end)];
        let ends: Vec<String> = ends
            .into_iter()
            .filter_map(|(way, text)| Some(format!("{way}: the connector {}.", place(text?))))
            .collect();
        let ends: Vec<&str> = ends.iter().map(String::as_str).collect();
        list(page, "Beyond the ends", &ends);
    }

    fn queries_in(&self, page: &mut String) {
        if self.queries.is_empty() {
            return;
        }
        let _ = writeln!(
            page,
            "\n## What to ask the database\n\n| to know | ask |\n|---|---|"
        );
        for (purpose, query) in self.queries {
            let _ = writeln!(page, "| {purpose} | `{query}` |");
        }
    }
}

fn list(page: &mut String, title: &str, lines: &[&str]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n## {title}\n");
    for line in lines {
        let _ = writeln!(page, "- {line}");
    }
}
