//! A parser for sink entries that needs one pass and allocates nothing.

use crate::json::scan::Cursor;

/// The position of a sink entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    Absent,
    Null,
    At(i64),
}

/// A sink entry that has only the known members, each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlainSink<'a> {
    pub(crate) topic: &'a str,
    pub(crate) partition: i32,
    pub(crate) position: Position,
}

/// Parses a sink entry that has only the known members, each once, in range and without escapes. `None` for every other
/// entry.
///
/// Most sink entries have this form. The caller checks every other entry member by member.
pub(crate) fn plain_sink(entry: &str) -> Option<PlainSink<'_>> {
    let mut cursor = Cursor::new(entry);
    let mut place = None;
    let mut position = Position::Absent;
    cursor.begin(b'{')?;
    loop {
        if place.is_none() && cursor.key("\"partition\"") {
            place = Some(cursor.sink_partition()?);
        } else if position == Position::Absent && cursor.key("\"offset\"") {
            position = cursor.sink_position()?;
        } else {
            return None;
        }
        if !cursor.more()? {
            break;
        }
    }
    let (topic, partition) = place?;
    Some(PlainSink {
        topic,
        partition,
        position,
    })
}

impl<'a> Cursor<'a> {
    fn sink_partition(&mut self) -> Option<(&'a str, i32)> {
        let mut topic = None;
        let mut partition = None;
        self.begin(b'{')?;
        loop {
            if topic.is_none() && self.key("\"kafka_topic\"") {
                topic = Some(self.plain_string()?);
            } else if partition.is_none() && self.key("\"kafka_partition\"") {
                partition = Some(i32::try_from(self.digits()?).ok()?);
            } else {
                return None;
            }
            if !self.more()? {
                return Some((topic?, partition?));
            }
        }
    }

    fn sink_position(&mut self) -> Option<Position> {
        if self.literal("null") {
            return Some(Position::Null);
        }
        self.begin(b'{')?;
        if !self.key("\"kafka_offset\"") {
            return None;
        }
        let position = Position::At(self.digits()?);
        (!self.more()?).then_some(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plain_sink_entries() {
        let plain = |topic, partition, position| {
            Some(PlainSink {
                topic,
                partition,
                position,
            })
        };
        for (text, expected) in [
            (
                r#"{"partition":{"kafka_topic":"t","kafka_partition":7},"offset":{"kafka_offset":9}}"#,
                plain("t", 7, Position::At(9)),
            ),
            (
                r#"{ "offset" : { "kafka_offset" : "9223372036854775807" } , "partition" : { "kafka_partition" : "2147483647" , "kafka_topic" : "t" } }"#,
                plain("t", i32::MAX, Position::At(i64::MAX)),
            ),
            (
                r#"{"partition":{"kafka_topic":"t","kafka_partition":0},"offset":null}"#,
                plain("t", 0, Position::Null),
            ),
            (
                r#"{"partition":{"kafka_topic":"t","kafka_partition":0}}"#,
                plain("t", 0, Position::Absent),
            ),
        ] {
            assert_eq!(plain_sink(text), expected, "{text}");
        }
    }

    #[test]
    fn leaves_everything_else_to_the_long_way() {
        for text in [
            "7",
            "{}",
            "[]",
            r#"{"partition":["t",0],"offset":[5]}"#,
            r#"[{"kafka_topic":"t","kafka_partition":0},{"kafka_offset":1}]"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":2147483648}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1.0}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1e3}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":-1}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":""}}"#,
            r#"{"partition":{"kafka_topic":"t\u0041","kafka_partition":1}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_topic":"t","kafka_partition":1}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1},"partition":{}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1},"offset":null,"offset":null}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1},"ofset":null}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1},"offset":{"kafka_offset":9223372036854775808}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1},"offset":{"kafka_offset":1,"x":2}}"#,
            r#"{"partition":{"kafka_topic":"t","kafka_partition":1},"offset":{}}"#,
        ] {
            assert_eq!(plain_sink(text), None, "{text}");
        }
    }
}
