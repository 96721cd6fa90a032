//! Parses the command line.

use std::ffi::OsString;

use crate::args::{Cli, once, tree};
use crate::local::help;

/// Parses the command line. `arguments` begin with the name of the tool.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let is_typed = |name: &str| arguments.iter().any(|argument| argument == name);
    let mut command = tree(is_typed);
    let matches = command.try_get_matches_from_mut(arguments).or_else(|_| {
        // The first attempt parses with only the commands that were typed, which is faster. It fails for help and for mistakes,
        // whose texts need all commands and the examples.
        command = help::command();
        command.try_get_matches_from_mut(arguments)
    })?;
    once::check(&mut command, arguments)?;
    Cli::read(&matches).map_err(|error| error.format(&mut command))
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<(), ErrorKind> {
        let arguments: Vec<OsString> = line.split(' ').map(Into::into).collect();
        let parsed = super::parse(&arguments);
        parsed.map(drop).map_err(|error| error.kind())
    }

    #[test]
    fn an_option_is_given_once() {
        for line in [
            "ccloud-offsets -e one get x -e two",
            "ccloud-offsets --environment=one get x -qe two",
            "ccloud-offsets get x -e one -e two",
            "ccloud-offsets -ojson get x -o json",
            "ccloud-offsets --endpoint http://a get x --endpoint http://a",
            "ccloud-offsets patch x --timeout 5s --timeout 6s --to-earliest",
        ] {
            assert_eq!(parse(line), Err(ErrorKind::ArgumentConflict), "{line}");
        }
        for line in [
            "ccloud-offsets -e one get x -k two",
            "ccloud-offsets -v get x -v",
            "ccloud-offsets -e one get x -- -e",
            "ccloud-offsets -e one patch x --set a:0=1 --set b:0=1",
            "ccloud-offsets patch x --shift-by -5 -y -q -e one",
        ] {
            assert_eq!(parse(line), Ok(()), "{line}");
        }
    }
}
