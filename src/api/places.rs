//! How many requests are served at once. Calls and the API share the connections to the database, and
//! a caller who waits for one hears silence: the API never takes them all.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    access::Who,
    problem::{Code, Outcome, Problem},
};

/// Cheap to clone; the places are shared.
#[derive(Debug, Clone)]
pub struct Places {
    known: Arc<Semaphore>,
    /// Those who sign in wait for hashes of passwords; whoever is in does not wait for them.
    strangers: Arc<Semaphore>,
}

impl Places {
    pub fn new() -> Self {
        Self {
            known: Arc::new(Semaphore::new(8)),
            strangers: Arc::new(Semaphore::new(3)),
        }
    }

    /// A place for a request, kept until it is dropped. Beyond [`PATIENCE`] there is none.
    pub async fn take(&self, who: Who) -> Outcome<OwnedSemaphorePermit> {
        let places = match who {
            Who::LettingIn => &self.strangers,
            Who::Anybody
            | Who::SignedIn
            | Who::Tenant { .. }
            | Who::Customer
            | Who::Platform(_)
            | Who::Impersonator => &self.known,
        };
        let place = tokio::time::timeout(PATIENCE, Arc::clone(places).acquire_owned());
        match place.await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Problem::new(
                Code::Unavailable,
                "Too many requests are being served at this moment. Please try again.",
            )
            .retry_after(PATIENCE)),
        }
    }
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}

const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_signs_in_keeps_nobody_waiting_who_is_in() {
        let places = Places::new();
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(places.take(Who::LettingIn).await.unwrap());
        }
        let waits = tokio::time::timeout(Duration::from_millis(50), places.take(Who::LettingIn));
        assert!(waits.await.is_err(), "there was a place");
        assert!(places.take(Who::SignedIn).await.is_ok());
        held.pop();
        assert!(places.take(Who::LettingIn).await.is_ok());
    }
}
