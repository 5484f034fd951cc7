//! What whisper writes when nobody spoke, taken out of what it wrote.

/// Joins the pieces' texts and drops what is not speech: `[BLANK_AUDIO]`, `(music)`, `*sigh*`,
/// notes, and text that is punctuation alone.
pub(super) fn spoken_text(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut closing: Option<char> = None;
    for c in raw.chars() {
        match (closing, c) {
            (Some(end), c) if c == end => {
                closing = None;
                text.push(' ');
            }
            (Some(_), _) => {}
            (None, '[') => closing = Some(']'),
            (None, '(') => closing = Some(')'),
            (None, '*') => closing = Some('*'),
            (None, '♪' | '♫') => text.push(' '),
            (None, c) => text.push(c),
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().any(char::is_alphanumeric) {
        text
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_speech_is_dropped() {
        for raw in [
            "",
            " . ",
            "[BLANK_AUDIO]",
            " (upbeat music)",
            "[Music] ♪",
            " *sighs*",
            "...",
            "(cut off",
        ] {
            assert_eq!(spoken_text(raw), "", "{raw:?}");
        }
    }

    #[test]
    fn speech_is_kept_and_trimmed() {
        assert_eq!(spoken_text("  Hello there. "), "Hello there.");
        assert_eq!(
            spoken_text(" [noise] I'd like  an appointment."),
            "I'd like an appointment."
        );
        assert_eq!(spoken_text(" It costs $50."), "It costs $50.");
    }
}
