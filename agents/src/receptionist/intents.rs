//! What a caller wants, told by phrases.

use super::{numbers::cardinal, phrases::PHRASES, words::Words};

/// Something a caller may want; one transcript may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Intent {
    Book,
    Move,
    Cancel,
    /// "When is my appointment?"
    Lookup,
    Message,
    Person,
    Goodbye,
    Repeat,
    Help,
    Hold,
    NeverMind,
    Robot,
    Hours,
    Price,
    Duration,
    Address,
    Services,
    Greeting,
    Thanks,
}

impl Intent {
    /// Its name in data.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Move => "move",
            Self::Cancel => "cancel",
            Self::Lookup => "lookup",
            Self::Message => "message",
            Self::Person => "person",
            Self::Goodbye => "goodbye",
            Self::Repeat => "repeat",
            Self::Help => "help",
            Self::Hold => "hold",
            Self::NeverMind => "never-mind",
            Self::Robot => "robot",
            Self::Hours => "hours",
            Self::Price => "price",
            Self::Duration => "duration",
            Self::Address => "address",
            Self::Services => "services",
            Self::Greeting => "greeting",
            Self::Thanks => "thanks",
        }
    }
}

/// All that is wanted, in the order of the enum.
pub(super) fn find_intents(words: &Words) -> Vec<Intent> {
    let mut found: Vec<Intent> = PHRASES
        .iter()
        .filter(|(_, phrases)| words.any_of(phrases))
        .map(|(intent, _)| *intent)
        .collect();
    if words.is_any(&REPEAT_WHOLE) {
        found.push(Intent::Repeat);
    }
    if words.is_any(&GOODBYE_WHOLE) {
        found.push(Intent::Goodbye);
    }
    let mut drop = |intent: Intent, when: bool| {
        if when {
            found.retain(|i| *i != intent);
        }
    };
    let cancels = words.any_of(PHRASES[CANCEL].1);
    let about_policy = words.any(&POLICY) || (cancels && words.any(&["fee", "fees", "charge"]));
    drop(Intent::Cancel, about_policy);
    drop(Intent::Price, about_policy);
    // "I don't want to talk to a machine" asks for a person, "am I talking to one?" what it is.
    let refuses = words.any(&[
        "don't want",
        "not a",
        "rather",
        "instead of",
        "hate",
        "tired of",
    ]);
    let asks_person = words.any_of(PHRASES[PERSON].1);
    let is_robot = words.any_of(PHRASES[ROBOT].1);
    drop(Intent::Person, is_robot && !refuses);
    drop(Intent::Robot, refuses && asks_person);
    // "Four hours" are no opening hours.
    let counted = words
        .low
        .windows(2)
        .any(|w| w[1] == "hours" && (w[0] == "hundred" || w[0] == "many" || cardinal(w).is_some()));
    let other_hours = PHRASES[HOURS].1.replacen("hours|", "", 1);
    drop(Intent::Hours, counted && !words.any_of(&other_hours));
    // Whose address: "my address is ..." gives one, "what's your address" wants one.
    drop(Intent::Address, words.any(&OWN_ADDRESS));
    drop(
        Intent::Greeting,
        words.any(&["let her know", "let him know"]),
    );
    drop(
        Intent::Message,
        words.any(&["tell me"]) && !words.any(&["tell the", "tell them"]),
    );
    let has_appointment = words.any_of(PHRASES[MOVE].1) || cancels && !about_policy;
    drop(
        Intent::Book,
        has_appointment
            && !words.any(&[
                "book a new",
                "new appointment",
                "book another",
                "instead book",
            ]),
    );
    drop(Intent::Lookup, has_appointment);
    drop(Intent::Book, words.any_of(PHRASES[LOOKUP].1));
    drop(Intent::Goodbye, words.asks);
    drop(
        Intent::Cancel,
        softly_declines(words) && words.any_of(PHRASES[BOOK].1) && !words.has("my appointment"),
    );
    // "Are you open for a cleaning?" asks for hours; "any openings" for a slot.
    drop(
        Intent::Hours,
        words.any(&[
            "opening",
            "openings",
            "open slot",
            "open slots",
            "anything open",
            "still open",
        ]) && !words.has("opening hours"),
    );
    found
}

/// "I can't make it": cancels an appointment that stands, declines a time on offer.
pub(super) fn softly_declines(words: &Words) -> bool {
    words.any(&SOFT_DECLINES)
        && !words.any(&[
            "cancel",
            "canceled",
            "cancelled",
            "canceling",
            "cancelling",
            "call off",
        ])
}

/// Whether it is put as a question in so many words; recognizers add question marks too freely.
pub(super) fn is_worded_question(words: &Words) -> bool {
    words
        .low
        .first()
        .is_some_and(|w| QUESTION_STARTS.contains(&w.as_str()))
        || words.any(&QUESTION_PHRASES)
}

/// Whether it is put as a question.
pub(super) fn is_question(words: &Words) -> bool {
    words.asks || is_worded_question(words)
}

const BOOK: usize = 0;
const MOVE: usize = 1;
const CANCEL: usize = 2;
const LOOKUP: usize = 3;
const ROBOT: usize = 4;
const PERSON: usize = 6;
const HOURS: usize = 12;

/// "What happens if I cancel?" asks, it cancels nothing.
const POLICY: [&str; 7] = [
    "policy",
    "late cancellation",
    "cancellation charge",
    "if i cancel",
    "if i need to cancel",
    "if i have to cancel",
    "if we cancel",
];
const OWN_ADDRESS: [&str; 8] = [
    "my address",
    "our address",
    "his address",
    "her address",
    "the address is",
    "i live at",
    "we live at",
    "lives at",
];

const SOFT_DECLINES: [&str; 7] = [
    "can't make it",
    "cannot make it",
    "can't come",
    "can't make that",
    "can't do that",
    "won't be able to make",
    "not going to make it",
];
/// Only as the whole of what was said.
const REPEAT_WHOLE: [&str; 15] = [
    "come again please",
    "what",
    "sorry",
    "sorry what",
    "huh",
    "excuse me",
    "again",
    "again please",
    "what's that",
    "say again",
    "repeat",
    "i'm sorry",
    "i'm sorry what",
    "sorry again",
    "can't hear you",
];
const GOODBYE_WHOLE: [&str; 8] = [
    "we're all set",
    "all set",
    "that's it",
    "that's it thanks",
    "that's it thank you",
    "no that's it thanks",
    "i'm good thanks",
    "i'm all set",
];
const QUESTION_STARTS: [&str; 21] = [
    "did", "do", "does", "what", "what's", "when", "when's", "where", "where's", "which", "who",
    "how", "is", "are", "can", "could", "will", "would", "should", "how's", "why",
];
const QUESTION_PHRASES: [&str; 14] = [
    "do you",
    "how much",
    "how long",
    "can i",
    "is there",
    "are there",
    "i have a question",
    "tell me",
    "what about",
    "i was wondering",
    "i'd like to know",
    "i want to know",
    "are you",
    "what is",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn intents(text: &str) -> Vec<Intent> {
        find_intents(&Words::of(text))
    }

    #[rstest::rstest]
    #[case("I'd like to book an appointment", Intent::Book)]
    #[case("do you have anything available Tuesday", Intent::Book)]
    #[case("I need to reschedule", Intent::Move)]
    #[case("can I move my appointment to Friday", Intent::Move)]
    #[case("please cancel my appointment", Intent::Cancel)]
    #[case("I can't make it on Tuesday", Intent::Cancel)]
    #[case("when is my appointment", Intent::Lookup)]
    #[case("are you a real person", Intent::Robot)]
    #[case("I want to talk to a person", Intent::Person)]
    #[case("front desk please", Intent::Person)]
    #[case("can I leave a message", Intent::Message)]
    #[case("sorry, what?", Intent::Repeat)]
    #[case("never mind", Intent::NeverMind)]
    #[case("what time do you close", Intent::Hours)]
    #[case("where are you located", Intent::Address)]
    #[case("how long does it take", Intent::Duration)]
    #[case("hold on a second", Intent::Hold)]
    #[case("which services do you have", Intent::Services)]
    fn one(#[case] text: &str, #[case] expected: Intent) {
        assert_eq!(intents(text), [expected], "{text}");
    }

    #[test]
    fn several_and_none() {
        assert_eq!(
            intents("how much is a cleaning and can I book one"),
            [Intent::Book, Intent::Price]
        );
        assert_eq!(intents("what's your cancellation policy"), []);
        assert_eq!(intents("John Smith"), []);
        assert_eq!(intents("any openings on Monday"), [Intent::Book]);
        assert_eq!(intents("thanks, bye"), [Intent::Goodbye, Intent::Thanks]);
    }

    #[test]
    fn places_in_the_table() {
        assert_eq!(PHRASES[BOOK].0, Intent::Book);
        assert_eq!(PHRASES[MOVE].0, Intent::Move);
        assert_eq!(PHRASES[CANCEL].0, Intent::Cancel);
        assert_eq!(PHRASES[LOOKUP].0, Intent::Lookup);
        assert_eq!(PHRASES[ROBOT].0, Intent::Robot);
        assert_eq!(PHRASES[PERSON].0, Intent::Person);
        assert_eq!(PHRASES[HOURS].0, Intent::Hours);
    }
}
