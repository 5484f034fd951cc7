//! How a typed call begins and what is stored of it beside the conversation: the tenant is found as
//! a webhook finds it, and the call is a row like any other, of mode `test`.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex},
    time::Instant,
};

use anyhow::{Context, bail, ensure};
use call::{
    Call, CallConfig, Input,
    config::{Limits, Phrases, ProviderNames},
};
use media::playout::PlayoutConfig;
use store::{
    Actor, Store, StoreError, TenantScope,
    call::{CallMode, CallRef, CallRow, CallStatus, Direction, NewCall, StatusReport},
    tenant::{InboundAddress, Resolution, ResolutionMethod},
};
use tenant_config::{
    phone::{E164, IvrMode},
    voice::VoiceSettings,
};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Line, TypedCall, TypingDesk};
use crate::{
    ledger::{Ledger, Share},
    session::{
        brief::{self, Briefed},
        keeper::{Desk, Keeper},
        mind::Mind,
        tools::StoreTools,
    },
};

/// Which number is dialled, and from where.
#[derive(Debug, Clone)]
pub struct Dialled {
    pub to: E164,
    /// `None`: the caller's number is withheld.
    pub from: Option<E164>,
}

impl TypingDesk {
    /// Finds the tenant, stores the call, and lets the greeting begin; listen to hear it. Nothing
    /// is stored of a number that no agent answers.
    pub async fn dial(&self, dialled: &Dialled) -> anyhow::Result<TypedCall> {
        let (call, row, briefed) = self.begin(dialled).await?;
        let desk = Desk {
            ledger: Ledger::straight(self.store.clone(), self.clock),
            clock: self.clock,
            call,
            call_sid: row.provider_call_id.clone(),
            share: Share::default(),
        };
        let outcome = Arc::new(Mutex::new(None));
        let backend = StoreTools {
            store: self.store.clone(),
            clock: self.clock,
            scope: TenantScope::new(call.tenant_id, Actor::Call(call.call_id)),
            call: Some(call),
            hours: briefed.brief.hours.clone(),
            caller: row.from,
            outcome: Arc::clone(&outcome),
        };
        let chat = match &briefed.agent.settings.model {
            Some(name) => self.choice.model_or(name, &self.chat),
            None => Arc::clone(&self.chat),
        };
        let config = CallConfig {
            resume: None,
            // Typed words make no sound: they are as they are written.
            settings: VoiceSettings {
                pronunciations: Vec::new(),
                ..briefed.agent.settings
            },
            greeting: briefed.brief.greeting.clone(),
            playout: PlayoutConfig::default(),
            phrases: Phrases::default(),
            limits: Limits::default(),
            providers: ProviderNames {
                asr: TYPED.to_owned(),
                chat: chat.name().to_owned(),
                tts: TYPED.to_owned(),
                vad: TYPED.to_owned(),
            },
        };
        let (told, events) = mpsc::channel(EVENTS);
        let began = Instant::now();
        let mut typed = TypedCall {
            call: Call::new(config, began),
            began,
            now: began,
            line: Line::default(),
            mouth: None,
            replies: VecDeque::new(),
            mind: Mind::new(chat, Arc::new(briefed.brief), Arc::new(backend), told),
            events,
            asks: HashSet::new(),
            tools: HashMap::new(),
            keeper: Some(Keeper::start(desk.clone())),
            store: self.store.clone(),
            desk,
            outcome,
            said: Vec::new(),
            ended: None,
        };
        typed.input(Input::Started).await;
        Ok(typed)
    }

    async fn begin(&self, dialled: &Dialled) -> anyhow::Result<(CallRef, CallRow, Briefed)> {
        let address = InboundAddress {
            messaging_service_sid: None,
            to: Some(dialled.to.clone()),
        };
        let found = self.store.resolve_inbound(&address).await?;
        let number = dialled.to.as_str();
        ensure!(
            found.method != ResolutionMethod::FallbackRoot,
            "no tenant has the number {number}; `trunkline seed` makes the demo tenant and prints \
             its numbers"
        );
        ensure!(
            found.tenant.status.answers_calls(),
            "the tenant of {number}, {}, is {} and takes no calls",
            found.tenant.slug,
            found.tenant.status.as_str()
        );
        let mode = found.phone.as_ref().map(|line| line.ivr_mode);
        match mode {
            Some(IvrMode::AiVoice) => {}
            Some(other @ (IvrMode::Simple | IvrMode::Ivr)) => bail!(
                "{number} is answered in mode `{}`, without a conversation; dial a number of mode \
                 `ai-voice`",
                other.as_str()
            ),
            None => bail!("{number} has no line"),
        }
        self.store_call(dialled, &found).await
    }

    async fn store_call(
        &self,
        dialled: &Dialled,
        found: &Resolution,
    ) -> anyhow::Result<(CallRef, CallRow, Briefed)> {
        let line = found.phone.as_ref().context("the number has no line")?;
        let scope = TenantScope::new(found.tenant.id, Actor::System);
        let mut tx = self.store.tenant(&scope).await?;
        let version = match line.agent_id {
            Some(agent) => tx.agent_version(agent).await?,
            None => None,
        };
        let version = version.with_context(|| {
            format!(
                "the line {} of {} has no published agent",
                dialled.to.as_str(),
                found.tenant.slug
            )
        })?;
        let now = self.clock.now();
        let begun = tx
            .begin_call(&NewCall {
                provider: TYPED.to_owned(),
                provider_call_id: Uuid::now_v7().to_string(),
                from: dialled.from.clone(),
                to: Some(dialled.to.clone()),
                direction: Direction::Inbound,
                mode: CallMode::Test,
                ivr_mode: IvrMode::AiVoice,
                phone_config_id: Some(line.id),
                agent_version_id: Some(version.id),
                resolution_method: found.method,
                started_at: now,
            })
            .await?;
        let call = begun.call;
        tx.apply_status(&call, &StatusReport::seen(CallStatus::InProgress, now))
            .await?;
        let row = tx.call(&call).await?;
        let briefed = brief::load(&mut tx, &row, now).await?;
        tx.commit().await?;
        let briefed = briefed.context("the call has no published agent")?;
        Ok((call, row, briefed))
    }
}

/// No carrier will call back to say that the call is completed.
pub(super) async fn complete(store: &Store, desk: &Desk) -> Result<(), StoreError> {
    let call = &desk.call;
    let scope = TenantScope::new(call.tenant_id, Actor::Call(call.call_id));
    let mut tx = store.tenant(&scope).await?;
    tx.apply_status(
        call,
        &StatusReport::seen(CallStatus::Completed, desk.clock.now()),
    )
    .await?;
    tx.commit().await
}

/// Stands where a carrier, a recognizer and a voice have their names.
const TYPED: &str = "typed";
/// Reports waiting for the call; the tasks that make them wait when it is full.
const EVENTS: usize = 256;
