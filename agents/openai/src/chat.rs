//! Chat over `/chat/completions`: a conversation in, words and tool calls out, streamed.

mod answer;
mod assemble;
mod chunk;
mod facts;
mod prompt;
mod request;
#[cfg(test)]
mod tests;
mod text_call;

use std::sync::Arc;

use agents::{
    ProviderError, Stage,
    brief::Brief,
    llm::{ChatEvent, ChatModel, ChatRequest},
    tools::ToolSpec,
};
use futures_util::{
    future::BoxFuture,
    stream::{self, BoxStream, StreamExt},
};

use self::{answer::Answer, assemble::Assembler};
use crate::{
    ConfigError, OpenAiConfig,
    deadline::Deadlines,
    fault::Who,
    listing,
    transport::{self, OpenAiClient},
};

/// A chat model behind an OpenAI-compatible server. Cheap to clone.
#[derive(Clone)]
pub struct OpenAiChat {
    client: OpenAiClient,
    config: OpenAiConfig,
    who: Who,
}

impl OpenAiChat {
    /// Makes no connection.
    pub fn new(config: OpenAiConfig) -> Result<Self, ConfigError> {
        let client = transport::client(&config)?;
        let who = Who {
            provider: format!("openai:{}", config.model()),
            stage: Stage::Llm,
        };
        Ok(Self {
            client,
            config,
            who,
        })
    }

    /// The same server with another model.
    pub fn with_model(&self, model: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            client: self.client.clone(),
            config: self.config.with_model(model)?,
            who: Who {
                provider: format!("openai:{model}"),
                stage: Stage::Llm,
            },
        })
    }

    /// The model that is asked for.
    pub fn model(&self) -> &str {
        self.config.model()
    }

    /// The names of what the server serves, in its own order: not all of them can chat.
    pub async fn models(&self) -> Result<Vec<String>, ProviderError> {
        listing::models(&self.config, &self.who).await
    }

    /// Lets a server that caches prompt prefixes read the part that is the same in all turns of a
    /// call, so that the first turn does not wait for it (2.6 s against 0.4 s on a CPU). Give it
    /// the brief and the tools of the call: servers write the tools into the prefix too.
    pub async fn warm(&self, brief: &Brief, tools: &[ToolSpec]) -> Result<(), ProviderError> {
        let request = request::warm_up(&self.config, brief, tools);
        let deadlines = Deadlines::start(self.config.timeouts());
        let chat = self.client.chat();
        deadlines
            .total(chat.create_byot::<_, serde_json::Value>(&request))
            .await
            .map_err(|late| self.who.late(late))?
            .map_err(|error| self.who.openai(error))?;
        Ok(())
    }
}

impl ChatModel for OpenAiChat {
    fn name(&self) -> &str {
        &self.who.provider
    }

    fn prepare(&self, brief: Arc<Brief>, tools: Arc<[ToolSpec]>) -> BoxFuture<'static, ()> {
        let chat = self.clone();
        Box::pin(async move {
            // A server that cannot be warmed shows itself when it is asked.
            let _ = chat.warm(&brief, &tools).await;
        })
    }

    fn ask(&self, request: ChatRequest) -> BoxStream<'static, Result<ChatEvent, ProviderError>> {
        let body = request::answer(&self.config, &request);
        let client = self.client.clone();
        let opening = async move { client.chat().create_stream_byot(&body).await };
        let answer = Answer::new(
            Box::pin(opening),
            Assembler::new(&request),
            self.config.timeouts(),
            self.who.clone(),
        );
        stream::unfold(answer, async |mut answer| {
            Some((answer.next().await?, answer))
        })
        .boxed()
    }
}
