//! Where a call stands between two webhooks.

use std::time::Duration;

use call::{mode::ivr::IvrState, record::EndReason};
use serde::{Deserialize, Serialize};
use store::{StoreError, call::What};
use tenant_config::phone::DialTarget;

use super::{active_call::ActiveCall, pen::Pen};

/// What the carrier was last told to do with the caller. Stored on the call, as `ivr_state`.
///
/// `because` is the trouble that led here; it then is the reason in the CDR, however the call goes
/// on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub(super) enum Place {
    /// A prompt of a menu. `step` counts the prompts of the call; the answer to one names it, so
    /// that an answer that comes twice is known.
    Menu {
        state: IvrState,
        #[serde(default)]
        step: u32,
    },
    /// Somebody else's phone.
    Dialling {
        to: DialTarget,
        because: Option<EndReason>,
    },
    /// The media stream.
    Streaming,
    /// The tone, and the message after it.
    Voicemail { because: Option<EndReason> },
}

impl Place {
    /// Reads a stored place; `None` where none was stored or another version wrote it.
    pub(super) fn read(stored: Option<&serde_json::Value>) -> Option<Self> {
        let stored = stored?;
        serde_json::from_value(stored.clone())
            .inspect_err(|error| {
                tracing::error!("stored place of the call cannot be read: {error}");
            })
            .ok()
    }

    /// Writes the place down, for the next webhook of the call.
    pub(super) async fn store(
        &self,
        pen: &mut impl Pen,
        call: &ActiveCall<'_>,
    ) -> Result<(), StoreError> {
        let state = serde_json::to_value(self).map_err(|e| StoreError::Invalid {
            what: format!("place of the call ({e})"),
        })?;
        let sid = &call.row.provider_call_id;
        call.state.ledger.memory().moved(sid, state.clone());
        let quiet_until = call.state.clock.now() + self.longest();
        pen.write(call.fact(What::Place { state, quiet_until }))
            .await?;
        Ok(())
    }

    /// The carrier asks or tells something within this, or the call is over.
    const fn longest(&self) -> Duration {
        match self {
            // A prompt and the time for a key; a prompt and a message of three minutes.
            Self::Menu { .. } | Self::Voicemail { .. } => Duration::from_mins(6),
            // Twilio ends a dialled leg after four hours.
            Self::Dialling { .. } => Duration::from_mins(4 * 60 + 15),
            // The stream opens while its token is good, one minute. Whose node has it then says so.
            Self::Streaming => Duration::from_mins(2),
        }
    }

    /// The trouble that led here.
    pub(super) const fn because(&self) -> Option<EndReason> {
        match self {
            Self::Menu { .. } | Self::Streaming => None,
            Self::Dialling { because, .. } | Self::Voicemail { because } => *because,
        }
    }
}

#[cfg(test)]
mod tests {
    use tenant_config::id::IvrMenuId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was_stored() {
        let to = |text| DialTarget::parse(text).unwrap();
        let state = IvrState {
            menu: IvrMenuId(Uuid::from_u128(7)),
            attempts: 1,
            depth: 2,
        };
        for place in [
            Place::Menu { state, step: 2 },
            Place::Dialling {
                to: to("+19185550199"),
                because: Some(EndReason::AgentUnavailable),
            },
            Place::Dialling {
                to: to("sip:desk@pbx.example"),
                because: None,
            },
            Place::Streaming,
            Place::Voicemail {
                because: Some(EndReason::Misconfigured),
            },
        ] {
            let stored = serde_json::to_value(&place).unwrap();
            assert_eq!(Place::read(Some(&stored)), Some(place));
        }
        assert_eq!(Place::read(None), None);
        assert_eq!(
            Place::read(Some(&serde_json::json!({ "at": "moon" }))),
            None
        );
    }
}
