//! The common part of all typed formats.

/// Declares the type of a format's entries. The type contains the members with their Rust types, and a
/// [`RawEntry`](super::RawEntry), which keeps everything else in the entry's text. `moves` declares methods for the
/// moves that `$format` describes. The file of the format adds constructors, and `fn rules` with conditions between
/// members.
macro_rules! offset_format {
    (
        $(#[doc = $doc:literal])*
        $name:ident: $format:ident
        required { $(
            $(#[doc = $rdoc:literal])* $rplace:ident $rkey:literal $rget:ident: $rty:ty as $rview:ty;
        )* }
        optional { $(
            $(#[doc = $odoc:literal])* $oplace:ident $okey:literal $oget:ident: $oty:ty as $oview:ty;
        )* }
        moves { $(
            $(#[doc = $mdoc:literal])* $mover:ident($($arg:ident: $argty:ty),+) = $to:expr;
        )* }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            raw: $crate::offset::RawEntry,
            $($rget: $rty,)*
            $($oget: Option<$oty>,)*
        }

        impl $name {
            /// An entry that has only the required members.
            #[allow(dead_code, reason = "some formats have no required member, or build their entries otherwise")]
            fn of($($rget: $rty),*) -> Result<Self, $crate::finding::ValidationError> {
                #[allow(unused_mut, reason = "a format may have no required member")]
                let mut raw = $crate::offset::RawEntry::default();
                $(raw.$rplace.set_text($rkey, &$crate::offset::value::Value::write(&$rget));)*
                Self::read(raw)
            }

            /// The same entry with one member of the position set to a JSON text.
            #[allow(dead_code, reason = "not every format needs it")]
            fn with(mut self, key: &str, json: &str) -> Result<Self, $crate::finding::ValidationError> {
                self.raw.offset.set_text(key, json);
                Self::read(self.raw)
            }

            #[allow(irrefutable_let_patterns, reason = "a format may have no required member")]
            fn read(raw: $crate::offset::RawEntry) -> Result<Self, $crate::finding::ValidationError> {
                let mut findings = Vec::new();
                let members = $crate::offset::fields::Fields::of_texts(raw.partition.as_str(), raw.offset.as_str());
                $(
                    let path = $crate::finding::text::member_path(stringify!($rplace), $rkey);
                    let $rget = $crate::offset::value::required::<$rty>(path, members.$rplace($rkey), &mut findings);
                )*
                $(
                    let path = $crate::finding::text::member_path(stringify!($oplace), $okey);
                    let $oget = $crate::offset::value::optional::<$oty>(path, members.$oplace($okey), &mut findings);
                )*
                if let ($(Some($rget),)*) = ($($rget,)*) {
                    let read = Self { raw, $($rget,)* $($oget,)* };
                    read.rules(&mut findings);
                    if findings.is_empty() {
                        return Ok(read);
                    }
                }
                Err($crate::finding::ValidationError::new(findings))
            }

            $(
                $(#[doc = $rdoc])*
                pub fn $rget(&self) -> $rview {
                    $crate::offset::value::Value::view(&self.$rget)
                }
            )*

            $(
                $(#[doc = $odoc])*
                #[doc = concat!("\n\nThe member `", $okey, "`; `None` when absent or null.")]
                pub fn $oget(&self) -> Option<$oview> {
                    self.$oget.as_ref().map($crate::offset::value::Value::view)
                }
            )*

            $(
                $(#[doc = $mdoc])*
                ///
                /// # Errors
                /// When the position is malformed, or does not fit this entry; see
                /// [`OffsetFormat::move_to`](crate::offset::OffsetFormat::move_to).
                pub fn $mover(self, $($arg: $argty),+) -> Result<Self, $crate::finding::ValidationError> {
                    Self::try_from(&$format.move_to(&self.to_entry(), &$to)?)
                }
            )*

            /// The members of this format: first the required ones, then the optional ones, in the order of their
            /// declaration.
            pub(crate) const MEMBERS: &[$crate::offset::facts::Declared] = &[
                $($crate::offset::facts::Declared::new::<$rty>(
                    stringify!($rplace), $rkey, concat!($($rdoc),*), true,
                ),)*
                $($crate::offset::facts::Declared::new::<$oty>(
                    stringify!($oplace), $okey, concat!($($odoc),*), false,
                ),)*
            ];

            /// The facts about the format that follow from this declaration.
            #[allow(dead_code, reason = "a format may read more members than its type")]
            pub(crate) const FACTS: $crate::offset::OffsetFormat = $crate::offset::OffsetFormat {
                members: Self::MEMBERS,
                schemas: || vec![Self::schema()],
                faults: $crate::offset::facts::faults::<Self>,
                ..$crate::offset::OffsetFormat::PLAIN
            };

            /// The JSON Schema of an entry of this format.
            pub(crate) fn schema() -> serde_json::Value {
                $crate::offset::schema::of(stringify!($name), concat!($($doc, "\n"),*), Self::MEMBERS)
            }

            /// The entry to send. It keeps members that this type does not declare, byte for byte.
            pub fn to_entry(&self) -> $crate::OffsetEntry {
                self.raw.to_entry()
            }

            /// The entry that names this partition without a position, as a DELETE lists it.
            pub fn to_partition(&self) -> $crate::OffsetEntry {
                self.raw.to_partition()
            }

            /// The entry as a `RawEntry`, for members that this type does not declare, and for changes of single
            /// members.
            pub fn into_raw(self) -> $crate::offset::RawEntry {
                self.raw
            }
        }

        /// Parses an entry of this format.
        ///
        /// # Errors
        /// When the entry does not fit the format. The error lists all findings at once. Their paths are relative to
        /// the entry, such as `offset.pos`.
        impl TryFrom<&$crate::OffsetEntry> for $name {
            type Error = $crate::finding::ValidationError;

            fn try_from(entry: &$crate::OffsetEntry) -> Result<Self, Self::Error> {
                Self::read($crate::offset::RawEntry::try_from(entry)?)
            }
        }
    };
}

pub(crate) use offset_format;
