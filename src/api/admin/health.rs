//! Whether the machine is well: this node, its minds, the database, and what waits to be done.

use std::time::{Duration, Instant};

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::overview::{JobStanding, PoolStanding, PostStanding};
use utoipa::ToSchema;

use crate::{
    admission::NodeLimit,
    api::{
        caller::Platform,
        problem::{Code, Outcome, Problem},
        state::ApiState,
    },
    post::Seen,
    session::line::Line,
};

/// The node that was asked, and what all nodes share.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemHealthView {
    pub at: DateTime<Utc>,
    pub node: NodeView,
    pub database: DatabaseView,
    /// Each kind that has any job left.
    pub jobs: Vec<JobStandingView>,
    /// Each channel that has any left.
    pub outbox: Vec<PostStandingView>,
}

/// This node.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeView {
    pub version: &'static str,
    pub started_at: DateTime<Utc>,
    pub uptime_s: i64,
    /// Conversations that it holds.
    pub calls_live: u64,
    pub places_taken: u64,
    /// `null`: as many as it has time for.
    pub max_calls: Option<u64>,
    /// It has no time for more.
    pub busy: bool,
    /// It is being stopped.
    pub draining: bool,
    pub ledger: LedgerView,
    /// Who hears, thinks and speaks, and when each answered last.
    pub minds: Vec<MindView>,
}

/// Facts of calls on their way to the database.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerView {
    /// The database did not take the last one.
    pub is_away: bool,
    pub facts_waiting: u64,
    pub bytes_waiting: u64,
    pub oldest_fact: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MindView {
    /// `recognizer`, `chat` or `voice`.
    pub stage: &'static str,
    pub name: String,
    /// As far as this node has seen since it was started.
    pub last_success_at: Option<DateTime<Utc>>,
    pub last_failure_at: Option<DateTime<Utc>>,
    pub last_failure: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DatabaseView {
    /// What a question without work takes, connection included.
    pub ping_ms: f64,
    /// The node's own connections.
    pub pools: Vec<PoolView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PoolView {
    /// `app`, `worker` or `platform`.
    pub name: &'static str,
    pub open: u32,
    pub idle: u32,
    pub most: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct JobStandingView {
    #[schema(example = "deliver_email")]
    pub kind: String,
    /// Waiting, due or not yet.
    pub ready: i64,
    /// Being carried out.
    pub leased: i64,
    /// Every attempt failed.
    pub dead: i64,
    /// Since when the oldest one has been due and not taken.
    pub overdue_since: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PostStandingView {
    /// `email` or `sms`.
    pub channel: &'static str,
    pub waiting: i64,
    pub failed: i64,
    pub oldest_waiting: Option<DateTime<Utc>>,
}

/// How the machine is.
#[utoipa::path(
    get, path = "/admin/system-health", tag = "Platform: people",
    responses((status = 200, description = "At this moment", body = SystemHealthView))
)]
pub async fn system_health(who: Platform) -> Outcome<Json<SystemHealthView>> {
    let now = who.now();
    let asked = Instant::now();
    let answer = tokio::time::timeout(ANSWER, who.api.store.ping());
    answer.await.map_err(|_| away())??;
    let ping_ms = asked.elapsed().as_secs_f64() * 1e3;
    let mut tx = who.begin().await?;
    let jobs = tx.job_standings(now).await?;
    let outbox = tx.unsent_post().await?;
    Ok(Json(SystemHealthView {
        at: now,
        node: node(&who.api, now),
        database: DatabaseView {
            ping_ms,
            pools: who.api.store.pools().map(PoolView::from).into(),
        },
        jobs: jobs.into_iter().map(JobStandingView::from).collect(),
        outbox: outbox.into_iter().map(PostStandingView::from).collect(),
    }))
}

fn away() -> Problem {
    Problem::new(Code::Unavailable, "The database does not answer.")
        .retry_after(Duration::from_secs(2))
}

fn node(api: &ApiState, now: DateTime<Utc>) -> NodeView {
    let (services, count) = (&api.services, |n: usize| n as u64);
    let standing = services.ledger.standing();
    NodeView {
        version: env!("CARGO_PKG_VERSION"),
        started_at: services.began_at,
        uptime_s: (now - services.began_at).num_seconds(),
        calls_live: count(api.registry.len()),
        places_taken: count(services.admission.taken(Instant::now())),
        max_calls: match services.admission.limit() {
            NodeLimit::Calls(most) => Some(count(most)),
            NodeLimit::Load => None,
        },
        busy: services.admission.is_busy(),
        draining: services.admission.is_draining(),
        ledger: LedgerView {
            is_away: standing.is_away,
            facts_waiting: standing.waiting,
            bytes_waiting: standing.bytes,
            oldest_fact: standing.oldest,
        },
        minds: minds(&services.line),
    }
}

fn minds(line: &Line) -> Vec<MindView> {
    let Line::Agent(providers) = line else {
        return Vec::new();
    };
    let pulses = &providers.choice.pulses;
    let mind = |stage, name: &str, seen: Seen| {
        let (last_failure_at, last_failure) = seen.last_failure.unzip();
        MindView {
            stage,
            name: name.to_owned(),
            last_success_at: seen.last_success,
            last_failure_at,
            last_failure,
        }
    };
    vec![
        mind(
            "recognizer",
            providers.recognizer.name(),
            pulses.recognizer.seen(),
        ),
        mind("chat", providers.chat.name(), pulses.chat.seen()),
        mind("voice", providers.voice.name(), pulses.voice.seen()),
    ]
}

impl From<PoolStanding> for PoolView {
    fn from(pool: PoolStanding) -> Self {
        let PoolStanding {
            name,
            open,
            idle,
            most,
        } = pool;
        Self {
            name,
            open,
            idle,
            most,
        }
    }
}

impl From<JobStanding> for JobStandingView {
    fn from(jobs: JobStanding) -> Self {
        Self {
            kind: jobs.kind,
            ready: jobs.ready,
            leased: jobs.leased,
            dead: jobs.dead,
            overdue_since: jobs.overdue_since,
        }
    }
}

impl From<PostStanding> for PostStandingView {
    fn from(post: PostStanding) -> Self {
        Self {
            channel: post.channel.as_str(),
            waiting: post.waiting,
            failed: post.failed,
            oldest_waiting: post.oldest_waiting,
        }
    }
}

/// A database that takes longer for nothing is away.
const ANSWER: Duration = Duration::from_secs(2);
