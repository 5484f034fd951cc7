//! What a tenant's own customers see: who they are to the tenant, and what is booked for them.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::customer::{CustomerAppointment, CustomerCard};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{caller::Customer, page::Page, problem::Outcome};

/// A customer and their tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortalView {
    pub company_name: String,
    /// Where the tenant is: times are meant there. An IANA name.
    #[schema(example = "America/Chicago")]
    pub timezone: String,
    /// The customer's own number, in E.164.
    pub number: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

impl From<CustomerCard> for PortalView {
    fn from(card: CustomerCard) -> Self {
        Self {
            company_name: card.company_name,
            timezone: card.timezone.name().to_owned(),
            number: card.number,
            name: card.name,
            email: card.email,
        }
    }
}

/// An appointment of the customer's.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnAppointmentView {
    pub id: Uuid,
    pub service_name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// `booked` or `cancelled`.
    pub status: &'static str,
}

impl From<CustomerAppointment> for OwnAppointmentView {
    fn from(appointment: CustomerAppointment) -> Self {
        Self {
            id: appointment.id.0,
            service_name: appointment.service_name,
            starts_at: appointment.starts_at,
            ends_at: appointment.ends_at,
            status: appointment.status.as_str(),
        }
    }
}

/// Who one is to the tenant.
#[utoipa::path(
    get, path = "/portal", tag = "Customers",
    responses((status = 200, description = "The customer and their tenant", body = PortalView))
)]
pub async fn get_portal(who: Customer) -> Outcome<Json<PortalView>> {
    Ok(Json(who.begin().await?.card().await?.into()))
}

/// What is, and was, booked under one's number.
#[utoipa::path(
    get, path = "/portal/appointments", tag = "Customers",
    responses((status = 200, description = "The latest first, 200 at most", body = Page<OwnAppointmentView>))
)]
pub async fn list_own_appointments(who: Customer) -> Outcome<Json<Page<OwnAppointmentView>>> {
    let appointments = who.begin().await?.appointments().await?;
    Ok(Json(Page::whole(
        appointments
            .into_iter()
            .map(OwnAppointmentView::from)
            .collect(),
    )))
}
