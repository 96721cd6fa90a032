//! Tests of the command `watch`, which shows one reading after another.

use ccloud_connect_emulator::{Emulator, Operation};

use crate::tool::Server;

const SINK: &str = "MysqlSinkConnector";

#[test]
fn one_line_of_json_for_each_look_and_one_round_of_requests() {
    let server = Server::quick();
    let ran = server.ok("watch MysqlSinkConnector --count 2 --interval 1s -o json");
    let looks: Vec<serde_json::Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(looks.len(), 2);
    assert_eq!(looks[0]["name"], SINK);
    assert_eq!(looks[0]["state"], "RUNNING");
    assert!(looks[0]["phase"].is_null());
    let of = |operation: Operation| {
        let requests = server.emulator.requests().into_iter();
        requests
            .filter(|request| request.operation == Some(operation))
            .count()
    };
    assert_eq!(
        (of(Operation::ReadOffsets), of(Operation::RequestStatus)),
        (2, 2)
    );
}

#[test]
fn people_see_how_fast_it_reads() {
    // At this speed the emulator has a new sample at every reading.
    let server = Server::start(Emulator::builder().speed(100.0));
    let ran = server.ok("watch orders-sink --count 2 --interval 1s");
    let second = ran.stdout.split("orders-sink").nth(2).unwrap();
    assert!(second.contains("no alteration shown"), "{second}");
    let row = second
        .lines()
        .find(|line| line.starts_with("orders:0"))
        .unwrap();
    let cells: Vec<_> = row.split_whitespace().collect();
    assert!(
        cells[2].starts_with('+') && cells[3].ends_with("/s"),
        "{row}"
    );
}
