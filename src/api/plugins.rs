//! What plug-ins add to the dashboard. None can be plugged in, so the list is empty; a dashboard that asks
//! for it shows whatever there is.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{caller::Platform, problem::Outcome};

/// A page of a plug-in's, for the operators' part of the navigation.
#[derive(Debug, Serialize, ToSchema)]
pub struct NavItemView {
    #[schema(example = "Income")]
    pub name: String,
    /// A path of the dashboard.
    pub href: String,
    /// A lucide icon by name.
    #[schema(example = "wallet")]
    pub icon: String,
    /// A colour of CSS.
    pub color: String,
}

/// Pages that plug-ins add to the dashboard.
#[utoipa::path(
    get, path = "/plugins/nav", tag = "Platform: people",
    responses((status = 200, description = "In the order they are shown", body = Vec<NavItemView>))
)]
pub async fn list_pages(_: Platform) -> Outcome<Json<Vec<NavItemView>>> {
    Ok(Json(Vec::new()))
}
