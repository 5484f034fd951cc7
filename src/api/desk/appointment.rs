//! The calendar: what callers booked, and what is booked by hand.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    TenantTx,
    appointment::{AppointmentStatus, BookError, CalendarEntry, CalendarFilter, NewAppointment},
    audit::AuditEntry,
};
use tenant_config::id::{AppointmentId, ServiceId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Body, Id, Params, Patch},
    caller::InTenant,
    check::{Faults, word},
    etag::{IfMatch, tagged},
    page::{Page, PageParams, storable},
    problem::{Code, Outcome, Problem},
};

/// Which appointments.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AppointmentParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// `booked` (if nothing is said) or `cancelled`.
    pub status: Option<String>,
    /// Begins then or later; from now on if nothing is said.
    #[serde(rename = "starts_at[gte]")]
    #[param(rename = "starts_at[gte]")]
    pub from: Option<DateTime<Utc>>,
    /// Begins earlier.
    #[serde(rename = "starts_at[lt]")]
    #[param(rename = "starts_at[lt]")]
    pub until: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAppointmentInput {
    pub service_id: Uuid,
    /// It lasts as long as the service does, within the business hours.
    pub starts_at: DateTime<Utc>,
    #[schema(example = "Sarah Miller")]
    pub customer_name: String,
    #[schema(example = "+19185550142")]
    pub phone: String,
    #[serde(default)]
    pub notes: Option<String>,
}

/// What may be changed; another service is another appointment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppointmentInput {
    /// It keeps its length.
    pub starts_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentView {
    pub id: Uuid,
    pub service_id: Uuid,
    pub service_name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// `booked` or `cancelled`.
    pub status: &'static str,
    pub customer_name: String,
    pub phone: String,
    pub notes: Option<String>,
    /// The call that it was made in; `null` for one that was made by hand.
    pub call_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<CalendarEntry> for AppointmentView {
    fn from(entry: CalendarEntry) -> Self {
        Self {
            id: entry.id.0,
            service_id: entry.service_id.0,
            service_name: entry.service_name,
            starts_at: entry.starts_at,
            ends_at: entry.ends_at,
            status: entry.status.as_str(),
            customer_name: entry.customer_name,
            phone: entry.phone,
            notes: entry.notes,
            call_id: entry.call_id.map(|id| id.0),
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        }
    }
}

/// The tenant's appointments.
#[utoipa::path(
    get, path = "/appointments", tag = "Front desk", params(AppointmentParams),
    responses((status = 200, description = "The soonest first", body = Page<AppointmentView>))
)]
pub async fn list_appointments(
    who: InTenant,
    Params(params): Params<AppointmentParams>,
) -> Outcome<Json<Page<AppointmentView>>> {
    let status = word(
        "?status",
        params.status.as_deref(),
        AppointmentStatus::parse,
    )?;
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
    };
    let filter = CalendarFilter {
        status: status.unwrap_or(AppointmentStatus::Booked),
        from: storable(params.from.unwrap_or_else(|| who.now())),
        until: storable(params.until.unwrap_or(DateTime::<Utc>::MAX_UTC)),
        // The cursor is of the last row, whichever way the list goes.
        after: page.before()?.map(|(at, id)| (at, AppointmentId(id))),
        at_most: page.fetch()?,
    };
    let entries = who.begin().await?.calendar(&filter).await?;
    let key = |entry: &CalendarEntry| (entry.starts_at, entry.id.0);
    Ok(Json(page.page(entries, key, AppointmentView::from)?))
}

/// Book an appointment.
#[utoipa::path(
    post, path = "/appointments", tag = "Front desk", request_body = NewAppointmentInput,
    responses((status = 201, description = "Booked", body = AppointmentView))
)]
pub async fn create_appointment(
    who: InTenant,
    Body(input): Body<NewAppointmentInput>,
) -> Outcome<Response> {
    let mut faults = Faults::default();
    let customer_name = faults.text("/customer_name", &input.customer_name, 200);
    let notes = faults.optional("/notes", input.notes.as_deref(), 2000);
    let phone = faults.number("/phone", Some(&input.phone));
    if input.phone.trim().is_empty() {
        faults.add(
            "/phone",
            "required",
            "Say where the customer can be reached.",
        );
    }
    let phone = faults.none_but(phone)?;
    let new = NewAppointment {
        service_id: ServiceId(input.service_id),
        starts_at: storable(input.starts_at),
        customer_name,
        phone,
        call: None,
        notes,
    };
    let mut tx = who.begin().await?;
    let booked = tx.book(&new, who.now()).await.map_err(refused)?;
    let view = entry(&mut tx, booked.id).await?;
    let entry = AuditEntry::new(who.now(), "appointment.booked", "appointment")
        .of(&booked.id)
        .after(json!(view));
    let answer = Answer::made(&view, &format!("/appointments/{}", booked.id))?;
    who.record(tx, entry, answer).await
}

/// One appointment.
#[utoipa::path(
    get, path = "/appointments/{id}", tag = "Front desk", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The appointment", body = AppointmentView))
)]
pub async fn get_appointment(who: InTenant, Id(id): Id) -> Outcome<Response> {
    tagged(entry(&mut who.begin().await?, AppointmentId(id)).await?)
}

/// Move an appointment.
#[utoipa::path(
    patch, path = "/appointments/{id}", tag = "Front desk", params(("id" = Uuid, Path)),
    request_body = AppointmentInput,
    responses((status = 200, description = "Moved", body = AppointmentView))
)]
pub async fn move_appointment(
    who: InTenant,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let id = AppointmentId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let before = entry(&mut tx, id).await?;
    seen.check(&before)?;
    let input = patch.onto(&AppointmentInput {
        starts_at: before.starts_at,
    })?;
    let starts_at = storable(input.starts_at);
    tx.move_appointment(id, starts_at, who.now())
        .await
        .map_err(refused)?;
    let view = entry(&mut tx, id).await?;
    let entry = AuditEntry::new(who.now(), "appointment.moved", "appointment")
        .of(&id)
        .before(json!(before))
        .after(json!(view));
    who.record(tx, entry, Answer::ok(&view)?).await
}

/// Call an appointment off. It stays in the list of those that are `cancelled`.
#[utoipa::path(
    delete, path = "/appointments/{id}", tag = "Front desk", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Called off"))
)]
pub async fn cancel_appointment(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let id = AppointmentId(id);
    let mut tx = who.begin().await?;
    if !tx.cancel_appointment(id, who.now()).await? {
        return Err(Problem::not_found());
    }
    let entry = AuditEntry::new(who.now(), "appointment.cancelled", "appointment").of(&id);
    who.record(tx, entry, Answer::done()).await
}

async fn entry(tx: &mut TenantTx, id: AppointmentId) -> Outcome<AppointmentView> {
    let entry = tx.calendar_entry(id).await?;
    Ok(entry.ok_or_else(Problem::not_found)?.into())
}

/// Why a time cannot be had.
fn refused(error: BookError) -> Problem {
    match error {
        BookError::Taken => Problem::new(Code::Conflict, "Something else is booked at that time.")
            .at("/starts_at", "taken", "Choose a time that is free."),
        BookError::Closed => Problem::field(
            "/starts_at",
            "closed",
            "The service does not fit into the business hours at that time.",
        ),
        BookError::Past => Problem::field("/starts_at", "past", "This must lie ahead."),
        BookError::UnknownService => Problem::field(
            "/service_id",
            "unknown",
            "There is no such service, or it is not offered any more.",
        ),
        BookError::UnknownAppointment => {
            Problem::new(Code::Conflict, "The appointment was called off.")
        }
        BookError::Store(error) => error.into(),
    }
}
