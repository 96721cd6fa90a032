//! Writes and reads numbers, strings and lists in the encodings of Kafka's protocol that are older than its "flexible" ones.
//!
//! Nothing in this file depends on a certain request. No memory is reserved for a length that came from the network.

use zeroize::Zeroizing;

/// The maximum size of an answer, in bytes.
pub(crate) const MAX_FRAME: usize = 64 << 20;

/// Why an answer has no value for the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The answer ends early or has an invalid value. The text describes the problem, and contains no byte of the answer.
    Malformed(&'static str),
    /// The answer has an error code. The text is the broker's message; empty when there is none.
    Code(i16, String),
}

type Result<T> = std::result::Result<T, Refusal>;

/// Reads an answer from its beginning to its end.
#[derive(Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let split = self.0.split_at_checked(length);
        let (taken, rest) = split.ok_or(Refusal::Malformed("it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let split = self.0.split_first_chunk();
        let (taken, rest) = split.ok_or(Refusal::Malformed("it ends early"))?;
        self.0 = rest;
        Ok(*taken)
    }

    /// Reads a string; `None` when it is null.
    pub(crate) fn nullable_text(&mut self) -> Result<Option<&'a str>> {
        let Ok(length) = usize::try_from(self.i16()?) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(self.take(length)?);
        text.map(Some)
            .map_err(|_| Refusal::Malformed("a string in it is not UTF-8"))
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        let text = self.nullable_text()?;
        text.map(str::to_owned)
            .ok_or(Refusal::Malformed("a string in it is null"))
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8]> {
        // A negative length means null, which is read as no bytes.
        let length = usize::try_from(self.i32()?).unwrap_or(0);
        self.take(length)
    }

    /// Reads a list. A list whose announced length exceeds the remaining bytes is refused, because each element takes at least
    /// one byte.
    pub(crate) fn list<T>(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let length = usize::try_from(self.i32()?).unwrap_or(0);
        if length > self.0.len() {
            return Err(Refusal::Malformed("a list in it is longer than its data"));
        }
        let mut list = Vec::new();
        for _ in 0..length {
            list.push(element(self)?);
        }
        Ok(list)
    }

    /// Ends reading. Bytes that are left are an error.
    pub(crate) fn end(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Malformed("it has bytes after its end"))
        }
    }
}

/// Writes requests. The memory is overwritten when the value is dropped, because a request may contain the secret.
pub(crate) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(crate) fn new() -> Self {
        // The buffer is large enough for a request with a secret. If it had to grow, a copy of the secret would stay in memory.
        Self(Zeroizing::new(Vec::with_capacity(4096)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Writes a whole request: its length, its header in version 1, and the body that `write` adds.
    pub(crate) fn frame(
        &mut self,
        [key, version]: [i16; 2],
        correlation: i32,
        write: impl FnOnce(&mut Self),
    ) {
        let start = self.0.len();
        self.i32(0);
        self.i16(key);
        self.i16(version);
        self.i32(correlation);
        self.text("ccloud-connect");
        write(self);
        let length = length(self.0.len() - start - 4).to_be_bytes();
        self.0[start..start + 4].copy_from_slice(&length);
    }

    /// Writes a string of at most 32,767 bytes. Longer names of topics and groups were refused before.
    pub(crate) fn text(&mut self, text: &str) {
        let length = i16::try_from(text.len()).unwrap_or(i16::MAX);
        self.i16(length);
        self.0
            .extend(text.bytes().take(usize::from(length.unsigned_abs())));
    }

    pub(crate) fn bytes(&mut self, parts: &[&[u8]]) {
        self.i32(length(parts.iter().map(|part| part.len()).sum()));
        for part in parts {
            self.0.extend_from_slice(part);
        }
    }

    pub(crate) fn list<T>(
        &mut self,
        list: impl ExactSizeIterator<Item = T>,
        mut element: impl FnMut(&mut Self, T),
    ) {
        self.i32(length(list.len()));
        for item in list {
            element(self, item);
        }
    }
}

macro_rules! numbers {
    ($($number:ident)*) => {
        impl Reader<'_> {
            $(pub(crate) fn $number(&mut self) -> Result<$number> {
                self.array().map($number::from_be_bytes)
            })*
        }

        impl Writer {
            $(pub(crate) fn $number(&mut self, number: $number) {
                self.0.extend(number.to_be_bytes());
            })*
        }
    };
}

numbers!(i8 i16 i32 i64);

/// A length as Kafka's protocol writes it. No request of this crate is long enough to exceed the largest number.
fn length(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
