//! Converts YAML to JSON text and back. Numbers stay text, so that no digit is lost.

mod read;
mod write;

pub(crate) use read::{YamlError, to_json};
pub(crate) use write::from_json;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn hard_values_come_back_digit_for_digit() {
        for value in [
            "9007199254740993",
            "18446744073709551616",
            "123456789012345678901234567890",
            "0.1234567890123456789",
            "1e400",
            "-1.5E-7",
            "10.10",
            "-0",
            "null",
            "true",
            "{}",
            "[]",
            r#""""#,
            r#""1e400""#,
            r#""007""#,
            r#""null""#,
            r#""yes""#,
            r#""~""#,
            r#"" x: y # z""#,
            r#""line\nbreak\ttab \u0000\u007f\u0085 ü 😀""#,
            r#""2024-02-20T15:14:19Z""#,
            r#""00000025:00000758:0005""#,
            r#""{\"_data\":\"82\"}""#,
            r#""owner/repo_stargazers""#,
        ] {
            let json = format!(
                r#"{{"offsets":[{{"partition":{{"k-1":"v"}},"offset":{{"x":{value}}}}},[{value}]]}}"#
            );
            let yaml = from_json(&json).unwrap();
            assert_eq!(
                canonical(&to_json(&yaml).unwrap_or_else(|e| panic!("{e}: {yaml}"))),
                canonical(&json),
                "{yaml}"
            );
        }
    }

    fn canonical(json: &str) -> String {
        json.parse::<ccloud_connect::RawJson>().unwrap().canonical()
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
            "[-+.0-9a-fxo_eE:~]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map(".*", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(value in any_json()) {
            let json = value.to_string();
            let yaml = from_json(&json).unwrap();
            let read = to_json(&yaml).map_err(|e| TestCaseError::fail(format!("{e}: {yaml}")))?;
            prop_assert_eq!(canonical(&read), canonical(&json));
        }

        #[test]
        fn any_text_is_survived(text in ".*") {
            let _ = to_json(&text);
        }
    }
}
