//! What was said before, out of the stored texts.
//!
//! Each answer of the agent is stored with its turn: what it answered, the tools it ran, what they
//! said. A conversation is those turns one after the other, so that a mind is told the same each
//! time and knows what it looked up. After hours of silence, or a goodbye, another one begins. Relative
//! days ("tomorrow") are counted from the conversation's beginning, as in a call.

use call::conversation::Message;
use chrono::{DateTime, TimeDelta, Utc};
use store::{call::Direction, message::TextRow};
use tenant_config::id::MessageId;

/// What a mind is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// Oldest first, without what is to be answered.
    pub before: Vec<Message>,
    /// What is to be answered, as one turn.
    pub asked: String,
    /// When the conversation began.
    pub began_at: DateTime<Utc>,
    /// The latest of the texts that are to be answered.
    pub last: TextRow,
}

impl Memory {
    /// Of the latest texts with a contact, latest first, from the text `since` on to be answered.
    /// `None` when there is nothing to answer.
    pub fn of(mut latest_first: Vec<TextRow>, since: MessageId) -> Option<Self> {
        latest_first.reverse();
        let rows = latest_first;
        let first = rows.iter().find(|row| row.id == since)?;
        let key = |row: &TextRow| (row.created_at, row.id);
        let from = key(first);
        let is_asked = |row: &&TextRow| row.direction == Direction::Inbound && key(row) >= from;
        let asked: Vec<&TextRow> = rows.iter().filter(is_asked).collect();
        let last = (*asked.last()?).clone();
        let mut past = Past::default();
        for row in rows.iter().filter(|row| !is_asked(row)) {
            past.add(row);
        }
        past.pause_before(first.created_at);
        let words: Vec<&str> = asked.iter().map(|row| row.text.trim()).collect();
        Some(Self {
            began_at: past.began_at.unwrap_or(first.created_at),
            before: past.messages,
            asked: words.join("\n"),
            last,
        })
    }
}

/// A conversation as far as it is read.
#[derive(Default)]
struct Past {
    messages: Vec<Message>,
    began_at: Option<DateTime<Utc>>,
    last_at: Option<DateTime<Utc>>,
}

impl Past {
    fn add(&mut self, row: &TextRow) {
        self.pause_before(row.created_at);
        self.began_at.get_or_insert(row.created_at);
        self.last_at = Some(row.created_at);
        if row.direction == Direction::Outbound {
            let turn = turn_of(row);
            let is_goodbye = turn.iter().any(is_goodbye);
            self.messages.extend(turn);
            if is_goodbye {
                *self = Self::default();
            }
        }
        // What came in is in the turn that answered it.
    }

    /// After a silence of hours nothing of it counts.
    fn pause_before(&mut self, at: DateTime<Utc>) {
        if self.last_at.is_some_and(|last| at - last > SILENCE) {
            *self = Self::default();
        }
    }
}

/// What the agent did and said; somebody else's answer is its words.
fn turn_of(row: &TextRow) -> Vec<Message> {
    let stored = row.agent_turn.clone();
    let turn = stored.map(serde_json::from_value::<Vec<Message>>);
    match turn {
        Some(Ok(turn)) => turn,
        Some(Err(_)) | None => vec![Message::Agent {
            text: row.text.clone(),
            interrupted: false,
        }],
    }
}

fn is_goodbye(message: &Message) -> bool {
    matches!(message, Message::ToolCall(call) if call.name == "end_call")
}

/// How many texts are read back, of both sides.
pub const AT_MOST: u16 = 40;
/// After which another conversation begins.
const SILENCE: TimeDelta = TimeDelta::hours(6);

#[cfg(test)]
mod tests {
    use call::conversation::ToolCall;
    use serde_json::json;
    use store::message::TextStatus;
    use tenant_config::phone::E164;
    use uuid::Uuid;

    use super::*;

    fn row(n: u128, minutes: i64, direction: Direction, text: &str) -> TextRow {
        let number = E164::normalise("+19185550142").unwrap();
        TextRow {
            id: MessageId(Uuid::from_u128(n)),
            direction,
            contact: None,
            line: None,
            from: number.clone(),
            to: number,
            text: text.to_owned(),
            provider_message_id: None,
            agent_turn: None,
            status: TextStatus::Received,
            error_code: None,
            created_at: DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes),
        }
    }

    fn asks(n: u128, minutes: i64, text: &str) -> TextRow {
        row(n, minutes, Direction::Inbound, text)
    }

    fn answers(n: u128, minutes: i64, turn: &[Message]) -> TextRow {
        TextRow {
            agent_turn: Some(json!(turn)),
            ..row(n, minutes, Direction::Outbound, "…")
        }
    }

    fn said(text: &str) -> Vec<Message> {
        vec![Message::Caller { text: text.into() }]
    }

    fn memory(mut rows: Vec<TextRow>, since: u128) -> Option<Memory> {
        rows.reverse();
        Memory::of(rows, MessageId(Uuid::from_u128(since)))
    }

    #[test]
    fn texts_that_wait_are_one_turn_behind_what_was_said() {
        let rows = vec![
            asks(1, 0, "Hi"),
            answers(2, 1, &said("Hi")),
            asks(3, 2, "A cleaning"),
            asks(4, 3, " on Tuesday "),
        ];
        let memory = memory(rows, 3).unwrap();
        assert_eq!(memory.before, said("Hi"));
        assert_eq!(memory.asked, "A cleaning\non Tuesday");
        assert_eq!(memory.began_at, DateTime::UNIX_EPOCH);
        assert_eq!(memory.last.id.0.as_u128(), 4);
    }

    #[test]
    fn an_answer_that_came_late_stands_before_what_it_did_not_answer() {
        let rows = vec![asks(1, 0, "A"), asks(2, 1, "B"), answers(3, 2, &said("A"))];
        let memory = memory(rows, 2).unwrap();
        assert_eq!((memory.before, memory.asked.as_str()), (said("A"), "B"));
    }

    #[test]
    fn hours_of_silence_and_a_goodbye_begin_another_conversation() {
        let late = vec![answers(1, 0, &said("A")), asks(2, 361, "B")];
        let late = memory(late, 2).unwrap();
        assert_eq!(
            (late.before.len(), late.began_at),
            (0, late.last.created_at)
        );
        let bye = Message::ToolCall(ToolCall {
            id: "1".into(),
            name: "end_call".into(),
            arguments: "{}".into(),
        });
        let after = vec![answers(1, 0, &[bye]), asks(2, 1, "B")];
        assert!(memory(after, 2).unwrap().before.is_empty());
    }

    #[test]
    fn there_may_be_nothing_to_answer() {
        assert_eq!(memory(vec![asks(1, 0, "A")], 9), None);
        assert_eq!(memory(Vec::new(), 1), None);
    }
}
