//! The system prompt: who the agent is, how it speaks, and every fact it may state.
//!
//! What is the same in all calls of a tenant comes first and what belongs to this call last, so
//! that a server that caches prefixes reads the long part once.

use agents::brief::{Brief, Medium};
use chrono::{DateTime, TimeZone};
use chrono_tz::Tz;

use super::facts;

/// Stands behind words that the caller spoke over.
pub(super) const INTERRUPTED: &str = "[interrupted]";

pub(super) fn system_prompt(brief: &Brief) -> String {
    let today = local_start(brief).date_naive();
    [
        format!(
            "You are {}, the receptionist of {}, {}{RULES}\n",
            brief.agent_name,
            brief.company,
            manner(brief.medium)
        ),
        transfer_rule(brief.can_transfer).to_owned(),
        section("Instructions of the company", &brief.instructions),
        section("Words of the trade", &facts::vocabulary(&brief.vocabulary)),
        section("Address", brief.address.as_deref().unwrap_or_default()),
        section("Opening hours", &facts::hours(&brief.hours, today)),
        section(
            "Services",
            &facts::services(&brief.services, &brief.currency),
        ),
        section("Questions and answers", &facts::faqs(&brief.faqs)),
        section("This call", &this_call(brief)),
    ]
    .concat()
}

/// Where the two meet, and how one speaks there.
const fn manner(medium: Medium) -> &'static str {
    match medium {
        Medium::Voice => {
            "on the telephone with a caller.\n\nRules:\n\
             - Your words are spoken aloud: plain sentences only, no lists, markup, symbols or emoji.\n"
        }
        Medium::Text => {
            "exchanging text messages (SMS) with a customer, called the caller below.\n\nRules:\n\
             - Your words are sent as one text message: plain sentences of at most 300 characters \
             in all, no markup or emoji. Hours may have passed between two messages.\n"
        }
    }
}

fn transfer_rule(can_transfer: bool) -> &'static str {
    if can_transfer {
        "- Offer to transfer the call to a person when the caller asks for one or you cannot help.\n"
    } else {
        "- No person can be reached by transfer now; offer to take a message instead.\n"
    }
}

fn this_call(brief: &Brief) -> String {
    let start = local_start(brief);
    let began = start.format("%A, %Y-%m-%d at %H:%M");
    let zone = brief.hours.timezone.name();
    let open = if brief.hours.is_open(brief.call_started_at) {
        "open"
    } else {
        "closed"
    };
    let caller = match &brief.caller {
        Some(number) => format!("The caller's number is {}.", number.as_str()),
        None => "The caller's number is not known.".to_owned(),
    };
    format!(
        "It began on {began} local time ({zone}). The company is {open} at that time.\n{caller}"
    )
}

fn local_start(brief: &Brief) -> DateTime<Tz> {
    brief
        .hours
        .timezone
        .from_utc_datetime(&brief.call_started_at.naive_utc())
}

/// A headed section; nothing where there is nothing to say.
fn section(title: &str, body: &str) -> String {
    match body.trim() {
        "" => String::new(),
        body => format!("\n# {title}\n{body}\n"),
    }
}

const RULES: &str = "\
- Be brief and friendly: one or two short sentences, then at most one question.
- Say dates, times and prices as people say them.
- State only facts from this text, the conversation or a tool's answer. If you do not know, say \
so and offer to take a message. Never invent prices, times, names or policies.
- Use the tools to look up free times, to book, move or cancel, to take messages, to transfer \
and to end the call. Never claim that something was done unless a tool's answer says so.
- Before you book, move or cancel, repeat the service, the date, the time and the name, and wait \
for the caller's yes.
- Call tools silently; never read out their names, ids or arguments.
- [interrupted] marks where the caller spoke over you; they did not hear what would have \
followed. Never say it yourself. Notes in round brackets tell what the caller did.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::tests::brief;

    #[test]
    fn the_prompt_holds_every_fact_of_the_brief() {
        let prompt = system_prompt(&brief());
        for fact in [
            "You are Alex, the receptionist of Bright Smile Dental",
            "# Instructions of the company\nMention the free parking.",
            "# Words of the trade\nWhat was heard may be one of these: bitewing, night guard.\n",
            "# Address\n12 Main Street, Tulsa",
            "Monday: 08:00 to 12:00 and 13:00 to 17:00\n",
            "Tuesday: closed\n",
            "2026-11-26 (Thanksgiving): closed",
            "- Cleaning (also called: teeth cleaning): 30 minutes, 120.00 USD. Scaling and polish.",
            "- Implant: 90 minutes, price on request.",
            "Q: Do you take children?\nA: Yes, from three years on.",
            "It began on Saturday, 2026-11-21 at 03:30 local time (America/Chicago).",
            "The company is closed at that time.",
            "The caller's number is +19185550100.",
            "Offer to transfer the call",
        ] {
            assert!(prompt.contains(fact), "missing: {fact}\nin:\n{prompt}");
        }
        assert!(
            !prompt.contains("2026-11-01"),
            "past exceptions are no use:\n{prompt}"
        );
        assert!(prompt.contains(INTERRUPTED));
    }

    #[test]
    fn the_prefix_is_the_same_for_two_calls_of_a_tenant() {
        let first = brief();
        let later = Brief {
            call_started_at: first.call_started_at + chrono::Duration::hours(3),
            caller: None,
            ..first.clone()
        };
        let (a, b) = (system_prompt(&first), system_prompt(&later));
        let shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        assert!(a[..shared].contains("# This call"), "{}", &a[..shared]);
    }

    #[test]
    fn a_text_is_no_telephone_call() {
        let texting = Brief {
            medium: Medium::Text,
            ..brief()
        };
        let prompt = system_prompt(&texting);
        assert!(prompt.contains("text messages (SMS)") && !prompt.contains("spoken aloud"));
        assert!(prompt.contains("Never invent prices"), "{prompt}");
    }

    #[test]
    fn what_is_not_known_is_not_headed() {
        let bare = Brief {
            address: None,
            instructions: String::new(),
            faqs: vec![],
            services: vec![],
            can_transfer: false,
            ..brief()
        };
        let prompt = system_prompt(&bare);
        for title in ["# Address", "# Instructions", "# Questions", "# Services"] {
            assert!(!prompt.contains(title), "{prompt}");
        }
        assert!(prompt.contains("No person can be reached"));
    }
}
