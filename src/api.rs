//! The HTTP API of people and programs, below `/api/v1` (and `/api`).
//!
//! A request is named ([`request`]), let in or not by the one table of who may what ([`access`],
//! [`guard`]), read with care ([`body`]), and answered with what there is or with a problem
//! ([`problem`]). Handlers sit in a room for each thing. The document of it all is made from the
//! handlers ([`openapi`]). Knows no carrier; of the calls that
//! go on it knows what is written down, and how to end one.

pub mod access;
pub mod answer;
pub mod body;
pub mod caller;
pub mod check;
pub mod etag;
pub mod guard;
mod host;
mod idempotency;
pub mod identity;
pub mod limits;
pub mod openapi;
pub mod page;
pub mod places;
pub mod problem;
pub mod request;
pub mod state;

pub mod admin;
pub mod agents;
pub mod auth;
pub mod calls;
pub mod desk;
pub mod me;
pub mod people;
pub mod plugins;
pub mod portal;
pub mod telephony;
pub mod tenant;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, Method, Uri, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::{Config, SwaggerUi};

use problem::{Code, Problem};
use state::ApiState;

/// Everything below `/api`, the document, and what is said where there is nothing: below `/api` a
/// problem, and otherwise what `elsewhere` answers.
pub fn router(state: ApiState, elsewhere: Elsewhere) -> Router {
    let (handlers, described) = handlers().split_for_parts();
    let document: Arc<str> = openapi::document(&described).to_string().into();
    let guarded = handlers.route_layer(from_fn_with_state(state.clone(), guard::guard));
    let guarded = guarded.layer(DefaultBodyLimit::max(body::LARGEST));
    let say = move || {
        let document = Arc::clone(&document);
        async move {
            (
                [(header::CONTENT_TYPE, "application/json")],
                document.to_string(),
            )
        }
    };
    let router = Router::new()
        .nest("/api/v1", guarded.clone())
        .nest("/api", guarded)
        .route("/openapi.json", get(say.clone()))
        .route("/api/v1/openapi.json", get(say))
        .merge(reference())
        .fallback(async move |request: Request| nothing_here(&request, elsewhere))
        .layer(from_fn_with_state(state.clone(), request::around));
    router.with_state(state)
}

/// The document, as the handlers and the table of who may what make it.
pub fn document() -> Value {
    openapi::document(&handlers().into_openapi())
}

/// The browsable reference. Its page has styles and pictures within; scripts are files of ours.
fn reference() -> Router<ApiState> {
    let page =
        SwaggerUi::new("/api/docs").config(Config::new(["/openapi.json"]).validator_url("none"));
    Router::from(page).layer(from_fn(let_the_page_work))
}

async fn let_the_page_work(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = HeaderValue::from_static(
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    );
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// What answers where the node has no route at all.
pub type Elsewhere = fn(&Method, &Uri, &HeaderMap) -> Response;

fn nothing_here(request: &Request, elsewhere: Elsewhere) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        let detail = "There is no such route. GET /openapi.json lists them all.";
        return Problem::new(Code::NotFound, detail).into_response();
    }
    elsewhere(request.method(), request.uri(), request.headers())
}

fn handlers() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .merge(signing_in())
        .merge(oneself())
        .merge(settings())
        .merge(work())
        .merge(desk())
        .merge(customers())
        .merge(team())
        .merge(platform())
}

fn signing_in() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(tenant::branding::get_branding))
        .routes(routes!(tenant::logo::get_logo))
        .routes(routes!(auth::login::login))
        .routes(routes!(auth::login_link::login_by_link))
        .routes(routes!(auth::refresh::refresh))
        .routes(routes!(auth::mfa::verify_mfa))
        .routes(routes!(auth::password::forgot_password))
        .routes(routes!(auth::password::reset_password))
        .routes(routes!(auth::invite::accept_invite))
        .routes(routes!(auth::logout::logout))
}

fn oneself() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(me::account::get_me, me::account::edit_me))
        .routes(routes!(me::password::change_password))
        .routes(routes!(me::tenants::list_memberships))
        .routes(routes!(me::tenants::switch_tenant))
        .routes(routes!(me::sessions::list_sessions))
        .routes(routes!(me::sessions::end_session))
        .routes(routes!(me::mfa::propose_mfa))
        .routes(routes!(me::mfa::confirm_mfa))
        .routes(routes!(me::mfa::disable_mfa))
        .routes(routes!(me::recovery::renew_recovery_codes))
}

/// How a tenant's calls are answered.
fn settings() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(
            telephony::line::list_lines,
            telephony::line::create_line
        ))
        .routes(routes!(
            telephony::line::get_line,
            telephony::line::edit_line,
            telephony::line::delete_line
        ))
        .routes(routes!(telephony::number::find_numbers))
        .routes(routes!(telephony::number::buy_number))
        .routes(routes!(telephony::number::release_number))
        .routes(routes!(telephony::trial::try_line))
        .routes(routes!(
            telephony::menu::list_menus,
            telephony::menu::create_menu
        ))
        .routes(routes!(
            telephony::menu::get_menu,
            telephony::menu::edit_menu,
            telephony::menu::delete_menu
        ))
        .routes(routes!(
            telephony::hours::get_hours,
            telephony::hours::edit_hours
        ))
        .routes(routes!(
            agents::agent::list_agents,
            agents::agent::create_agent
        ))
        .routes(routes!(agents::agent::get_agent, agents::agent::edit_agent))
        .routes(routes!(
            agents::version::list_versions,
            agents::version::create_version
        ))
        .routes(routes!(agents::version::publish_version))
        .routes(routes!(agents::version::roll_back))
        .routes(routes!(
            agents::service::list_services,
            agents::service::create_service
        ))
        .routes(routes!(
            agents::service::get_service,
            agents::service::edit_service,
            agents::service::delete_service
        ))
        .routes(routes!(agents::voices::list_voices))
        .routes(routes!(agents::preview::preview_voice))
        .routes(routes!(agents::minds::show_minds))
        .routes(routes!(agents::pack::list_packs))
        .routes(routes!(agents::pack::apply_pack))
        .routes(routes!(agents::faq::list_faqs, agents::faq::create_faq))
        .routes(routes!(
            agents::faq::get_faq,
            agents::faq::edit_faq,
            agents::faq::delete_faq
        ))
}

/// What came of them.
fn work() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(calls::call::list_calls))
        .routes(routes!(calls::live::watch_calls))
        .routes(routes!(calls::live::hang_up))
        .routes(routes!(calls::export::export_calls))
        .routes(routes!(calls::latency::call_latency))
        .routes(routes!(calls::call::get_call, calls::call::delete_call))
        .routes(routes!(calls::call::list_related))
        .routes(routes!(calls::export::export_call))
        .routes(routes!(calls::note::list_notes, calls::note::add_note))
        .routes(routes!(calls::note::delete_note))
        .routes(routes!(calls::tag::set_tags))
        .routes(routes!(calls::tag::list_tags))
        .routes(routes!(calls::share::list_shares, calls::share::share_call))
        .routes(routes!(calls::share::revoke_share))
        .routes(routes!(calls::share::read_shared))
        .routes(routes!(calls::record::list_turns))
        .routes(routes!(calls::correction::correct_turn))
        .routes(routes!(calls::record::list_events))
        .routes(routes!(calls::recording::list_recordings))
        .routes(routes!(calls::recording::purge_recording))
        .routes(routes!(calls::recording::outline_recording))
        .routes(routes!(calls::recording::link_recording))
        .routes(routes!(calls::media::listen))
        .routes(routes!(calls::search::search_turns))
        .routes(routes!(
            calls::contact::list_contacts,
            calls::contact::create_contact
        ))
        .routes(routes!(
            calls::contact::get_contact,
            calls::contact::edit_contact,
            calls::contact::delete_contact
        ))
}

/// What is to be done about them.
fn desk() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(
            desk::appointment::list_appointments,
            desk::appointment::create_appointment
        ))
        .routes(routes!(
            desk::appointment::get_appointment,
            desk::appointment::move_appointment,
            desk::appointment::cancel_appointment
        ))
        .routes(routes!(desk::automation::list_automations))
        .routes(routes!(
            desk::automation::get_automation,
            desk::automation::edit_automation
        ))
        .routes(routes!(desk::message::list_messages))
        .routes(routes!(desk::notification::list_notifications))
        .routes(routes!(desk::notification::read_notification))
}

/// What a tenant's own customers see.
fn customers() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(portal::get_portal))
        .routes(routes!(portal::list_own_appointments))
}

/// A tenant's people, programs and standing.
fn team() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(people::member::list_members))
        .routes(routes!(
            people::member::get_member,
            people::member::edit_member,
            people::member::remove_member
        ))
        .routes(routes!(people::performance::member_performance))
        .routes(routes!(
            people::invite::list_invites,
            people::invite::create_invite
        ))
        .routes(routes!(people::invite::revoke_invite))
        .routes(routes!(people::key::list_keys, people::key::create_key))
        .routes(routes!(people::key::revoke_key))
        .routes(routes!(tenant::audit::list_audit))
        .routes(routes!(tenant::feature::list_features))
        .routes(routes!(tenant::feature::edit_feature))
        .routes(routes!(
            tenant::settings::get_settings,
            tenant::settings::edit_settings
        ))
        .routes(routes!(tenant::logo::put_logo, tenant::logo::delete_logo))
        .routes(routes!(tenant::plan::list_plans))
        .routes(routes!(tenant::usage::get_usage))
}

/// The installation, above its tenants.
fn platform() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(plugins::list_pages))
        .routes(routes!(admin::overview::overview))
        .routes(routes!(admin::health::system_health))
        .routes(routes!(admin::setup::request_setup))
        .routes(routes!(
            admin::tenant::list_tenants,
            admin::tenant::create_tenant
        ))
        .routes(routes!(
            admin::tenant::get_tenant,
            admin::tenant::edit_tenant
        ))
        .routes(routes!(admin::tenant::tenant_usage))
        .routes(routes!(
            admin::logo::put_tenant_logo,
            admin::logo::delete_tenant_logo
        ))
        .routes(routes!(
            admin::domain::list_domains,
            admin::domain::add_domain
        ))
        .routes(routes!(admin::domain::remove_domain))
        .routes(routes!(
            admin::line::list_tenant_lines,
            admin::line::create_tenant_line
        ))
        .routes(routes!(
            admin::line::get_tenant_line,
            admin::line::edit_tenant_line
        ))
        .routes(routes!(admin::line::list_tenant_agents))
        .routes(routes!(admin::line::list_tenant_menus))
        .routes(routes!(agents::pack::list_all_packs))
        .routes(routes!(admin::standing::suspend_tenant))
        .routes(routes!(admin::standing::reactivate_tenant))
        .routes(routes!(admin::standing::cancel_tenant))
        .routes(routes!(admin::clone::clone_tenant))
        .routes(routes!(admin::onboarding::send_onboarding))
        .routes(routes!(admin::login_link::make_login_link))
        .routes(routes!(admin::notes::get_notes, admin::notes::edit_notes))
        .routes(routes!(
            admin::user::list_users,
            admin::user::create_platform_user
        ))
        .routes(routes!(admin::user::edit_platform_user))
        .routes(routes!(admin::plan::list_all_plans))
        .routes(routes!(admin::plan::add_plan_version))
        .routes(routes!(admin::feature::list_all_features))
        .routes(routes!(admin::feature::edit_platform_feature))
        .routes(routes!(admin::activity::list_activity))
        .routes(routes!(admin::setup::list_setup_requests))
        .routes(routes!(admin::setup::approve_setup))
        .routes(routes!(admin::setup::reject_setup))
        .routes(routes!(admin::mailbox::list_mails))
        .routes(routes!(admin::integrations::integrations_status))
        .routes(routes!(admin::concierge::set_tenant_up))
        .routes(routes!(
            admin::impersonation::list_impersonations,
            admin::impersonation::begin_impersonation
        ))
        .routes(routes!(admin::impersonation::end_own_impersonation))
        .routes(routes!(admin::impersonation::revoke_impersonation))
}
