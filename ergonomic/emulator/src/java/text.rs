//! Java's strings: sequences of UTF-16 units, lone surrogates included.

use std::fmt;

/// A text of UTF-16 units, which may contain lone surrogates.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text(Vec<u16>);

impl Text {
    pub(super) fn units(&self) -> &[u16] {
        &self.0
    }

    pub(super) fn push_unit(&mut self, unit: u16) {
        self.0.push(unit);
    }

    pub(super) fn push(&mut self, character: char) {
        self.0
            .extend_from_slice(character.encode_utf16(&mut [0; 2]));
    }

    /// Parses the text like Java's `Integer.parseInt` and `Long.parseLong`: an optional sign, and digits of any script. `None`
    /// when the text is no such number, or the number is outside of the range.
    pub(crate) fn parse_integer(&self, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let ascii = |unit: &u16| match char::from_u32(u32::from(*unit))? {
            sign @ ('+' | '-') => Some(sign),
            _ => char::from_digit(u32::from(digit(*unit)?), 10),
        };
        let text: Option<String> = self.0.iter().map(ascii).collect();
        text?.parse().ok().filter(|value| range.contains(value))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.encode_utf16().collect())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0.iter().copied().eq(other.encode_utf16())
    }
}

impl fmt::Display for Text {
    /// Writes the text, with the replacement character in place of each lone surrogate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf16_lossy(&self.0))
    }
}

/// The value of a decimal digit of any script, like Java's `Character.digit` for a single UTF-16 unit.
fn digit(unit: u16) -> Option<u16> {
    /// The digit zero of each script whose digits are single UTF-16 units. The digits 1 to 9 follow each zero.
    const ZEROS: [u16; 37] = [
        0x0030, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66,
        0x0ce6, 0x0d66, 0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946,
        0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0,
        0xa9f0, 0xaa50, 0xabf0, 0xff10,
    ];
    let zero = ZEROS
        .iter()
        .find(|zero| (**zero..**zero + 10).contains(&unit))?;
    Some(unit - zero)
}
