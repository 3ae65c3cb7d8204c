//! From bytes to text: the one place that meets encodings.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes are looked at to tell text from something else.
pub const SNIFFED: usize = 8 * 1024;

/// What a file's first bytes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniff {
    /// UTF-8, or one of the single-byte encodings.
    Bytes,
    Utf16Le,
    Utf16Be,
    Binary,
}

/// Tells the encoding from the first bytes. Windows PowerShell's `>` writes UTF-16 with a byte order
/// mark; some tools leave the mark out, and then the zero bytes of ASCII text give it away.
pub fn sniff(head: &[u8]) -> Sniff {
    if head.starts_with(&[0xff, 0xfe, 0, 0]) || head.starts_with(&[0, 0, 0xfe, 0xff]) {
        // UTF-32, which nothing that exports these files writes.
        return Sniff::Binary;
    }
    if head.starts_with(&[0xff, 0xfe]) {
        return Sniff::Utf16Le;
    }
    if head.starts_with(&[0xfe, 0xff]) {
        return Sniff::Utf16Be;
    }
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even + odd == 0 {
        return if mostly_controls(head) {
            Sniff::Binary
        } else {
            Sniff::Bytes
        };
    }
    // Half of a pair being zero in two fifths of all pairs, and the other half hardly ever.
    let pairs = head.len() / 2;
    let dominates = |one: usize, other: usize| one * 5 >= pairs * 2 && other * 50 <= pairs;
    if pairs > 0 && dominates(odd, even) {
        Sniff::Utf16Le
    } else if pairs > 0 && dominates(even, odd) {
        Sniff::Utf16Be
    } else {
        Sniff::Binary
    }
}

/// Compressed and encrypted data has many control bytes; terminal captures have a few (escape,
/// backspace, form feed), configurations none.
fn mostly_controls(head: &[u8]) -> bool {
    let odd = |byte: &&u8| matches!(byte, 0x01..=0x06 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    head.iter().filter(odd).count() * 20 > head.len()
}

/// Decodes a whole file, without its byte order mark; `None` if it is not text.
///
/// Text that is not UTF-8 is read as Windows-1252, which has a character for every byte, so nothing is
/// lost: only names and comments can look wrong.
pub fn decode(bytes: Vec<u8>) -> Option<String> {
    match sniff(bytes.get(..SNIFFED).unwrap_or(&bytes)) {
        Sniff::Binary => None,
        Sniff::Utf16Le => Some(utf16(&bytes, UTF_16LE)),
        Sniff::Utf16Be => Some(utf16(&bytes, UTF_16BE)),
        Sniff::Bytes => Some(single_bytes(bytes)),
    }
}

fn utf16(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> String {
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    text.into_owned()
}

fn single_bytes(mut bytes: Vec<u8>) -> String {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error();
            // A file that was cut inside its last character is still UTF-8.
            if at.error_len().is_none() {
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            } else {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
                text.into_owned()
            }
        }
    }
}

/// Writes a text in the encoding of the bytes that an earlier version of it was read from; `None` where those bytes
/// are damaged, so that what was not touched would come out differently.
pub fn encode(text: &str, like: &[u8]) -> Option<Vec<u8>> {
    let before = decode(like.to_vec())?;
    let kind = sniff(like.get(..SNIFFED).unwrap_or(like));
    let write = |text: &str| match kind {
        Sniff::Binary => None,
        Sniff::Utf16Le => Some(in_pairs(text, like.starts_with(&[0xff, 0xfe]), u16::to_le_bytes)),
        Sniff::Utf16Be => Some(in_pairs(text, like.starts_with(&[0xfe, 0xff]), u16::to_be_bytes)),
        Sniff::Bytes if like.starts_with(&[0xef, 0xbb, 0xbf]) => {
            Some([&[0xef, 0xbb, 0xbf], text.as_bytes()].concat())
        }
        Sniff::Bytes if std::str::from_utf8(like).is_ok() => Some(text.as_bytes().to_vec()),
        Sniff::Bytes => {
            let (bytes, _, lost) = WINDOWS_1252.encode(text);
            (!lost).then(|| bytes.into_owned())
        }
    };
    let same = write(&before).is_some_and(|bytes| bytes == like);
    same.then(|| write(text)).flatten()
}

fn in_pairs(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\r\n  \"name\": \"rf-prod\"\r\n}\r\n";

    #[test]
    fn the_encodings_of_exports() {
        check(TEXT.as_bytes(), Some(TEXT));
        check(&[b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), Some(TEXT));
        let le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&le, Some(TEXT));
        check(&be, Some(TEXT));
        check(&[&[0xff, 0xfe], le.as_slice()].concat(), Some(TEXT));
        check(&[&[0xfe, 0xff], be.as_slice()].concat(), Some(TEXT));
    }

    #[test]
    fn other_bytes_lose_nothing() {
        check(b"! M\xfcnchen\n", Some("! M\u{fc}nchen\n"));
        check("! Köln".as_bytes(), Some("! Köln"));
        // Cut inside the last character.
        check(b"! K\xc3\xb6ln \xe2\x82", Some("! Köln \u{fffd}"));
        check(b"", Some(""));
        check(
            b"\x1b[0mrouter# show run\x08\n",
            Some("\u{1b}[0mrouter# show run\u{8}\n"),
        );
    }

    #[test]
    fn utf_16_with_half_a_character_at_the_end() {
        let mut le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        le.push(0x7b);
        check(&le, Some(&format!("{TEXT}\u{fffd}")));
    }

    #[test]
    fn what_is_not_text() {
        check(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0", None);
        check(&[0u8; 64], None);
        check(&[0xff, 0xfe, 0, 0, b'a', 0, 0, 0], None);
        check(&(0..=255).collect::<Vec<u8>>(), None);
        let compressed: Vec<u8> = (1u32..4000)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        check(&compressed, None);
    }

    #[test]
    fn a_text_is_written_as_it_was_read() {
        let le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            TEXT.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", TEXT.as_bytes()].concat(),
            le.clone(),
            be.clone(),
            [&[0xff, 0xfe], le.as_slice()].concat(),
            [&[0xfe, 0xff], be.as_slice()].concat(),
            b"! M\xfcnchen \x81\n".to_vec(),
        ] {
            let text = decode(bytes.clone()).expect("text");
            assert_eq!(encode(&text, &bytes), Some(bytes.clone()));
            let longer = encode(&format!("{text}more"), &bytes).expect("bytes");
            assert!(longer.starts_with(&bytes));
            assert_eq!(decode(longer), Some(format!("{text}more")));
        }
        // A character cut in two is not put together again, nor is one that the encoding lacks.
        assert_eq!(encode("x", b"! K\xc3\xb6ln \xe2\x82"), None);
        assert_eq!(encode("\u{4e2d}", b"! M\xfcnchen"), None);
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(decode(bytes.to_vec()).as_deref(), expected);
    }
}
