//! The documentation page of a format, made from the facts that the checks use.

use super::facts::{Misread, OffsetFormat};

impl OffsetFormat {
    /// The documentation page of this format, in Markdown.
    ///
    /// The page lists the classes, the members, the rules about members, and queries for the database. It describes what to
    /// send to move to a position, and what happens when the database does not hold the data at that position.
    pub fn to_markdown(&self) -> String {
        let keys = |keys: &&[&str]| format!("`{}`", keys.join("`, `"));
        let partitions: Vec<_> = self.partitions.iter().map(keys).collect();
        let [back, ahead] = self
            .by_gtids
            .map_or([""; 2], |gtids| [gtids.before_start, gtids.past_end]);
        let ends = [
            ("Move back", self.before_start),
            ("Move ahead", self.past_end),
            ("Move back by GTIDs", back),
            ("Move ahead by GTIDs", ahead),
        ];
        let ends = ends.into_iter().filter(|(_, text)| !text.is_empty());
        let ends = ends.map(|(way, text)| {
            let text = text
                .replace("byte {}", "{}")
                .replace("item {}", "{}")
                .replace("GTIDs {}", "GTIDs");
            let text = text.replace("{}", "the position");
            format!("{way}: the connector {text}.")
        });
        let queries: Vec<_> = self
            .queries
            .iter()
            .map(|(know, ask)| match ask.contains('`') {
                true => format!("| {know} | {ask} |\n"),
                false => format!("| {know} | `{ask}` |\n"),
            })
            .collect();
        let queries = match queries.is_empty() {
            true => String::new(),
            false => format!(
                "\n## What to ask before a move\n\n| to know | ask |\n|---|---|\n{}",
                queries.concat()
            ),
        };
        let reset = match self.after_reset {
            "" => String::new(),
            effect => format!(" After a reset the connector {effect}."),
        };
        format!(
            "# {}\n\n{}The name of the format is `{}`.\n\n{}\n\nA partition consists of {}.\n{}{}{}{}\nCoordinates to move to: {}.\n\nAn offset gives no position when it {}.{reset}\n{}{queries}\nSource of these facts: {}.\n",
            self.title,
            self.classes_in_words(),
            self.name,
            match self.misread {
                Misread::Refused =>
                    "Kafka Connect or the plugin checks the offsets in a request. An offset that cannot be read is refused, and then nothing is changed.",
                _ =>
                    "The plugin does not check the offsets in a request, so the service accepts every offset. A wrong offset makes a task fail after the connector has resumed, or is never noticed.",
            },
            partitions.join("; or "),
            self.members_at("partition", "Members of the partition"),
            self.members_at("offset", "Members of the offset"),
            list("Rules", self.rules.iter().map(ToString::to_string)),
            list(
                "What to send to move to a position",
                self.going.iter().map(ToString::to_string)
            ),
            codes(&self.coordinates()),
            self.without_position,
            list("Positions outside of the existing data", ends),
            self.evidence,
        )
    }

    fn classes_in_words(&self) -> String {
        let own = codes(self.self_managed);
        let mut words = match (self.managed, self.self_managed) {
            ([], []) => "Every class with `Sink` in its name writes these offsets.\n".to_owned(),
            ([], _) => format!(
                "No connector with this format is fully managed in Confluent Cloud. Classes of self-managed connectors: {own}.\n"
            ),
            (managed, _) => format!(
                "Classes of fully managed connectors: {}.\nClasses of self-managed connectors: {own}.\n",
                codes(managed)
            ),
        };
        if !self.assumed.is_empty() {
            let classes = codes(self.assumed);
            words += &format!(
                "The format of the classes {classes} is not published, and is *assumed* to be this one: entries with these members are checked, but never refused.\n"
            );
        }
        words
    }

    fn members_at(&self, place: &str, title: &str) -> String {
        let declared = self.members.iter().filter(|member| member.place == place);
        let rows = declared.map(|member| {
            let required = if member.required { "yes" } else { "" };
            let doc = member.doc.trim().replace('\n', " ");
            format!(
                "| `{}` | {} | {required} | {doc} |\n",
                member.key, member.kind
            )
        });
        let is_declared = |key: &str| self.position_keys().any(|declared| declared == key);
        let shared = self
            .debezium
            .iter()
            .filter(|(key, ..)| place == "offset" && !is_declared(key));
        let shared = shared.map(|(key, kind, doc)| format!("| `{key}` | {kind} |  | {doc} |\n"));
        let rows: String = rows.chain(shared).collect();
        format!("\n## {title}\n\n| member | type | required | meaning |\n|---|---|---|---|\n{rows}")
    }
}

fn codes(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn list(title: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.map(|line| format!("- {line}\n")).collect();
    match lines.is_empty() {
        true => lines,
        false => format!("\n## {title}\n\n{lines}"),
    }
}
