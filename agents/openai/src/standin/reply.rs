//! What the server answers, step by step.

use std::time::Duration;

use serde_json::{Value, json};

/// One piece of an answer's body.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Bytes(Vec<u8>),
    Wait(Duration),
    /// Closes the connection without an end.
    BreakOff,
}

/// A scripted answer. Waits before the first bytes hold back the headers too.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub steps: Vec<Step>,
}

impl Reply {
    /// A chat answer of these pieces, one event each, with a token count at the end.
    pub fn words(pieces: &[&str]) -> Self {
        let mut chunks = vec![delta(&json!({"role": "assistant"}))];
        chunks.extend(pieces.iter().map(|text| delta(&json!({"content": text}))));
        chunks.push(finish("stop"));
        Self::chunks(&chunks)
    }

    /// A chat answer that calls tools; each as id, name and the fragments of its arguments.
    pub fn tool_calls(calls: &[(&str, &str, &[&str])]) -> Self {
        let mut chunks = Vec::new();
        for (index, (id, name, fragments)) in calls.iter().enumerate() {
            let head = json!({"name": name, "arguments": ""});
            chunks.push(delta(&json!({"tool_calls": [
                {"index": index, "id": id, "type": "function", "function": head}]})));
            for fragment in *fragments {
                chunks.push(delta(&json!({"tool_calls": [
                    {"index": index, "function": {"arguments": fragment}}]})));
            }
        }
        chunks.push(finish("tool_calls"));
        Self::chunks(&chunks)
    }

    /// These events as they are, then the token count and the end.
    pub fn chunks(chunks: &[Value]) -> Self {
        let usage = json!({"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18});
        let mut steps: Vec<Step> = chunks
            .iter()
            .map(|chunk| event(&chunk.to_string()))
            .collect();
        steps.push(event(&json!({"choices": [], "usage": usage}).to_string()));
        steps.push(event("[DONE]"));
        Self {
            status: 200,
            content_type: "text/event-stream",
            steps,
        }
    }

    /// A transcript without times.
    pub fn transcript(text: &str) -> Self {
        Self::json(&json!({"text": text}))
    }

    /// Signed 16-bit little-endian samples, cut into pieces of `bytes` bytes.
    pub fn pcm(samples: &[i16], bytes: usize) -> Self {
        let all: Vec<u8> = samples
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        let steps = all
            .chunks(bytes.max(1))
            .map(|piece| Step::Bytes(piece.to_vec()))
            .collect();
        Self {
            status: 200,
            content_type: "audio/pcm",
            steps,
        }
    }

    pub fn json(body: &Value) -> Self {
        let steps = vec![Step::Bytes(body.to_string().into_bytes())];
        Self {
            status: 200,
            content_type: "application/json",
            steps,
        }
    }

    /// An error as the public service words it.
    pub fn error(status: u16, code: &str) -> Self {
        let message = "a message that may quote what the caller said";
        let error = json!({"error": {"message": message, "type": "server_error", "code": code}});
        Self {
            status,
            ..Self::json(&error)
        }
    }

    /// An event that is no JSON.
    pub fn garbage() -> Self {
        let steps = vec![event("<html>not for you</html>")];
        Self {
            status: 200,
            content_type: "text/event-stream",
            steps,
        }
    }

    /// Waits before a step, counted from zero.
    #[must_use]
    pub fn wait_before(mut self, step: usize, time: Duration) -> Self {
        self.steps
            .insert(step.min(self.steps.len()), Step::Wait(time));
        self
    }

    /// Closes the connection after this many steps.
    #[must_use]
    pub fn break_off_after(mut self, steps: usize) -> Self {
        self.steps.truncate(steps);
        self.steps.push(Step::BreakOff);
        self
    }

    /// Ends the answer properly after this many steps, as a server does that loses its model.
    #[must_use]
    pub fn end_after(mut self, steps: usize) -> Self {
        self.steps.truncate(steps);
        self
    }
}

fn event(data: &str) -> Step {
    Step::Bytes(format!("data: {data}\n\n").into_bytes())
}

fn delta(delta: &Value) -> Value {
    json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "standin",
        "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn finish(reason: &str) -> Value {
    json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "standin",
        "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}
