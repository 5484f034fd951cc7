//! Numbers out of the carrier's stock: found, bought as a line, given back.

use axum::{Json, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::AuditEntry;
use tenant_config::{id::PhoneConfigId, phone::E164};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    line,
    line_input::{LineInput, LineView},
    purchase::{self, Purchase, carrier, not_done},
};
use crate::{
    api::{
        answer::Answer,
        body::{Body, Id, Params},
        caller::InTenant,
        check::Faults,
        page::Page,
        problem::{Code, Outcome, Problem},
    },
    twilio::rest::{Available, NumberQuery},
};

/// Which numbers.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NumberParams {
    /// ISO 3166-1, two letters; `US` if nothing is said.
    #[param(example = "US")]
    pub country: Option<String>,
    /// In North America.
    #[param(example = "918")]
    pub area_code: Option<String>,
    /// Digits, letters and `*`, anywhere in the number.
    #[param(example = "5550")]
    pub contains: Option<String>,
    /// So many at most, 1 to 50; 20 if nothing is said.
    #[param(minimum = 1, maximum = 50)]
    pub limit: Option<u16>,
}

/// A number that can be bought.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumberView {
    #[schema(example = "+19185550100")]
    pub phone_number: String,
    pub locality: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    pub voice: bool,
    pub sms: bool,
}

impl From<Available> for NumberView {
    fn from(number: Available) -> Self {
        Self {
            phone_number: number.phone_number,
            locality: number.locality,
            region: number.region,
            country: number.iso_country,
            voice: number.capabilities.voice,
            sms: number.capabilities.sms,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseInput {
    /// The line's number, typed: nobody gives the wrong one away by a click.
    #[schema(example = "+19185550100")]
    pub confirm_number: String,
}

/// Numbers that can be bought now.
#[utoipa::path(
    get, path = "/phone-numbers/available", tag = "Phone numbers", params(NumberParams),
    responses((status = 200, description = "What the carrier offers", body = Page<NumberView>))
)]
pub async fn find_numbers(
    who: InTenant,
    Params(params): Params<NumberParams>,
) -> Outcome<Json<Page<NumberView>>> {
    let query = params.read()?;
    let found = carrier(&who.api)?.available_numbers(&query).await;
    let found = found.map_err(|error| not_done(&error, "?country"))?;
    Ok(Json(Page::whole(
        found.into_iter().map(NumberView::from).collect(),
    )))
}

/// Buy a number and set up its line. The carrier asks this server about its calls and texts from then
/// on. All of it or nothing.
#[utoipa::path(
    post, path = "/phone-numbers", tag = "Phone numbers", request_body = LineInput,
    responses((status = 201, description = "Bought, and a line", body = LineView))
)]
pub async fn buy_number(who: InTenant, Body(input): Body<LineInput>) -> Outcome<Response> {
    let id = PhoneConfigId(Uuid::now_v7());
    let config = input.read(id, who.scope.tenant_id)?;
    let sip = line::sip(&who.api.keys, id, &input, None)?;
    let purchase = Purchase::of(&who.api, &config)?;
    let mut tx = who.begin().await?;
    tx.create_line(&config, &sip, who.now()).await?;
    look_after(&who, &purchase).await?;
    let attach = async |sid: String| {
        tx.name_carrier_number(id, &sid).await?;
        let line = tx.line(id).await?.ok_or_else(Problem::not_found)?;
        let view = LineView::from(&line);
        let entry = AuditEntry::new(who.now(), "phone_number.bought", "phone_config")
            .of(&id)
            .after(json!(view));
        let answer = Answer::made(&view, &format!("/phone-configs/{id}"))?;
        who.record(tx, entry, answer).await
    };
    match purchase.complete(attach).await {
        Ok(answer) => Ok(answer),
        Err(unfinished) => {
            tell(&who, unfinished.stranded).await;
            Err(unfinished.problem)
        }
    }
}

/// Give a number back to the carrier and take its line down. Somebody else may have it tomorrow.
#[utoipa::path(
    post, path = "/phone-configs/{id}/release", tag = "Phone numbers", params(("id" = Uuid, Path)),
    request_body = ReleaseInput,
    responses((status = 204, description = "Given back"))
)]
pub async fn release_number(
    who: InTenant,
    Id(id): Id,
    Body(input): Body<ReleaseInput>,
) -> Outcome<Response> {
    let id = PhoneConfigId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let was = tx.line(id).await?.ok_or_else(Problem::not_found)?;
    let Some(sid) = was.carrier_number_sid.clone() else {
        return Err(Problem::new(
            Code::Refused,
            "This number was not bought here. DELETE the line, and see to the number at the carrier's.",
        ));
    };
    if E164::normalise(&input.confirm_number).ok() != was.config.phone_number {
        return Err(Problem::field(
            "/confirm_number",
            "wrong",
            "Type the line's number to give it back.",
        ));
    }
    let carrier = carrier(&who.api)?;
    tx.delete_line(id).await?;
    // A commit that fails leaves the line, and the next attempt finds the number given back.
    let released = carrier.release_number(&sid).await;
    released.map_err(|error| not_done(&error, ""))?;
    purchase::count("released");
    let entry = AuditEntry::new(who.now(), "phone_number.released", "phone_config")
        .of(&id)
        .before(json!(LineView::from(&was)));
    who.record(tx, entry, Answer::done()).await
}

impl NumberParams {
    fn read(&self) -> Outcome<NumberQuery> {
        let mut faults = Faults::default();
        let country = self.country.as_deref().unwrap_or("US").to_ascii_uppercase();
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            faults.add(
                "?country",
                "format",
                "A country has two letters, such as US.",
            );
        }
        let area_code = self.area_code.clone().filter(|code| !code.is_empty());
        if area_code
            .as_ref()
            .is_some_and(|code| code.len() > 5 || !code.bytes().all(|b| b.is_ascii_digit()))
        {
            faults.add(
                "?area_code",
                "format",
                "An area code has digits, such as 918.",
            );
        }
        let contains = self.contains.clone().filter(|part| !part.is_empty());
        if contains.as_ref().is_some_and(|part| {
            part.len() > 16 || !part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'*')
        }) {
            faults.add(
                "?contains",
                "format",
                "This has at most 16 digits, letters and *.",
            );
        }
        let at_most = faults.within("?limit", self.limit.unwrap_or(20), 1, 50);
        faults.none_in_parameters()?;
        Ok(NumberQuery {
            country,
            area_code,
            contains,
            at_most,
        })
    }
}

/// Queues, in a transaction of its own, what gives the number back if all else fails.
async fn look_after(who: &InTenant, purchase: &Purchase<'_>) -> Outcome<()> {
    let mut tx = who.begin().await?;
    tx.enqueue(&purchase.look_after(who.now())).await?;
    Ok(tx.commit().await?)
}

/// A number that nobody has and that could not be given back is in the tenant's log.
async fn tell(who: &InTenant, stranded: Option<AuditEntry>) {
    let Some(entry) = stranded else {
        return;
    };
    let told = async {
        let mut tx = who.begin().await?;
        who.audit(&mut tx, entry).await?;
        Outcome::Ok(tx.commit().await?)
    };
    if told.await.is_err() {
        tracing::error!("the tenant's log does not say that a number could not be given back");
    }
}
