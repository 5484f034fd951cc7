//! Words with which somebody says that they want texts, or none.
//!
//! The words are those of Twilio's default handling (its documentation of opt-out keywords), which the
//! carriers of North America demand. The carrier itself confirms each of them to the sender; a second
//! answer of ours would be refused after a STOP and is one too many after the others.

/// What a text says about texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// No more of them.
    Stop,
    /// Again.
    Start,
    /// What is this?
    Help,
}

impl Keyword {
    /// Reads a text that is one of the words and nothing else, in any case. `YES` is one only from
    /// somebody who wants no texts: from others it answers what the agent asked.
    pub fn of(text: &str, is_opted_out: bool) -> Option<Self> {
        let word = text
            .trim()
            .trim_end_matches(['.', '!'])
            .to_ascii_uppercase();
        match word.as_str() {
            "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" => Some(Self::Stop),
            "START" | "UNSTOP" => Some(Self::Start),
            "YES" if is_opted_out => Some(Self::Start),
            "HELP" | "INFO" => Some(Self::Help),
            _ => None,
        }
    }

    /// What the carrier's own handling (`OptOutType`, where it is switched on) took a text for; it may
    /// know more words, and other languages.
    pub fn of_carrier(opt_out_type: &str) -> Option<Self> {
        match opt_out_type {
            "STOP" => Some(Self::Stop),
            "START" => Some(Self::Start),
            "HELP" => Some(Self::Help),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_known_in_any_case_and_alone() {
        for word in [
            "STOP",
            "stopall",
            " Unsubscribe ",
            "cancel",
            "End.",
            "QUIT!",
        ] {
            assert_eq!(Keyword::of(word, false), Some(Keyword::Stop), "{word}");
        }
        for word in ["START", "unstop"] {
            assert_eq!(Keyword::of(word, false), Some(Keyword::Start), "{word}");
        }
        for word in ["HELP", "Info"] {
            assert_eq!(Keyword::of(word, true), Some(Keyword::Help), "{word}");
        }
        for text in [
            "stop by at nine",
            "cancel my appointment",
            "",
            "help me",
            "ENDE",
        ] {
            assert_eq!(Keyword::of(text, true), None, "{text}");
        }
    }

    #[test]
    fn a_yes_to_the_agent_is_no_keyword() {
        assert_eq!(Keyword::of("yes", false), None);
        assert_eq!(Keyword::of("Yes.", true), Some(Keyword::Start));
    }
}
