//! The text of a file that a person named, from its bytes.

/// The text, or what the bytes are instead. The error continues a sentence that begins with the file's name.
pub(crate) fn decoded(bytes: &[u8]) -> Result<&str, &'static str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ if bytes.starts_with(b"\x1f\x8b") => Err("is compressed; unpack it first"),
        _ if bytes.iter().take(4).any(|byte| *byte == 0) => {
            Err("is UTF-16 text, as PowerShell's > writes it; save it as UTF-8")
        }
        _ => Err("is not UTF-8 text"),
    }
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn says_what_it_is() {
        assert_eq!(decoded("\u{feff}é".as_bytes()), Ok("\u{feff}é"));
        let utf_16 = "{}".encode_utf16().flat_map(u16::to_le_bytes);
        for marked in [true, false] {
            let mark: &[u8] = if marked { b"\xff\xfe" } else { b"" };
            let bytes: Vec<u8> = mark.iter().copied().chain(utf_16.clone()).collect();
            assert!(decoded(&bytes).unwrap_err().contains("UTF-16"));
        }
        assert!(
            decoded(b"\x1f\x8b\x08\x00")
                .unwrap_err()
                .contains("compressed")
        );
        assert_eq!(decoded(b"\xff"), Err("is not UTF-8 text"));
    }
}
