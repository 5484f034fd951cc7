//! What one of the tenant's people did, in numbers.

use axum::Json;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use store::audit::WorkOn;
use tenant_config::id::UserId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::{Id, Params},
    caller::InTenant,
    check::parameter,
    problem::{Outcome, Problem},
};

/// Since when.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PerformanceParams {
    /// So many days back, 1 to 365; 30 if nothing is said.
    #[param(minimum = 1, maximum = 365)]
    pub days: Option<u16>,
}

/// What somebody did, as the tenant's log has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerformanceView {
    pub user_id: Uuid,
    pub since: DateTime<Utc>,
    /// Calendar days, in the tenant's zone, on which they did something.
    pub active_days: i64,
    /// All that they did.
    pub times: i64,
    pub last_at: Option<DateTime<Utc>>,
    /// By what it was done to, the most first.
    pub kinds: Vec<WorkOnView>,
}

/// What they did to things of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkOnView {
    #[schema(example = "call")]
    pub object_kind: String,
    /// So many different ones. 0 where the business has but one, such as its hours.
    pub objects: i64,
    pub times: i64,
    pub actions: Vec<ActionView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ActionView {
    #[schema(example = "call.note_added")]
    pub action: String,
    pub times: i64,
}

impl From<WorkOn> for WorkOnView {
    fn from(on: WorkOn) -> Self {
        let action = |(action, times)| ActionView { action, times };
        Self {
            object_kind: on.object_kind,
            objects: on.objects,
            times: on.deeds,
            actions: on.actions.into_iter().map(action).collect(),
        }
    }
}

/// What one of the people did: calls they noted, tagged or put right, appointments, contacts, what they
/// set up. What an operator did in the tenant's place, or a program with a key, is nobody's of them.
#[utoipa::path(
    get, path = "/users/{id}/performance", tag = "People",
    params(("id" = Uuid, Path), PerformanceParams),
    responses((status = 200, description = "In numbers", body = PerformanceView))
)]
pub async fn member_performance(
    who: InTenant,
    Id(id): Id,
    Params(params): Params<PerformanceParams>,
) -> Outcome<Json<PerformanceView>> {
    let days = params.days.unwrap_or(30);
    if !(1..=365).contains(&days) {
        return Err(parameter("?days", "Ask for 1 to 365 days.".to_owned()));
    }
    let since = who.now() - TimeDelta::days(days.into());
    let user = UserId(id);
    let mut tx = who.begin().await?;
    tx.member(user).await?.ok_or_else(Problem::not_found)?;
    let zone = tx.tenant_row().await?.timezone;
    let work = tx.work_of(user, since, zone).await?;
    Ok(Json(PerformanceView {
        user_id: id,
        since,
        active_days: work.active_days,
        times: work.deeds,
        last_at: work.last_at,
        kinds: work.kinds.into_iter().map(WorkOnView::from).collect(),
    }))
}
