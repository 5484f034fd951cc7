//! The questions the receptionist asks, in words that vary with the turn.

use call::conversation::Expecting;

use super::{
    dialogue::{Dialogue, Offer, Question, Reply, Task},
    say,
};

impl Dialogue<'_> {
    /// Says `lead`, then asks, and remembers what was asked.
    pub(super) fn ask(&mut self, lead: &[String], question: Question) -> Reply {
        self.question = question;
        let prompt = self.prompt(question);
        let text = lead
            .iter()
            .map(String::as_str)
            .chain(std::iter::once(prompt.as_str()));
        let text = text.filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
        Reply {
            expect: expecting(question),
            ..Reply::say(text)
        }
    }

    fn prompt(&self, question: Question) -> String {
        let vary = |variants: [&str; 2]| variants[self.turns % 2].to_owned();
        match question {
            Question::Open => vary(["What can I do for you?", "How can I help you?"]),
            Question::AnythingElse => {
                vary(["Is there anything else?", "Can I help with anything else?"])
            }
            Question::Service => vary([
                "What would you like to book?",
                "Which service would you like?",
            ]),
            Question::AboutWhich(_) => "Which service do you mean?".to_owned(),
            Question::When => self.prompt_when(),
            Question::Choose if self.draft.offered.len() == 1 => "Would that work?".to_owned(),
            Question::Choose => vary(["Which would suit you?", "Which one works for you?"]),
            Question::Name if matches!(self.task, Task::Move | Task::Cancel | Task::Lookup) => {
                "What name is it under?".to_owned()
            }
            Question::Name => vary(["May I have your name, please?", "What's your name, please?"]),
            Question::Phone if matches!(self.task, Task::Move | Task::Cancel | Task::Lookup) => {
                "What phone number was it booked under?".to_owned()
            }
            Question::Phone => "What's the best number to reach you at?".to_owned(),
            Question::Confirm => match self.task {
                Task::Cancel => "Would you like me to cancel it?".to_owned(),
                Task::Move => "Would you like me to move it?".to_owned(),
                Task::Idle | Task::Book | Task::Lookup | Task::Note => {
                    "Would you like me to book it?".to_owned()
                }
            },
            Question::WhatToChange if self.task == Task::Book => {
                "What should I change: the time, the service or the name?".to_owned()
            }
            Question::WhatToChange => "Would another day or time be better?".to_owned(),
            Question::Which => "Which one do you mean?".to_owned(),
            Question::NoteText => "What would you like me to pass on?".to_owned(),
            Question::Offer(Offer::Book) => vary([
                "Would you like to book that?",
                "Would you like me to book one for you?",
            ]),
            Question::Offer(Offer::Person) => {
                "Would you like me to put you through to someone?".to_owned()
            }
            Question::Offer(Offer::Note) => "Would you like to leave a message?".to_owned(),
        }
    }

    fn prompt_when(&self) -> String {
        match (self.draft.date, self.draft.time) {
            (Some(date), _) => format!("What time would suit you on {}?", say::date(date)),
            (None, Some(time)) => format!("Which day would suit you at {}?", say::time(time)),
            (None, None) if self.turns.is_multiple_of(2) => {
                "What day and time would suit you?".to_owned()
            }
            (None, None) if self.task == Task::Move => "When would you like it instead?".to_owned(),
            (None, None) => "When would suit you?".to_owned(),
        }
    }

    /// How the open question can be answered.
    pub(super) fn example(&self) -> String {
        match self.question {
            Question::When => {
                "You can name a weekday and a time, or ask for the next free one.".to_owned()
            }
            Question::Choose => "You can say the first one, or ask for another day.".to_owned(),
            Question::Name => "Please say your first and last name, or spell it.".to_owned(),
            Question::Phone => "Please say the number digit by digit, or key it in.".to_owned(),
            Question::Confirm | Question::Offer(_) => "Please say yes or no.".to_owned(),
            Question::Service | Question::AboutWhich(_) => self.services_sentence(),
            Question::Open
            | Question::AnythingElse
            | Question::WhatToChange
            | Question::Which
            | Question::NoteText => self.abilities(),
        }
    }

    /// What this receptionist can do here.
    pub(super) fn abilities(&self) -> String {
        if self.brief.services.is_empty() {
            return "I can answer questions or take a message.".to_owned();
        }
        "I can book, move or cancel an appointment, answer questions, or take a message.".to_owned()
    }
}

const fn expecting(question: Question) -> Expecting {
    match question {
        Question::Open
        | Question::AnythingElse
        | Question::Service
        | Question::AboutWhich(_)
        | Question::WhatToChange
        | Question::Which => Expecting::Anything,
        Question::When | Question::Choose => Expecting::DateTime,
        Question::Name => Expecting::Name,
        Question::Phone => Expecting::Digits,
        Question::Confirm | Question::Offer(_) => Expecting::YesNo,
        Question::NoteText => Expecting::Dictation,
    }
}
