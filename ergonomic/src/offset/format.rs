//! The common part of all typed formats.

/// Declares a typed format over a [`RawEntry`](super::RawEntry): typed members, beside the text that contains them, so
/// that everything else in the text is kept. The format itself adds its constructors, and `fn rules` for conditions
/// between members.
macro_rules! offset_format {
    (
        $(#[doc = $doc:literal])*
        $name:ident
        required { $(
            $(#[doc = $rdoc:literal])* $rplace:ident $rkey:literal $rget:ident: $rty:ty as $rview:ty;
        )* }
        optional { $(
            $(#[doc = $odoc:literal])* $oplace:ident $okey:literal $oget:ident $owith:ident($oarg:ty): $oty:ty as $oview:ty;
        )* }
        checked { $(
            $(#[doc = $cdoc:literal])* $cplace:ident $ckey:literal $cget:ident $cwith:ident($carg:ty): $cty:ty as $cview:ty;
        )* }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            raw: $crate::offset::RawEntry,
            $($rget: $rty,)*
            $($oget: Option<$oty>,)*
            $($cget: Option<$cty>,)*
        }

        impl $name {
            /// An entry of its required members, not checked.
            #[allow(unused_mut, reason = "a format may have no required member")]
            fn of($($rget: $rty),*) -> Self {
                let mut raw = $crate::offset::RawEntry::default();
                $(raw.$rplace.set_text($rkey, &$crate::offset::value::Value::write(&$rget));)*
                Self {
                    raw,
                    $($rget,)*
                    $($oget: None,)*
                    $($cget: None,)*
                }
            }

            #[allow(dead_code, reason = "formats without fallible constructors do not need it")]
            fn checked(self) -> Result<Self, $crate::finding::ValidationError> {
                let mut findings = Vec::new();
                self.rules(&mut findings);
                if findings.is_empty() {
                    Ok(self)
                } else {
                    Err($crate::finding::ValidationError::new(findings))
                }
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

                #[doc = concat!("Sets `", $okey, "`; see [`Self::", stringify!($oget), "`].")]
                #[must_use]
                #[allow(clippy::useless_conversion, reason = "text is converted, numbers are not")]
                pub fn $owith(mut self, value: $oarg) -> Self {
                    let value: $oty = value.into();
                    self.raw.$oplace.set_text($okey, &$crate::offset::value::Value::write(&value));
                    self.$oget = Some(value);
                    self
                }
            )*

            $(
                $(#[doc = $cdoc])*
                #[doc = concat!("\n\nThe member `", $ckey, "`; `None` when absent or null.")]
                pub fn $cget(&self) -> Option<$cview> {
                    self.$cget.as_ref().map($crate::offset::value::Value::view)
                }

                #[doc = concat!("Sets `", $ckey, "`; see [`Self::", stringify!($cget), "`].")]
                ///
                /// # Errors
                /// When the value is out of its range, or contradicts the other members.
                #[allow(clippy::useless_conversion, reason = "text is converted, numbers are not")]
                pub fn $cwith(mut self, value: $carg) -> Result<Self, $crate::finding::ValidationError> {
                    let value: $cty = value.into();
                    self.raw.$cplace.set_text($ckey, &$crate::offset::value::Value::write(&value));
                    self.$cget = Some(value);
                    self.checked()
                }
            )*

            /// The members of this format, in the order in which they are declared.
            pub(crate) fn members() -> Vec<$crate::offset::facts::Declared> {
                use $crate::offset::value::Value;
                vec![
                    $($crate::offset::facts::Declared {
                        place: stringify!($rplace), key: $rkey, kind: <$rty as Value>::TYPE,
                        doc: concat!($($rdoc),*), required: true,
                    },)*
                    $($crate::offset::facts::Declared {
                        place: stringify!($oplace), key: $okey, kind: <$oty as Value>::TYPE,
                        doc: concat!($($odoc),*), required: false,
                    },)*
                    $($crate::offset::facts::Declared {
                        place: stringify!($cplace), key: $ckey, kind: <$cty as Value>::TYPE,
                        doc: concat!($($cdoc),*), required: false,
                    },)*
                ]
            }

            /// The JSON Schema of an entry of this format.
            pub(crate) fn schema() -> serde_json::Value {
                let mut schema = $crate::offset::schema::Entry::new(stringify!($name), concat!($($doc, "\n"),*));
                $(schema.$rplace::<$rty>($rkey, concat!($($rdoc),*), true);)*
                $(schema.$oplace::<$oty>($okey, concat!($($odoc),*), false);)*
                $(schema.$cplace::<$cty>($ckey, concat!($($cdoc),*), false);)*
                schema.into_value()
            }

            /// The entry to send. Members that this type does not know are kept, byte for byte.
            pub fn to_entry(&self) -> $crate::OffsetEntry {
                self.raw.to_entry()
            }

            /// The entry that names this partition without a position, as a DELETE lists it.
            pub fn to_partition(&self) -> $crate::OffsetEntry {
                self.raw.to_partition()
            }

            /// The raw form, for members that this type does not know.
            pub fn into_raw(self) -> $crate::offset::RawEntry {
                self.raw
            }
        }

        /// Reads an entry of this format.
        ///
        /// # Errors
        /// When the entry does not fit the format; the error lists everything at once, with paths below the entry:
        /// `offset.pos`.
        impl TryFrom<&$crate::OffsetEntry> for $name {
            type Error = $crate::finding::ValidationError;

            #[allow(irrefutable_let_patterns, reason = "a format may have no required member")]
            fn try_from(entry: &$crate::OffsetEntry) -> Result<Self, Self::Error> {
                let raw = $crate::offset::RawEntry::try_from(entry)?;
                let mut findings = Vec::new();
                let members = raw.members();
                $(
                    let path = $crate::finding::text::member_path(stringify!($rplace), $rkey);
                    let $rget = $crate::offset::value::required::<$rty>(path, members.$rplace($rkey), &mut findings);
                )*
                $(
                    let path = $crate::finding::text::member_path(stringify!($oplace), $okey);
                    let $oget = $crate::offset::value::optional::<$oty>(path, members.$oplace($okey), &mut findings);
                )*
                $(
                    let path = $crate::finding::text::member_path(stringify!($cplace), $ckey);
                    let $cget = $crate::offset::value::optional::<$cty>(path, members.$cplace($ckey), &mut findings);
                )*
                if let ($(Some($rget),)*) = ($($rget,)*) {
                    let read = Self { raw, $($rget,)* $($oget,)* $($cget,)* };
                    read.rules(&mut findings);
                    if findings.is_empty() {
                        return Ok(read);
                    }
                }
                Err($crate::finding::ValidationError::new(findings))
            }
        }
    };
}

pub(crate) use offset_format;
