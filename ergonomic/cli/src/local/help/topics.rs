//! The page `help topics`, and its sections that other help and the manual pages repeat.

/// The whole page, at most 80 columns wide. In a section, each name is followed by its meaning, which is indented deeper.
pub(super) const PAGE: &str = include_str!("topics.txt");

pub(super) const EXIT_CODES: &str = "Exit codes:\n";
pub(super) const VARIABLES: &str = "Environment variables:\n";

/// The text of a section, without its title.
pub(super) fn section(title: &str) -> &'static str {
    let rest = PAGE.split_once(title).map_or("", |(_, rest)| rest);
    rest.split("\n\n").next().unwrap_or_default()
}

/// The entries of a section: each name with its meaning.
pub(super) fn entries(title: &str) -> Vec<(&'static str, String)> {
    let mut entries: Vec<(&str, String)> = Vec::new();
    for line in section(title).lines() {
        let text = line.trim_start();
        match entries.last_mut() {
            Some((_, meaning)) if line.len() - text.len() > 5 => {
                let gap = if meaning.is_empty() { "" } else { " " };
                *meaning += &format!("{gap}{text}");
            }
            _ => {
                let (name, meaning) = text.split_once("  ").unwrap_or((text, ""));
                entries.push((name, meaning.to_owned()));
            }
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use ccloud_connect::env;

    use super::*;
    use crate::failure::Exit;
    use crate::session::profile;

    #[test]
    fn the_page_names_every_exit_code_and_variable() {
        let told: Vec<_> = entries(EXIT_CODES)
            .into_iter()
            .map(|(code, _)| code.to_owned())
            .collect();
        let codes = (0..=Exit::WouldChange as u8).chain([Exit::Interrupted as u8]);
        assert_eq!(told, codes.map(|code| code.to_string()).collect::<Vec<_>>());
        let variables = entries(VARIABLES);
        for name in [
            env::API_KEY,
            env::API_SECRET,
            env::ENDPOINT,
            env::ENVIRONMENT,
            env::CLUSTER,
            profile::VARIABLE,
        ] {
            assert!(
                variables
                    .iter()
                    .any(|(told, meaning)| *told == name && !meaning.is_empty()),
                "{name}"
            );
        }
    }
}
