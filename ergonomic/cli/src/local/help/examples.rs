//! Three to five real examples of every command.

/// What the example is for, and the command.
pub(super) type Example = (&'static str, &'static str);

/// Below the name of each command: lines in pairs, what an example is for and the example.
const EXAMPLES: &str = include_str!("examples.txt");

/// The examples of a command; of the tool itself when the name is empty.
pub(super) fn of(command: &str) -> Vec<Example> {
    let name = if command.is_empty() {
        "ccloud-offsets"
    } else {
        command
    };
    let lines: Vec<&str> = EXAMPLES
        .lines()
        .skip_while(|line| *line != name)
        .skip(1)
        .map_while(|line| line.strip_prefix("  "))
        .collect();
    let pairs = lines.chunks_exact(2);
    pairs.map(|pair| (pair[0], pair[1])).collect()
}
