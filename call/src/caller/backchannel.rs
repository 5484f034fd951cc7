//! Sounds that say "I am listening" and do not take the turn.

/// Words that alone, said over the agent, only show attention. "Yes" and "no" are answers and
/// not in the list.
const BACKCHANNELS: &[&str] = &[
    "mhm",
    "mm",
    "mmhm",
    "mmhmm",
    "hm",
    "hmm",
    "uh huh",
    "uhhuh",
    "uh",
    "um",
    "ah",
    "oh",
    "okay",
    "ok",
    "right",
    "i see",
    "got it",
    "sure",
    "alright",
    "all right",
    "cool",
    "yeah yeah",
];

/// Whether the whole of `text` is a backchannel.
pub fn is_backchannel(text: &str) -> bool {
    let plain: String = text
        .chars()
        .map(|c| if c == '-' { ' ' } else { c })
        .filter(|c| c.is_alphanumeric() || c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    BACKCHANNELS.contains(&plain.as_str()) || plain == "mm hm" || plain == "mm hmm"
}

#[cfg(test)]
mod tests {
    use super::is_backchannel;

    #[test]
    fn attention_is_told_from_an_answer() {
        for sound in ["Mm-hm.", "Okay.", "uh-huh", "Right!", "I see."] {
            assert!(is_backchannel(sound), "{sound}");
        }
        for answer in [
            "Yes.",
            "No",
            "Okay, but on Tuesday.",
            "Stop",
            "Sure, book it",
            "",
        ] {
            assert!(!is_backchannel(answer), "{answer}");
        }
    }
}
