//! What a caller wants, told by phrases.

use super::words::Words;

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

/// All that is wanted, in the order of the enum.
pub(super) fn find_intents(words: &Words) -> Vec<Intent> {
    let mut found: Vec<Intent> = PHRASES
        .iter()
        .filter(|(_, phrases)| words.any(phrases))
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
    let about_policy = words.any(&[
        "policy",
        "fee",
        "fees",
        "late cancellation",
        "cancellation charge",
    ]);
    drop(Intent::Cancel, about_policy);
    drop(Intent::Price, about_policy);
    let is_robot = words.any(PHRASES[ROBOT].1);
    drop(Intent::Person, is_robot);
    let has_appointment =
        words.any(PHRASES[MOVE].1) || words.any(PHRASES[CANCEL].1) && !about_policy;
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
    drop(Intent::Book, words.any(PHRASES[LOOKUP].1));
    drop(Intent::Goodbye, words.asks);
    // "Are you open for a cleaning?" asks for hours; "any openings" for a slot.
    drop(
        Intent::Hours,
        words.any(&[
            "opening",
            "openings",
            "open slot",
            "open slots",
            "anything open",
        ]) && !words.has("opening hours"),
    );
    found
}

/// Whether it is put as a question.
pub(super) fn is_question(words: &Words) -> bool {
    words.asks
        || words
            .low
            .first()
            .is_some_and(|w| QUESTION_STARTS.contains(&w.as_str()))
        || words.any(&QUESTION_PHRASES)
}

const MOVE: usize = 1;
const CANCEL: usize = 2;
const LOOKUP: usize = 3;
const ROBOT: usize = 4;

const PHRASES: [(Intent, &[&str]); 19] = [
    (
        Intent::Book,
        &[
            "book",
            "schedule",
            "make an appointment",
            "need an appointment",
            "want an appointment",
            "like an appointment",
            "an appointment for",
            "get an appointment",
            "have an appointment for",
            "set up",
            "come in",
            "get in",
            "reserve",
            "availability",
            "available",
            "openings",
            "opening",
            "open slot",
            "any slots",
            "anything free",
            "anything open",
            "a new appointment",
            "new appointment",
            "appointment please",
            "arrange an appointment",
            "an appointment",
            "fit me in",
            "squeeze me in",
        ],
    ),
    (
        Intent::Move,
        &[
            "reschedule",
            "rescheduled",
            "rescheduling",
            "move my",
            "move the",
            "move it to",
            "move an appointment",
            "change my appointment",
            "change the appointment",
            "change the time of",
            "change the date of",
            "change my booking",
            "postpone",
            "push back my",
            "push my",
            "switch my",
            "different time for my appointment",
            "bring forward my",
            "change an appointment",
            "move our",
        ],
    ),
    (
        Intent::Cancel,
        &[
            "cancel",
            "canceled",
            "cancelled",
            "canceling",
            "cancelling",
            "cancellation",
            "call off",
            "can't make it",
            "cannot make it",
            "can't make my",
            "won't be able to make",
            "not going to make it",
            "can't come",
            "delete my appointment",
            "drop my appointment",
        ],
    ),
    (
        Intent::Lookup,
        &[
            "when is my",
            "when's my",
            "what time is my",
            "what time's my",
            "what day is my",
            "do i have an appointment",
            "do i have any appointments",
            "do i have a",
            "confirm my appointment",
            "check my appointment",
            "my next appointment",
            "what appointments",
            "which appointments",
            "when am i",
            "remind me when",
            "look up my",
            "have an appointment already",
            "when was my",
        ],
    ),
    (
        Intent::Robot,
        &[
            "are you a robot",
            "are you a real",
            "are you real",
            "are you human",
            "are you a human",
            "are you a person",
            "are you an ai",
            "are you ai",
            "is this a robot",
            "is this a recording",
            "are you a machine",
            "are you a computer",
            "is this a real person",
            "talking to a robot",
            "talking to a machine",
            "is this a machine",
            "is this an ai",
            "are you a bot",
            "is this a bot",
            "who am i speaking",
            "who am i talking",
            "who is this",
            "who are you",
            "what's your name",
            "what is your name",
            "talking to a real",
        ],
    ),
    (
        Intent::Message,
        &[
            "leave a message",
            "take a message",
            "a message",
            "call me back",
            "callback",
            "call back",
            "give me a call",
            "have someone call",
            "pass on",
            "let them know",
            "tell the doctor",
            "tell the dentist",
            "tell them",
            "leave word",
        ],
    ),
    (
        Intent::Person,
        &[
            "a human",
            "real person",
            "a person",
            "actual person",
            "speak to someone",
            "speak with someone",
            "talk to someone",
            "talk with someone",
            "representative",
            "operator",
            "front desk",
            "the receptionist",
            "the manager",
            "a manager",
            "put me through",
            "transfer me",
            "connect me",
            "speak to the",
            "speak with the",
            "talk to the",
            "talk to a",
            "speak to a",
            "speak with a",
            "speak to dr",
            "speak with dr",
            "somebody real",
            "someone else",
            "speak to somebody",
            "talk to somebody",
            "live agent",
            "an agent",
            "human being",
            "human",
        ],
    ),
    (
        Intent::Goodbye,
        &[
            "bye",
            "goodbye",
            "good bye",
            "bye bye",
            "that's all",
            "that is all",
            "that'll be all",
            "that will be all",
            "nothing else",
            "have a good day",
            "have a great day",
            "have a nice day",
            "hang up",
            "see you",
            "i'm done",
            "talk to you later",
            "no that's it",
        ],
    ),
    (
        Intent::Repeat,
        &[
            "repeat that",
            "repeat it",
            "say that again",
            "say it again",
            "come again",
            "what was that",
            "what did you say",
            "didn't catch that",
            "didn't hear",
            "can you repeat",
            "could you repeat",
            "please repeat",
            "one more time",
            "didn't get that",
            "pardon",
        ],
    ),
    (
        Intent::Help,
        &[
            "what can you do",
            "what can i do",
            "my options",
            "the options",
            "what can you help",
            "how does this work",
            "how can you help",
        ],
    ),
    (
        Intent::Hold,
        &[
            "hold on",
            "one moment",
            "just a moment",
            "just a second",
            "one second",
            "a sec",
            "hang on",
            "wait a minute",
            "give me a second",
            "give me a minute",
            "let me check",
            "let me look",
            "bear with me",
        ],
    ),
    (
        Intent::NeverMind,
        &[
            "never mind",
            "nevermind",
            "forget it",
            "forget about it",
            "forget that",
            "start over",
            "changed my mind",
            "don't bother",
        ],
    ),
    (
        Intent::Hours,
        &[
            "hours",
            "open",
            "closed",
            "close",
            "closing",
            "opening hours",
            "opening times",
            "what time do you",
            "open today",
            "open on",
        ],
    ),
    (
        Intent::Price,
        &[
            "how much",
            "price",
            "prices",
            "pricing",
            "cost",
            "costs",
            "what do you charge",
            "do you charge",
            "expensive",
            "rates",
            "fee",
            "fees",
        ],
    ),
    (Intent::Duration, &["how long"]),
    (
        Intent::Address,
        &[
            "where are you",
            "address",
            "located",
            "location",
            "directions",
            "where is the",
            "where's the",
            "find you",
            "where is your",
            "how do i get to you",
            "how do i get there",
        ],
    ),
    (
        Intent::Services,
        &[
            "what services",
            "which services",
            "services do you",
            "your services",
            "what do you offer",
            "what do you do",
            "what kind of appointments",
            "what treatments",
            "which treatments",
            "what can i book",
            "do you offer",
        ],
    ),
    (
        Intent::Greeting,
        &[
            "hello",
            "hi",
            "hey",
            "good morning",
            "good afternoon",
            "good evening",
        ],
    ),
    (Intent::Thanks, &["thank you", "thanks", "appreciate it"]),
];

/// Only as the whole of what was said.
const REPEAT_WHOLE: [&str; 14] = [
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
const GOODBYE_WHOLE: [&str; 6] = [
    "that's it",
    "that's it thanks",
    "that's it thank you",
    "no that's it thanks",
    "i'm good thanks",
    "i'm all set",
];
const QUESTION_STARTS: [&str; 20] = [
    "do", "does", "what", "what's", "when", "when's", "where", "where's", "which", "who", "how",
    "is", "are", "can", "could", "will", "would", "should", "how's", "why",
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
        assert_eq!(PHRASES[MOVE].0, Intent::Move);
        assert_eq!(PHRASES[CANCEL].0, Intent::Cancel);
        assert_eq!(PHRASES[LOOKUP].0, Intent::Lookup);
        assert_eq!(PHRASES[ROBOT].0, Intent::Robot);
    }
}
