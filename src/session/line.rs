//! What a stream is connected with.

use super::providers::Providers;

/// What is at our end of every stream of a node.
#[derive(Debug, Clone)]
pub enum Line {
    /// An agent with these minds.
    Agent(Providers),
    /// The caller's own sound comes back, through all that touches sound and past every mind: a
    /// stand for measuring the way itself.
    Echo,
}

impl From<Providers> for Line {
    fn from(providers: Providers) -> Self {
        Self::Agent(providers)
    }
}
