//! Property tests of typed formats: an entry is parsed into the value that wrote it, and unknown members are kept.

use proptest::prelude::*;

use super::tests::{entry, wire};
use super::*;

proptest! {
    #[test]
    fn typed_offsets_come_back(
        name in "[^\u{0}]{1,12}",
        a in 0..=i64::from(u32::MAX),
        b in any::<i64>(),
        text in ".{0,12}",
    ) {
        // The generated name is inside of `f….1`, because validation warns of a file name that begins or ends with
        // white space.
        let mysql = MysqlCdc::new(&name, format!("f{name}.1"), a).unwrap();
        wire(&mysql, MysqlCdc::to_entry);
        let lsn = PostgresLsn::try_from(a).unwrap();
        prop_assert_eq!(lsn.to_string().parse::<PostgresLsn>().unwrap(), lsn);
        wire(&PostgresCdc::new(&name, lsn).unwrap(), PostgresCdc::to_entry);
        wire(&OracleCdc::new(&name, a.to_string()).unwrap(), OracleCdc::to_entry);
        wire(&JdbcSource::table(&name).with_incrementing(b), JdbcSource::to_entry);
        wire(&CosmosDbSourceV2::new(&name, &name, &name, &text).unwrap(), CosmosDbSourceV2::to_entry);
        wire(&FileStreamSource::new(&name, a).unwrap(), FileStreamSource::to_entry);
    }

    #[test]
    fn unknown_members_survive_every_edit(
        key in "x[a-z\"\\\\]{1,6}",
        value in prop_oneof![
            Just("1.50"), Just("9007199254740993"), Just("18446744073709551616"), Just("1e400"), Just("-0"),
            Just("null"), Just(r#""\u00fc""#), Just("0.1234567890123456789"),
        ],
        pos in 0..=i64::MAX,
    ) {
        let key = serde_json::to_string(&key).unwrap();
        let unknown = format!("{key} : {value}");
        let text = format!(r#"{{"partition":{{{unknown},"server":"s"}},"offset":{{"file":"f", {unknown} ,"row":3}}}}"#);
        let read = MysqlCdc::try_from(&entry(&text)).unwrap();
        prop_assert_eq!(read.to_entry().to_string(), text);
        let moved = read.move_to("g", pos).unwrap().to_entry().to_string();
        prop_assert_eq!(moved.matches(&unknown).count(), 2, "{}", moved);
        prop_assert_eq!(MysqlCdc::try_from(&entry(&moved)).unwrap().pos(), Some(pos));
    }
}
