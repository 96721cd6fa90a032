//! Enums whose values have names for programs and people.

/// Declares an enum; serialisation and `Display` write each value as its name.
macro_rules! named {
    (
        $(#[$meta:meta])*
        $vis:vis enum $enum:ident { $($(#[$doc:meta])* $value:ident = $name:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
        $vis enum $enum {
            $($(#[$doc])* #[serde(rename = $name)] $value,)+
        }

        impl $enum {
            #[allow(dead_code, reason = "not every enum needs it")]
            pub(crate) const VALUES: &'static [Self] = &[$(Self::$value,)+];

            /// The name of the value, as serialisation and `Display` write it.
            $vis fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)+
                }
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

/// Reads an enum of [`named!`] from a name alone; derived code would also read `{"name": null}`.
macro_rules! read_by_name {
    ($enum:ident) => {
        impl<'de> serde::Deserialize<'de> for $enum {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                let found = Self::VALUES.iter().find(|value| value.as_str() == text);
                found.copied().ok_or_else(|| {
                    serde::de::Error::custom(format_args!("this version does not know {text:?}"))
                })
            }
        }
    };
}

pub(crate) use {named, read_by_name};
