//! Numbers, texts and lists as Kafka's protocol writes them, before its "flexible" encodings.
//!
//! Nothing here knows a request. No memory is reserved for a length that came from the network.

/// The largest answer, in bytes.
pub(crate) const MAX_FRAME: usize = 64 << 20;

/// The answer ends early or has an invalid value. The text says what was being read, without a byte of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

/// Reads an answer from its beginning to its end.
#[derive(Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(Malformed("it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self
            .0
            .split_first_chunk()
            .ok_or(Malformed("it ends early"))?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn i8(&mut self) -> Result<i8, Malformed> {
        self.array().map(i8::from_be_bytes)
    }

    pub(crate) fn i16(&mut self) -> Result<i16, Malformed> {
        self.array().map(i16::from_be_bytes)
    }

    pub(crate) fn i32(&mut self) -> Result<i32, Malformed> {
        self.array().map(i32::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Malformed> {
        self.array().map(i64::from_be_bytes)
    }

    pub(crate) fn nullable_text(&mut self) -> Result<Option<&'a str>, Malformed> {
        match usize::try_from(self.i16()?) {
            Ok(length) => std::str::from_utf8(self.take(length)?)
                .map(Some)
                .map_err(|_| Malformed("a string in it is not UTF-8")),
            Err(_) => Ok(None),
        }
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        self.nullable_text()?
            .ok_or(Malformed("a text in it is null"))
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        // A negative length means null.
        let length = usize::try_from(self.i32()?).unwrap_or(0);
        self.take(length)
    }

    /// A list. Each element takes at least one byte, so the announced length cannot exceed the bytes that are left.
    pub(crate) fn list<T>(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let length = usize::try_from(self.i32()?).unwrap_or(0);
        if length > self.0.len() {
            return Err(Malformed("a list in it has a length beyond its data"));
        }
        let mut list = Vec::new();
        for _ in 0..length {
            list.push(element(self)?);
        }
        Ok(list)
    }

    /// An error when bytes are left.
    pub(crate) fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Malformed("it holds more than it should"))
        }
    }
}

/// Writes the body of a request.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// The bytes of a whole request: its length, its header (version 1), and the body that `write` adds.
    pub(crate) fn frame(
        key: i16,
        version: i16,
        correlation: i32,
        write: impl FnOnce(&mut Self),
    ) -> Vec<u8> {
        let mut frame = Self(vec![0; 4]);
        frame.i16(key);
        frame.i16(version);
        frame.i32(correlation);
        frame.text("ccloud-connect");
        write(&mut frame);
        let length = length(frame.0.len() - 4);
        frame.0[..4].copy_from_slice(&length.to_be_bytes());
        frame.0
    }

    #[cfg(test)]
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn i8(&mut self, number: i8) {
        self.0.extend(number.to_be_bytes());
    }

    pub(crate) fn i16(&mut self, number: i16) {
        self.0.extend(number.to_be_bytes());
    }

    pub(crate) fn i32(&mut self, number: i32) {
        self.0.extend(number.to_be_bytes());
    }

    pub(crate) fn i64(&mut self, number: i64) {
        self.0.extend(number.to_be_bytes());
    }

    /// A text; longer texts than the protocol allows were refused before.
    pub(crate) fn text(&mut self, text: &str) {
        let length = i16::try_from(text.len()).unwrap_or(i16::MAX);
        self.i16(length);
        self.0
            .extend(text.bytes().take(usize::from(length.unsigned_abs())));
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.i32(length(bytes.len()));
        self.0.extend(bytes);
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

/// No request of this crate comes near the limit.
fn length(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
