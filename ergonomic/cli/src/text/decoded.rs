//! Reads the text of a file that a person named.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The largest number of bytes that are read from a file. A limit is needed because a device can be endless; this limit is far
/// above the size of a request that the service accepts.
const MOST: u64 = 64 * 1024 * 1024;

/// Whether standard input was read. It has one text, so only one option can read it.
static INPUT_READ: AtomicBool = AtomicBool::new(false);

/// The text of a file, or of standard input for `-`.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    match path == Path::new("-") {
        true if INPUT_READ.swap(true, Ordering::Relaxed) => {
            return Err(io::Error::other("another option has already read it"));
        }
        true => io::stdin().take(MOST + 1).read_to_end(&mut bytes)?,
        false => File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?,
    };
    if bytes.len() as u64 > MOST {
        return Err(io::Error::other("it is larger than 64 MiB"));
    }
    decoded(bytes).map_err(io::Error::other)
}

/// The text of the bytes, or a message that says what the bytes are instead of UTF-8 text.
fn decoded(bytes: Vec<u8>) -> Result<String, &'static str> {
    let is_utf_16 = match bytes[..] {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [first, second, ..] => (first == 0) != (second == 0),
        _ => false,
    };
    let is_compressed = bytes.starts_with(b"\x1f\x8b");
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ if is_compressed => Err("it is compressed; unpack it first"),
        _ if is_utf_16 => Err("it is UTF-16 text, as PowerShell's > writes it; save it as UTF-8"),
        _ => Err("it is not UTF-8 text"),
    }
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn says_what_it_is() {
        let text = "\u{feff}é";
        assert_eq!(decoded(text.into()).as_deref(), Ok(text));
        let utf_16 = "{}".encode_utf16().flat_map(u16::to_le_bytes);
        for marked in [true, false] {
            let mark: &[u8] = if marked { b"\xff\xfe" } else { b"" };
            let bytes: Vec<u8> = mark.iter().copied().chain(utf_16.clone()).collect();
            assert!(decoded(bytes).unwrap_err().contains("UTF-16"));
        }
        assert!(
            decoded(b"\x1f\x8b\x08\x00".into())
                .unwrap_err()
                .contains("compressed")
        );
        for bytes in [&b"\xff"[..], b"\0", b"\0\0", b"ab\0"] {
            assert_eq!(decoded(bytes.into()), Err("it is not UTF-8 text"));
        }
    }
}
