//! What a picture is, by its own bytes and not by what it is said to be.
//!
//! Only the frame of each format is read, as far as it takes to know how large it is; no pixel is
//! decoded.

/// A picture that every browser shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    Png,
    Jpeg,
    Webp,
}

/// Why bytes are no picture that we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPicture {
    /// Something else, by its name.
    Is(&'static str),
    /// Of one of the formats by its beginning, and broken behind it.
    Broken(Picture),
    /// Wider or higher than [`MOST_PIXELS`].
    TooLarge { width: usize, height: usize },
}

impl Picture {
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    pub(super) fn of_media_type(text: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Webp]
            .into_iter()
            .find(|picture| picture.media_type() == text)
    }

    /// What the bytes are.
    pub(super) fn look(bytes: &[u8]) -> Result<Self, NoPicture> {
        let kind = infer::get(bytes).map(|kind| kind.mime_type());
        let picture = kind.and_then(Self::of_media_type);
        let picture = picture.ok_or_else(|| NoPicture::Is(name(bytes, kind)))?;
        let size = imagesize::blob_size(bytes).map_err(|_| NoPicture::Broken(picture))?;
        let (width, height) = (size.width, size.height);
        if width == 0 || height == 0 {
            return Err(NoPicture::Broken(picture));
        }
        if width > MOST_PIXELS || height > MOST_PIXELS {
            return Err(NoPicture::TooLarge { width, height });
        }
        Ok(picture)
    }
}

/// What people call it.
fn name(bytes: &[u8], kind: Option<&'static str>) -> &'static str {
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).to_ascii_lowercase();
    if head.contains("<svg") && !head.contains("<html") {
        return "an SVG, which can hold script";
    }
    match kind {
        Some("image/gif") => "a GIF",
        Some("image/bmp") => "a BMP",
        Some("image/vnd.microsoft.icon") => "an icon (ICO)",
        Some("image/tiff") => "a TIFF",
        Some("image/heif") => "a HEIC",
        Some("image/avif") => "an AVIF",
        Some("application/pdf") => "a PDF",
        Some("application/zip") => "a ZIP archive or an office document",
        Some("text/html") => "a web page",
        Some(other) => other,
        None if bytes.is_empty() => "nothing",
        None if std::str::from_utf8(bytes).is_ok() => "text",
        None => "nothing that we know",
    }
}

/// On a side: what a page can need, and no more to decode than a browser bears.
pub(super) const MOST_PIXELS: usize = 4096;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn png(width: u32, height: u32) -> Vec<u8> {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        [PNG, b"\0\0\0\x0dIHDR", &size, &[8, 6, 0, 0, 0, 1, 2, 3, 4]].concat()
    }

    const JPEG: &[u8] = &[
        0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 0, 20, 0, 30, 1, 1, 17, 0, 0xff,
        0xd9,
    ];
    const WEBP: &[u8] = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x63\0\0\x31\0\0";

    #[test]
    fn pictures_are_known_by_their_bytes() {
        assert_eq!(Picture::look(&png(4096, 1)), Ok(Picture::Png));
        assert_eq!(Picture::look(JPEG), Ok(Picture::Jpeg));
        assert_eq!(Picture::look(WEBP), Ok(Picture::Webp));
    }

    #[test]
    fn what_is_none_is_named() {
        for (bytes, name) in [
            (&b""[..], "nothing"),
            (b"GIF89a....", "a GIF"),
            (b"BM\0\0\0\0", "a BMP"),
            (
                b"<?xml version=\"1.0\"?><SVG onload=\"x\">",
                "an SVG, which can hold script",
            ),
            (b"<!DOCTYPE html><html><svg/>", "a web page"),
            (b"hello", "text"),
            (b"%PDF-1.7", "a PDF"),
            (b"RIFF\x20\0\0\0WAVEfmt ", "audio/x-wav"),
            (&[0xfe, 0x00, 0xff], "nothing that we know"),
        ] {
            assert_eq!(Picture::look(bytes), Err(NoPicture::Is(name)));
        }
    }

    #[test]
    fn what_no_page_can_show_is_refused() {
        for broken in [PNG, &png(0, 4), &png(4, 0), &png(30, 20)[..20]] {
            assert_eq!(Picture::look(broken), Err(NoPicture::Broken(Picture::Png)));
        }
        assert_eq!(
            Picture::look(&JPEG[..12]),
            Err(NoPicture::Broken(Picture::Jpeg))
        );
        assert_eq!(
            Picture::look(&WEBP[..24]),
            Err(NoPicture::Broken(Picture::Webp))
        );
        let (width, height) = (4, 4097);
        assert_eq!(
            Picture::look(&png(4, 4097)),
            Err(NoPicture::TooLarge { width, height })
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0..4_usize) {
            let begin = [PNG, &JPEG[..3], &WEBP[..15], &WEBP[..16]][kind];
            let _ = Picture::look(&[begin, &bytes].concat());
        }
    }
}
