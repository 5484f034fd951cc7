//! What is left of a call, and what the carrier is told to do with it.

use bench::twiml::Verb;
use media::twilio::CallSid;

use super::line::ask;
use crate::node::Node;

/// One call as the node keeps it.
#[derive(Clone)]
pub(super) struct Record<'a> {
    node: &'a Node,
    call_sid: CallSid,
}

impl<'a> Record<'a> {
    pub(super) fn new(node: &'a Node, call_sid: &CallSid) -> Self {
        Self {
            node,
            call_sid: call_sid.clone(),
        }
    }

    /// A column, or an expression over the columns, of the call's row, as text.
    pub(super) async fn value(&self, sql: &str) -> Option<String> {
        let sid = &self.call_sid;
        let sql = format!("SELECT ({sql})::text FROM app.calls WHERE provider_call_id = '{sid}'");
        self.node.db.value(&sql).await
    }

    /// What was said by both sides, in order.
    pub(super) async fn turns(&self) -> Vec<String> {
        let sql = "SELECT string_agg(speaker || ': ' || text, '|' ORDER BY seq)
            FROM app.call_turns t WHERE t.call_id = calls.id";
        let turns = self.value(sql).await.unwrap_or_default();
        turns.split_terminator('|').map(str::to_owned).collect()
    }

    /// What the carrier is told when it asks what follows the stream: the names of the verbs.
    pub(super) async fn next_verbs(&self) -> Vec<&'static str> {
        let verbs = ask(self.node, &self.call_sid, "/twilio/voice/next", &[]).await;
        verbs.iter().map(Verb::name).collect()
    }
}
