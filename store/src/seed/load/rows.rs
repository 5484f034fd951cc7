//! Rows as COPY reads them: columns with tabs between, `\N` for nothing
//! (<https://www.postgresql.org/docs/current/sql-copy.html>). Nothing that is written here holds a tab,
//! a backslash or a line's end.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tenant_config::id::{AgentVersionId, PhoneConfigId, TenantId};
use uuid::Uuid;

use super::{
    LoadOptions, PROVIDER,
    numbers::Numbers,
    talk::{FIRST_NAMES, LAST_NAMES, conversation},
};

pub(super) const CONTACTS: &str = "COPY app.contacts (id, tenant_id, e164, name, opt_out, opt_out_at, created_at, updated_at) FROM STDIN";
pub(super) const KEYS: &str =
    "COPY app.call_keys (tenant_id, provider, provider_call_id, call_id, started_at) FROM STDIN";
pub(super) const CALLS: &str = "COPY app.calls (id, tenant_id, started_at, provider, provider_call_id, direction, \
     mode, from_e164, to_e164, ivr_mode, phone_config_id, agent_version_id, resolution_method, status, answered_at, \
     ended_at, finalized_at, closed_by, end_reason, hangup_by, duration_ms, bill_sec, latency_p50_ms, \
     latency_p95_ms, interruptions_caller, outcome) FROM STDIN";
pub(super) const TURNS: &str = "COPY app.call_turns (tenant_id, call_started_at, call_id, seq, speaker, text, \
     generated_text, start_ms, end_ms, words, confidence_pm, interrupted, speech_end_ms, endpoint_ms, asr_final_ms, \
     llm_first_token_ms, tts_first_byte_ms, first_frame_ms, total_ms, tokens_in, tokens_out) FROM STDIN";
pub(super) const EVENTS: &str = "COPY app.call_events (tenant_id, call_started_at, call_id, id, kind, media_ms, payload, created_at) FROM STDIN";

/// A tenant whose calls are made.
pub(super) struct House {
    pub(super) tenant: TenantId,
    pub(super) company: String,
    pub(super) place: usize,
    /// How many people call it.
    pub(super) callers: u64,
    pub(super) lines: Vec<Line>,
}

pub(super) struct Line {
    pub(super) id: PhoneConfigId,
    pub(super) number: String,
    pub(super) mode: String,
    pub(super) agent: Option<AgentVersionId>,
}

/// Rows of several tables that wait to be copied.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) calls: String,
    pub(super) keys: String,
    pub(super) turns: String,
    pub(super) events: String,
}

/// Writing to a string cannot fail.
macro_rules! row {
    ($to:expr, $($part:tt)*) => { let _ = writeln!($to, $($part)*); };
}

/// The people who call; two in a hundred want no texts.
pub(super) fn contacts(houses: &[House], options: &LoadOptions) -> String {
    let mut rows = String::new();
    let year = TimeDelta::days(365);
    for house in houses {
        let mut numbers = Numbers::new(options.seed, 1000, house.place as u64);
        for caller in 0..house.callers {
            let back = year.num_microseconds().unwrap_or_default().unsigned_abs();
            let at = options.until - TimeDelta::microseconds(numbers.below(back) as i64);
            let id = numbers.id(at.timestamp_millis().unsigned_abs());
            let name = if numbers.percent(70) {
                format!("{} {}", numbers.pick(FIRST_NAMES), numbers.pick(LAST_NAMES))
            } else {
                "\\N".to_owned()
            };
            let at = time(at);
            let (out, out_at) = if numbers.percent(2) {
                ("t", at.as_str())
            } else {
                ("f", "\\N")
            };
            let (tenant, number) = (house.tenant, caller_number(house, caller));
            row!(
                rows,
                "{id}\t{tenant}\t{number}\t{name}\t{out}\t{out_at}\t{at}\t{at}"
            );
        }
    }
    rows
}

/// One call with everything of it.
pub(super) fn call(
    batch: &mut Batch,
    house: &House,
    at: DateTime<Utc>,
    transcripts: u8,
    numbers: &mut Numbers,
) {
    let Some(line) = line_of(house, numbers) else {
        return;
    };
    // Few call often.
    let caller = (house.callers as f64 * numbers.unit().powi(2)) as u64;
    let from = caller_number(house, caller);
    let id = numbers.id(at.timestamp_millis().unsigned_abs());
    let sid = format!("CA{:016x}{:016x}", numbers.next(), numbers.next());
    let fate = Fate::of(line, numbers);
    let has_transcript = fate.is_conversation && numbers.percent(transcripts.into());
    let said = if has_transcript {
        conversation(&house.company, numbers)
    } else {
        Vec::new()
    };
    let (tenant, began) = (house.tenant, time(at));
    let answered = at + TimeDelta::milliseconds(300 + numbers.below(900) as i64);
    let ended = answered + TimeDelta::milliseconds(fate.duration_ms as i64);
    let answered = if fate.duration_ms > 0 {
        time(answered)
    } else {
        "\\N".to_owned()
    };
    let agent = line.agent.filter(|_| line.mode != "simple");
    let agent = agent.map_or_else(|| "\\N".to_owned(), |agent| agent.to_string());
    let (p50, p95) = if fate.is_conversation {
        let p50 = 600 + numbers.below(500);
        (
            p50.to_string(),
            (p50 + 200 + numbers.below(900)).to_string(),
        )
    } else {
        ("\\N".to_owned(), "\\N".to_owned())
    };
    let (ended, duration, seconds) = (
        time(ended),
        fate.duration_ms,
        fate.duration_ms.div_ceil(1000),
    );
    let interruptions = if fate.is_conversation {
        numbers.below(3)
    } else {
        0
    };
    let (line_id, to, mode) = (line.id, &line.number, &line.mode);
    row!(
        batch.calls,
        "{id}\t{tenant}\t{began}\t{PROVIDER}\t{sid}\tinbound\tlive\t{from}\t{to}\t{mode}\t{line_id}\t{agent}\t\
         to_number\t{}\t{answered}\t{ended}\t{ended}\tholder\t{}\t{}\t{duration}\t{seconds}\t{p50}\t{p95}\t\
         {interruptions}\t{}",
        fate.status,
        fate.end_reason,
        fate.hangup_by,
        fate.outcome
    );
    row!(batch.keys, "{tenant}\t{PROVIDER}\t{sid}\t{id}\t{began}");
    if has_transcript {
        turns(batch, house, id, &began, &said, numbers);
    }
}

const NO_STAGES: &str = "\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N";

/// When each stage of an answer was done that began at `start`, at least 500 ms after it was asked for.
fn stages(heard: u64, start: u64) -> String {
    let (decided, word, voice) = (heard + 300, start - 110, start - 20);
    let total = start - heard;
    format!("{heard}\t{decided}\t{decided}\t{word}\t{voice}\t{start}\t{total}")
}

/// What was said in turn, the agent first.
fn turns(
    batch: &mut Batch,
    house: &House,
    call: Uuid,
    began: &str,
    said: &[String],
    numbers: &mut Numbers,
) {
    let tenant = house.tenant;
    let mut clock = 400;
    // The end of what the caller said last: an answer is measured from it.
    let mut heard = None;
    for (seq, text) in said.iter().enumerate() {
        let lasts = 40 * text.len() as u64 + numbers.below(400);
        let (start, end) = (clock, clock + lasts);
        clock = end + 500 + numbers.below(700);
        if seq % 2 == 1 {
            let confidence = 850 + numbers.below(150);
            row!(
                batch.turns,
                "{tenant}\t{began}\t{call}\t{seq}\tcaller\t{text}\t\\N\t{start}\t{end}\t[]\t{confidence}\tf\t{NO_STAGES}\t0\t0"
            );
            heard = Some(end);
        } else {
            let stages = heard.map_or_else(|| NO_STAGES.to_owned(), |heard| stages(heard, start));
            row!(
                batch.turns,
                "{tenant}\t{began}\t{call}\t{seq}\tagent\t{text}\t{text}\t{start}\t{end}\t[]\t\\N\tf\t{stages}\t380\t40"
            );
        }
    }
    for (kind, at_ms) in [("stream_started", 0), ("stream_ended", clock)] {
        let id = Uuid::from_u64_pair(numbers.next(), numbers.next());
        row!(
            batch.events,
            "{tenant}\t{began}\t{call}\t{id}\t{kind}\t{at_ms}\t{{}}\t{began}"
        );
    }
}

/// How a call went.
struct Fate {
    status: &'static str,
    end_reason: &'static str,
    hangup_by: &'static str,
    outcome: &'static str,
    duration_ms: u64,
    is_conversation: bool,
}

impl Fate {
    fn of(line: &Line, numbers: &mut Numbers) -> Self {
        let lost = |status| Self {
            status,
            end_reason: "unanswered",
            hangup_by: "carrier",
            outcome: "\\N",
            duration_ms: 0,
            is_conversation: false,
        };
        match numbers.below(100) {
            0..=5 => return lost("no-answer"),
            6..=7 => return lost("busy"),
            8..=9 => return lost("failed"),
            10..=12 => return lost("canceled"),
            _ => {}
        }
        // Most are short, some are long: the product of two chances.
        let long = (numbers.unit() * numbers.unit() * 600_000.0) as u64;
        let is_conversation = line.mode == "ai-voice";
        Self {
            status: "completed",
            end_reason: if numbers.percent(80) {
                "caller_hung_up"
            } else {
                "agent_hung_up"
            },
            hangup_by: if numbers.percent(80) {
                "caller"
            } else {
                "agent"
            },
            outcome: if is_conversation {
                *numbers.pick(OUTCOMES)
            } else {
                "\\N"
            },
            duration_ms: 4_000 + long,
            is_conversation,
        }
    }
}

/// Most calls come in where an agent answers.
fn line_of<'a>(house: &'a House, numbers: &mut Numbers) -> Option<&'a Line> {
    let wanted = match numbers.below(100) {
        0..=59 => "ai-voice",
        60..=84 => "ivr",
        _ => "simple",
    };
    let line = house.lines.iter().find(|line| line.mode == wanted);
    line.or_else(|| house.lines.first())
}

/// Numbers of one area code, which is the tenant's alone.
fn caller_number(house: &House, caller: u64) -> String {
    format!("+1{}{:07}", 201 + house.place, 2_000_000 + caller)
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

const OUTCOMES: &[&str] = &[
    "appointment_scheduled",
    "informed",
    "message_taken",
    "transferred",
    "\\N",
];
