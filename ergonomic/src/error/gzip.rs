//! Uncompresses bodies that a proxy has compressed, with or without a header that reports it, and removes a byte order
//! mark.

use std::borrow::Cow;

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// Why a body could not be uncompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfoldable {
    /// The content is longer than the limit.
    TooLong,
    /// The data are damaged or truncated.
    Damaged,
}

/// The content of a gzip body, at most `limit` bytes, or else the body itself. A byte order mark is removed.
/// Whether the body is gzip is recognised by its first two bytes, not by a header.
pub(crate) fn uncompressed(body: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, Unfoldable> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(body.strip_prefix(MARK).unwrap_or(body)));
    }
    let deflated = after_header(body).ok_or(Unfoldable::Damaged)?;
    let mut unfolded =
        decompress_to_vec_with_limit(deflated, limit).map_err(|error| match error.status {
            TINFLStatus::HasMoreOutput => Unfoldable::TooLong,
            _ => Unfoldable::Damaged,
        })?;
    // The last four bytes are the length of the content, modulo 2^32.
    let length = body.last_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    if length != Some(unfolded.len() as u32) {
        return Err(Unfoldable::Damaged);
    }
    if unfolded.starts_with(MARK) {
        unfolded.drain(..MARK.len());
    }
    Ok(Cow::Owned(unfolded))
}

/// The compressed data after the header of RFC 1952; `None` when the header is cut.
fn after_header(body: &[u8]) -> Option<&[u8]> {
    const CHECKSUM: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;

    let flags = *body.get(3)?;
    let mut rest = body.get(10..)?;
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & CHECKSUM != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, GzBuilder};

    use super::{Unfoldable, uncompressed};

    fn gzip(builder: GzBuilder, text: &[u8]) -> Vec<u8> {
        let mut encoder = builder.write(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_form_of_header() {
        let text = b"{\"offsets\":[]}".repeat(1_000);
        for builder in [
            GzBuilder::new(),
            GzBuilder::new().filename("offsets.json").comment("sampled"),
            GzBuilder::new().extra(vec![0, 1, 2]),
        ] {
            let body = gzip(builder, &text);
            assert_eq!(uncompressed(&body, text.len()).unwrap(), text);
        }
        assert_eq!(uncompressed(&text, 1).unwrap(), text);
        let marked = [b"\xef\xbb\xbf", text.as_slice()].concat();
        let packed = gzip(GzBuilder::new(), &marked);
        for body in [marked, packed] {
            assert_eq!(uncompressed(&body, body.len().max(100_000)).unwrap(), text);
        }
    }

    #[test]
    fn too_long_and_damaged_are_told_apart() {
        let text = [b'x'; 100_000];
        let body = gzip(GzBuilder::new(), &text);
        assert_eq!(uncompressed(&body, 99_999), Err(Unfoldable::TooLong));
        for end in 0..body.len() {
            let cut = uncompressed(&body[..end], text.len());
            assert!(cut.is_err() || end < 2, "{end}");
        }
    }
}
