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

pub(crate) use named;
