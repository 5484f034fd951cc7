//! From elements to verbs. Every attribute is taken by name; what is left over is an error.

use std::{ops::RangeInclusive, str::FromStr, time::Duration};

use super::{
    Dial, Gather, Method, Record, RejectReason, Say, Stream, Target, TwimlError, Verb,
    element::Element,
    stream::{PARAMETER_CHARS, check_url},
};

/// Reads a document: the verbs of its `<Response>`, in order.
pub fn parse(document: &str) -> Result<Vec<Verb>, TwimlError> {
    let root = Element::read(document)?;
    if root.name != "Response" {
        return Err(TwimlError::Root(root.name));
    }
    root.children
        .into_iter()
        .map(|child| verb("Response", child))
        .collect()
}

fn verb(parent: &str, element: Element) -> Result<Verb, TwimlError> {
    let mut node = Node(element);
    let verb = match node.0.name.as_str() {
        "Say" => Verb::Say(say(&mut node)?),
        "Play" => play(&mut node)?,
        "Pause" => Verb::Pause(node.seconds("length", 1, 1..=3_600)?),
        "Gather" => Verb::Gather(gather(&mut node)?),
        "Dial" => Verb::Dial(dial(&mut node)?),
        "Record" => Verb::Record(record(&mut node)?),
        "Redirect" => Verb::Redirect {
            method: node.method("method")?,
            url: node.text("a URL")?,
        },
        "Hangup" => Verb::Hangup,
        "Reject" => Verb::Reject(reject(&mut node)?),
        "Connect" => connect(&mut node)?,
        _ => return Err(node.unknown_in(parent)),
    };
    node.finish()?;
    Ok(verb)
}

fn say(node: &mut Node) -> Result<Say, TwimlError> {
    node.take("loop");
    Ok(Say {
        voice: node.take("voice"),
        language: node.take("language"),
        text: node.text("text to say")?,
    })
}

fn play(node: &mut Node) -> Result<Verb, TwimlError> {
    node.take("loop");
    let digits = node.take("digits");
    let url = match digits {
        Some(_) => std::mem::take(&mut node.0.text),
        None => node.text("the URL of a sound")?,
    };
    Ok(Verb::Play { url, digits })
}

fn gather(node: &mut Node) -> Result<Gather, TwimlError> {
    node.one_of("input", &["dtmf", "dtmf speech"])?;
    for ignored in ["language", "hints", "speechTimeout", "profanityFilter"] {
        node.take(ignored);
    }
    let prompts = std::mem::take(&mut node.0.children)
        .into_iter()
        .map(|child| match child.name.as_str() {
            "Say" | "Play" | "Pause" => verb("Gather", child),
            _ => Err(Node(child).unknown_in("Gather")),
        })
        .collect::<Result<_, _>>()?;
    Ok(Gather {
        action: node.url("action")?,
        method: node.method("method")?,
        num_digits: node.number("numDigits", 1..=1_000)?.map(|n| n as usize),
        finish_on_key: node.finish_key()?,
        timeout: node.seconds("timeout", 5, 0..=600)?,
        action_on_empty_result: node.boolean("actionOnEmptyResult")?.unwrap_or(false),
        prompts,
    })
}

fn dial(node: &mut Node) -> Result<Dial, TwimlError> {
    let mut targets = Vec::new();
    for child in std::mem::take(&mut node.0.children) {
        let mut child = Node(child);
        let make = match child.0.name.as_str() {
            "Number" => Target::Number as fn(String) -> Target,
            "Sip" => Target::Sip,
            _ => return Err(child.unknown_in("Dial")),
        };
        for known in ["url", "method", "sendDigits", "statusCallback"] {
            child.take(known);
        }
        targets.push(make(child.text("a number or address")?));
        child.finish()?;
    }
    let plain = std::mem::take(&mut node.0.text);
    if !plain.trim().is_empty() {
        targets.push(Target::Number(plain.trim().to_owned()));
    }
    if targets.is_empty() {
        return Err(node.missing("a number, <Number> or <Sip>"));
    }
    node.boolean("answerOnBridge")?;
    node.number("timeLimit", 1..=86_400)?;
    node.one_of("recordingStatusCallbackMethod", METHODS)?;
    node.take("recordingStatusCallbackEvent");
    Ok(Dial {
        action: node.url("action")?,
        method: node.method("method")?,
        caller_id: node.take("callerId"),
        timeout: node.seconds("timeout", 30, 5..=600)?,
        record: node.one_of("record", DIAL_RECORD)?,
        recording_status_callback: node.url("recordingStatusCallback")?,
        targets,
    })
}

fn record(node: &mut Node) -> Result<Record, TwimlError> {
    node.boolean("playBeep")?;
    node.number("timeout", 0..=600)?;
    node.one_of("trim", &["trim-silence", "do-not-trim"])?;
    node.take("finishOnKey");
    node.one_of("recordingStatusCallbackMethod", METHODS)?;
    node.take("recordingStatusCallbackEvent");
    Ok(Record {
        action: node.url("action")?,
        method: node.method("method")?,
        max_length: node.seconds("maxLength", 3_600, 2..=14_400)?,
        recording_status_callback: node.url("recordingStatusCallback")?,
    })
}

fn reject(node: &mut Node) -> Result<RejectReason, TwimlError> {
    let reason = node.one_of("reason", &["rejected", "busy"])?;
    Ok(match reason.as_deref() {
        Some("busy") => RejectReason::Busy,
        _ => RejectReason::Rejected,
    })
}

fn connect(node: &mut Node) -> Result<Verb, TwimlError> {
    node.method("method")?;
    let action = node.url("action")?;
    let mut children = std::mem::take(&mut node.0.children).into_iter();
    match (children.next(), children.next()) {
        (Some(child), None) if child.name == "Stream" => Ok(Verb::Connect {
            action,
            stream: stream(Node(child))?,
        }),
        (Some(other), None) => Err(Node(other).unknown_in("Connect")),
        _ => Err(node.missing("exactly one <Stream>")),
    }
}

fn stream(mut node: Node) -> Result<Stream, TwimlError> {
    // Any other track of a bidirectional stream is Twilio's error 31941.
    node.one_of("track", &["inbound_track"])?;
    node.one_of("statusCallbackMethod", METHODS)?;
    let mut parameters = Vec::new();
    for child in std::mem::take(&mut node.0.children) {
        parameters.push(parameter(Node(child))?);
    }
    let url = node.take("url").ok_or_else(|| node.missing("url"))?;
    let stream = Stream {
        url: check_url(&url)?,
        name: node.take("name"),
        status_callback: node.url("statusCallback")?,
        parameters,
    };
    node.finish()?;
    Ok(stream)
}

fn parameter(mut node: Node) -> Result<(String, String), TwimlError> {
    if node.0.name != "Parameter" {
        return Err(node.unknown_in("Stream"));
    }
    let name = node.take("name").ok_or_else(|| node.missing("name"))?;
    let value = node.take("value").ok_or_else(|| node.missing("value"))?;
    if name.chars().count() + value.chars().count() >= PARAMETER_CHARS {
        return Err(node.value_fault(name, value, "fewer than 500 characters with its name"));
    }
    node.finish()?;
    Ok((name, value))
}

/// An element while its parts are taken out.
struct Node(Element);

impl Node {
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.attributes.iter().position(|(n, _)| n == name)?;
        Some(self.0.attributes.swap_remove(at).1)
    }

    fn text(&mut self, what: &'static str) -> Result<String, TwimlError> {
        let text = std::mem::take(&mut self.0.text);
        if text.trim().is_empty() {
            return Err(self.missing(what));
        }
        Ok(text.trim().to_owned())
    }

    fn number(
        &mut self,
        name: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, TwimlError> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        match u64::from_str(&text) {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(self.value_fault(name.to_owned(), text, "a number within Twilio's limits")),
        }
    }

    fn seconds(
        &mut self,
        name: &str,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> Result<Duration, TwimlError> {
        Ok(Duration::from_secs(
            self.number(name, range)?.unwrap_or(default),
        ))
    }

    fn boolean(&mut self, name: &str) -> Result<Option<bool>, TwimlError> {
        let text = self.one_of(name, &["true", "false"])?;
        Ok(text.map(|text| text == "true"))
    }

    fn one_of(&mut self, name: &str, known: &[&str]) -> Result<Option<String>, TwimlError> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        if known.contains(&text.as_str()) {
            return Ok(Some(text));
        }
        Err(self.value_fault(name.to_owned(), text, "one of the documented values"))
    }

    fn method(&mut self, name: &str) -> Result<Method, TwimlError> {
        let text = self.one_of(name, METHODS)?;
        Ok(match text.as_deref() {
            Some("GET") => Method::Get,
            _ => Method::Post,
        })
    }

    /// A URL that Twilio can ask: http(s), or relative to the document's.
    fn url(&mut self, name: &str) -> Result<Option<String>, TwimlError> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        let scheme = url::Url::parse(&text).map(|url| url.scheme().to_owned());
        let usable = match scheme.as_deref() {
            Ok("http" | "https") | Err(url::ParseError::RelativeUrlWithoutBase) => true,
            Ok(_) | Err(_) => false,
        };
        if usable && !text.is_empty() {
            return Ok(Some(text));
        }
        Err(self.value_fault(name.to_owned(), text, "an http(s) or relative URL"))
    }

    fn finish_key(&mut self) -> Result<Option<char>, TwimlError> {
        let Some(text) = self.take("finishOnKey") else {
            return Ok(Some('#'));
        };
        let mut keys = text.chars();
        match (keys.next(), keys.next()) {
            (None, _) => Ok(None),
            (Some(key @ ('0'..='9' | '*' | '#')), None) => Ok(Some(key)),
            _ => Err(self.value_fault("finishOnKey".to_owned(), text, "one key or nothing")),
        }
    }

    /// Everything that was not taken is unknown.
    fn finish(self) -> Result<(), TwimlError> {
        if let Some((name, value)) = self.0.attributes.into_iter().next() {
            return Err(TwimlError::Attribute {
                element: self.0.name,
                name,
                value,
            });
        }
        if let Some(child) = self.0.children.into_iter().next() {
            return Err(Self(child).unknown_in(&self.0.name));
        }
        Ok(())
    }

    fn missing(&self, what: &'static str) -> TwimlError {
        TwimlError::Missing {
            element: self.0.name.clone(),
            what,
        }
    }

    fn unknown_in(self, parent: &str) -> TwimlError {
        TwimlError::Unknown {
            parent: parent.to_owned(),
            child: self.0.name,
        }
    }

    fn value_fault(&self, name: String, value: String, expected: &'static str) -> TwimlError {
        TwimlError::Value {
            element: self.0.name.clone(),
            name,
            value,
            expected,
        }
    }
}

const METHODS: &[&str] = &["POST", "GET"];
const DIAL_RECORD: &[&str] = &[
    "do-not-record",
    "record-from-answer",
    "record-from-ringing",
    "record-from-answer-dual",
    "record-from-ringing-dual",
    "true",
    "false",
];

#[cfg(test)]
mod tests;
