//! WebSocket frames (RFC 6455) as bytes: cuts the server's out of a buffer, appends ours to one.
//!
//! Ours carry the masking key 0, which leaves the payload as it is: masking protects proxies from
//! scripts in browsers, and there is neither here. The server still has to unmask.

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// A frame of the server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub opcode: Opcode,
    pub is_last: bool,
    pub payload: &'a [u8],
    /// Bytes of the whole frame.
    pub length: usize,
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FramingError {
    #[error("the opcode {0} is unknown")]
    Opcode(u8),
    #[error("the server masks its frames")]
    Masked,
    #[error("a frame of {0} bytes")]
    TooLong(u64),
}

/// Ten minutes of audio in one message would be 6.4 MB.
const LONGEST_FRAME: u64 = 8 * 1024 * 1024;

/// The frame at the head of `bytes`; `None` while it is not whole.
pub(crate) fn parse(bytes: &[u8]) -> Result<Option<Frame<'_>>, FramingError> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    let opcode = match first & 0x0F {
        0 => Opcode::Continuation,
        1 => Opcode::Text,
        2 => Opcode::Binary,
        8 => Opcode::Close,
        9 => Opcode::Ping,
        10 => Opcode::Pong,
        other => return Err(FramingError::Opcode(other)),
    };
    if second & 0x80 != 0 {
        return Err(FramingError::Masked);
    }
    let (length, header) = match second & 0x7F {
        126 => match rest.first_chunk() {
            Some(length) => (u64::from(u16::from_be_bytes(*length)), 4),
            None => return Ok(None),
        },
        127 => match rest.first_chunk() {
            Some(length) => (u64::from_be_bytes(*length), 10),
            None => return Ok(None),
        },
        short => (u64::from(short), 2),
    };
    if length > LONGEST_FRAME {
        return Err(FramingError::TooLong(length));
    }
    let end = header + length as usize;
    Ok(bytes.get(header..end).map(|payload| Frame {
        opcode,
        is_last: first & 0x80 != 0,
        payload,
        length: end,
    }))
}

/// Appends a whole frame.
pub(crate) fn append(to: &mut Vec<u8>, opcode: Opcode, payload: &[u8]) {
    let code = match opcode {
        Opcode::Continuation => 0,
        Opcode::Text => 1,
        Opcode::Binary => 2,
        Opcode::Close => 8,
        Opcode::Ping => 9,
        Opcode::Pong => 10,
    };
    to.push(0x80 | code);
    match payload.len() {
        short @ 0..126 => to.push(0x80 | short as u8),
        middle @ 126..=0xFFFF => {
            to.push(0xFE);
            to.extend((middle as u16).to_be_bytes());
        }
        long => {
            to.push(0xFF);
            to.extend((long as u64).to_be_bytes());
        }
    }
    to.extend([0; 4]);
    to.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As a server writes: without a mask.
    fn of_server(payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        append(&mut bytes, Opcode::Text, payload);
        let mask = bytes.len() - payload.len() - 4;
        bytes.drain(mask..mask + 4);
        bytes[1] &= 0x7F;
        bytes
    }

    proptest! {
        #[test]
        fn a_frame_is_read_back_once_it_is_whole(
            length in prop_oneof![0_usize..300, 65_000_usize..66_000],
            byte in any::<u8>(),
        ) {
            let payload = vec![byte; length];
            let bytes = of_server(&payload);
            prop_assert_eq!(parse(&bytes[..bytes.len() - 1]), Ok(None));
            let frame = parse(&bytes).unwrap().unwrap();
            prop_assert_eq!((frame.payload, frame.length), (&payload[..], bytes.len()));
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = parse(&bytes);
        }
    }

    #[test]
    fn what_no_server_sends_is_refused() {
        assert_eq!(parse(&[0x81, 0x80]), Err(FramingError::Masked));
        assert_eq!(parse(&[0x83, 0]), Err(FramingError::Opcode(3)));
        let huge = [0x82, 127, 255, 0, 0, 0, 0, 0, 0, 0];
        assert!(matches!(parse(&huge), Err(FramingError::TooLong(_))));
    }
}
