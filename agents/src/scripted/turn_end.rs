//! A turn-end model that judges as its script says.

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};

use super::trouble::{Trouble, Troubles};
use crate::{ProviderError, Stage, turn_end::TurnEnd};

/// Gives scripted probabilities in order; the last one repeats. An empty script says 1.0.
#[derive(Debug)]
pub struct ScriptedTurnEnd {
    script: Vec<f32>,
    delay: Duration,
    troubles: Troubles,
}

impl ScriptedTurnEnd {
    pub fn new(script: impl IntoIterator<Item = f32>) -> Self {
        Self {
            script: script.into_iter().collect(),
            delay: Duration::ZERO,
            troubles: Troubles::none(NAME, Stage::TurnEnd),
        }
    }

    #[must_use]
    pub const fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    #[must_use]
    pub fn with_trouble(mut self, trouble: Trouble) -> Self {
        self.troubles.add(trouble);
        self
    }
}

impl TurnEnd for ScriptedTurnEnd {
    fn name(&self) -> &str {
        NAME
    }

    fn completion(&self, _audio: Vec<i16>) -> BoxFuture<'static, Result<f32, ProviderError>> {
        let (place, trouble) = self.troubles.next_call();
        let last = self.script.last();
        let probability = self.script.get(place).or(last).copied().unwrap_or(1.0);
        let (wait, judged) = match trouble {
            Some(trouble) => (trouble.after, Err(self.troubles.error(trouble.fault))),
            None => (self.delay, Ok(probability)),
        };
        async move {
            tokio::time::sleep(wait).await;
            judged
        }
        .boxed()
    }
}

const NAME: &str = "scripted-turn-end";

#[cfg(test)]
mod tests {
    use super::super::Calls;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn judgements_come_in_order_and_the_last_repeats() {
        let model =
            ScriptedTurnEnd::new([0.2, 0.9]).with_trouble(Trouble::unreachable(Calls::Nth(4)));
        let mut judged = Vec::new();
        for _ in 0..4 {
            judged.push(model.completion(Vec::new()).await.ok());
        }
        assert_eq!(judged, [Some(0.2), Some(0.9), Some(0.9), None]);
    }
}
