//! Three to five real examples of every command.

/// What for, and the command.
pub(super) type Example = (&'static str, &'static str);

/// The examples of a command; of the tool itself when the name is empty.
pub(super) fn of(command: &str) -> &'static [Example] {
    match command {
        "" => &TOOL,
        "get" => &GET,
        "patch" => &PATCH,
        "edit" => &EDIT,
        "delete" => &DELETE,
        "undo" => &UNDO,
        "status" => &STATUS,
        "wait" => &WAIT,
        "watch" => &WATCH,
        "list" => &LIST,
        "schema" => &SCHEMA,
        "completions" => &COMPLETIONS,
        "man" => &MAN,
        "emulator" => &EMULATOR,
        "demo" => &DEMO,
        "help" => &HELP,
        "version" => &VERSION,
        _ => &[],
    }
}

const TOOL: [Example; 5] = [
    (
        "Which connectors are there, and how are they doing?",
        "ccloud-offsets list -e env-abc12 -k lkc-9x8y7",
    ),
    (
        "Where does a connector stand?",
        "ccloud-offsets get orders-sink",
    ),
    (
        "What would it mean to read 1000 records again?",
        "ccloud-offsets patch orders-sink --shift-by -1000 --dry-run",
    ),
    (
        "Do it, after a question",
        "ccloud-offsets patch orders-sink --shift-by -1000",
    ),
    (
        "What became of the latest change?",
        "ccloud-offsets status orders-sink",
    ),
];

const GET: [Example; 5] = [
    ("One connector", "ccloud-offsets get orders-sink"),
    (
        "Several, by name or by id",
        "ccloud-offsets get orders-sink lcc-as341",
    ),
    (
        "A copy to edit or to keep",
        "ccloud-offsets get mysql-cdc -o yaml > mysql-cdc.yaml",
    ),
    (
        "A sample taken after now",
        "ccloud-offsets get orders-sink --max-age 0",
    ),
    (
        "One number, for a script",
        "ccloud-offsets get orders-sink -o json | jq '.offsets[0].offset.kafka_offset'",
    ),
];

const PATCH: [Example; 5] = [
    (
        "Read 1000 records of every partition again",
        "ccloud-offsets patch orders-sink --shift-by -1000",
    ),
    (
        "Skip one bad record, at offset 41999",
        "ccloud-offsets patch orders-sink --set orders:0=42000",
    ),
    (
        "Send an edited copy of the offsets",
        "ccloud-offsets patch mysql-cdc --file mysql-cdc.yaml",
    ),
    (
        "Only look at what would happen",
        "ccloud-offsets patch orders-sink --to-earliest --dry-run",
    ),
    (
        "In CI: no question, JSON",
        "ccloud-offsets patch orders-sink -f offsets.yaml --yes -o json",
    ),
];

const EDIT: [Example; 3] = [
    (
        "In $VISUAL or $EDITOR, then a question",
        "ccloud-offsets edit mysql-cdc",
    ),
    (
        "In another editor",
        "EDITOR=nano ccloud-offsets edit mysql-cdc",
    ),
    (
        "Only look at what would happen",
        "ccloud-offsets edit mysql-cdc --dry-run",
    ),
];

const DELETE: [Example; 3] = [
    (
        "Only look at what would happen",
        "ccloud-offsets delete orders-sink --all --dry-run",
    ),
    (
        "Reset every partition",
        "ccloud-offsets delete orders-sink --all",
    ),
    (
        "Reset one table of a source",
        "ccloud-offsets delete jdbc-src --partition '{\"protocol\":\"1\",\"table\":\"shop.orders\"}'",
    ),
];

const UNDO: [Example; 3] = [
    (
        "Only look at what would be taken back",
        "ccloud-offsets undo orders-sink --dry-run",
    ),
    (
        "Take it back, after a question",
        "ccloud-offsets undo orders-sink",
    ),
    (
        "This request and no other",
        "ccloud-offsets undo orders-sink --request PATCH@2024-02-20T15:14:19Z",
    ),
];

const STATUS: [Example; 3] = [
    (
        "The latest change of a connector",
        "ccloud-offsets status orders-sink",
    ),
    ("Of several", "ccloud-offsets status orders-sink mysql-cdc"),
    (
        "The phase, for a script; null when there was no change yet",
        "ccloud-offsets status orders-sink -o json | jq .phase",
    ),
];

const WAIT: [Example; 3] = [
    (
        "Until the latest change has ended",
        "ccloud-offsets wait orders-sink --timeout 10m",
    ),
    (
        "Until a later sample shows the positions, too",
        "ccloud-offsets wait orders-sink --confirm",
    ),
    (
        "For several at once",
        "ccloud-offsets wait orders-sink payments-sink mysql-cdc",
    ),
];

const WATCH: [Example; 3] = [
    ("Until Ctrl-C", "ccloud-offsets watch orders-sink"),
    (
        "Ten looks, one each minute",
        "ccloud-offsets watch orders-sink --interval 1m --count 10",
    ),
    (
        "One line of JSON for each look",
        "ccloud-offsets watch orders-sink -o json",
    ),
];

const LIST: [Example; 3] = [
    ("Names, ids and states", "ccloud-offsets list"),
    (
        "Keep a copy of the offsets of every connector",
        "ccloud-offsets list --names | xargs -d '\\n' ccloud-offsets get -o json",
    ),
    (
        "Those that are not at work",
        "ccloud-offsets list -o json | jq -r '.[] | select(.state != \"RUNNING\").name'",
    ),
];

const SCHEMA: [Example; 4] = [
    (
        "Keep it beside the files",
        "ccloud-offsets schema > offsets.schema.json",
    ),
    (
        "Let an editor check a YAML file, by its first line",
        "# yaml-language-server: $schema=offsets.schema.json",
    ),
    (
        "Which members does an offset have?",
        "ccloud-offsets schema | jq '.\"$defs\"'",
    ),
    (
        "The same for a seed of the emulator",
        "ccloud-offsets schema --seed > seed.schema.json",
    ),
];

const COMPLETIONS: [Example; 3] = [
    (
        "bash",
        "echo 'source <(ccloud-offsets completions bash)' >> ~/.bashrc",
    ),
    (
        "zsh",
        "echo 'source <(ccloud-offsets completions zsh)' >> ~/.zshrc",
    ),
    (
        "fish",
        "ccloud-offsets completions fish > ~/.config/fish/completions/ccloud-offsets.fish",
    ),
];

const MAN: [Example; 3] = [
    ("Read it", "ccloud-offsets man | man -l -"),
    (
        "One page for each command, where man finds them",
        "ccloud-offsets man --dir ~/.local/share/man/man1",
    ),
    ("Then", "man ccloud-offsets-patch"),
];

const EMULATOR: [Example; 4] = [
    ("Run it, and see what to export", "ccloud-offsets emulator"),
    (
        "An alteration in five seconds, on another port",
        "ccloud-offsets emulator --speed 10 --listen 127.0.0.1:8100",
    ),
    (
        "With connectors of your own",
        "ccloud-offsets emulator --seed seed.yaml",
    ),
    (
        "Let the next two alterations fail, as a gateway would",
        "curl -H 'Content-Type: application/json' -d '{\"reply\": {\"status\": 503}, \"times\": 2}' http://127.0.0.1:8099/emulator/v1/faults/alter",
    ),
];

const DEMO: [Example; 3] = [
    ("A minute without an account", "ccloud-offsets demo"),
    (
        "To keep, or to show",
        "ccloud-offsets demo --color always | less -R",
    ),
    (
        "Then play with a server of your own",
        "ccloud-offsets emulator",
    ),
];

const HELP: [Example; 3] = [
    ("All commands", "ccloud-offsets help"),
    ("One command", "ccloud-offsets help patch"),
    (
        "Exit codes, variables, files, forms of time",
        "ccloud-offsets help topics",
    ),
];

const VERSION: [Example; 1] = [("For a bug report", "ccloud-offsets version")];
