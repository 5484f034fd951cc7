//! A caller hears of the appointments of their own number, and of others' only with the surname,
//! whatever mind asks.

use std::sync::{Arc, Mutex};

use agents::tools::{ToolAnswer, ToolBackend, ToolRequest};
use store::{
    Actor, TenantScope,
    call::{CallMode, CallRef, Direction, NewCall},
};
use tenant_config::phone::{E164, IvrMode};
use trunkline::{clock::Clock, session::tools::StoreTools};

use crate::harness::{Db, noon};

const OWN: &str = "+19185550142";
const OTHER: &str = "+19185550143";

fn number(text: &str) -> E164 {
    E164::normalise(text).unwrap()
}

async fn a_call(db: &Db) -> CallRef {
    let mut tx = db.tx().await;
    let new = NewCall {
        provider: "twilio".into(),
        provider_call_id: "CA1".into(),
        from: Some(number(OWN)),
        to: None,
        direction: Direction::Inbound,
        mode: CallMode::Live,
        ivr_mode: IvrMode::AiVoice,
        phone_config_id: None,
        agent_version_id: None,
        resolution_method: store::tenant::ResolutionMethod::ToNumber,
        started_at: noon(),
    };
    let call = tx.begin_call(&new).await.unwrap().call;
    tx.commit().await.unwrap();
    call
}

/// The tools of a call from [`OWN`], and one coming appointment of each number.
async fn tools(db: &Db, caller: Option<&str>) -> StoreTools {
    for (place, (phone, name)) in [(OWN, "Ann Bell"), (OTHER, "Zoë O'Neil")]
        .into_iter()
        .enumerate()
    {
        db.arrange(&format!(
            "INSERT INTO app.appointments
               (id, tenant_id, service_id, starts_at, ends_at, customer_name, phone)
             SELECT gen_random_uuid(), tenant_id, id, at, at + interval '30 minutes',
                    $${name}$$, '{phone}'
             FROM app.services_catalog, (SELECT timestamptz '2026-11-24 1{place}:00+00' AS at) t
             WHERE tenant_id = '{}' LIMIT 1",
            db.demo
        ))
        .await;
    }
    let call = a_call(db).await;
    let mut tx = db.tx().await;
    let hours = tx.business_hours().await.unwrap();
    StoreTools {
        store: db.store.clone(),
        clock: Clock::fixed(noon()),
        scope: TenantScope::new(call.tenant_id, Actor::Call(call.call_id)),
        call: Some(call),
        hours,
        caller: caller.map(number),
        outcome: Arc::new(Mutex::new(None)),
    }
}

async fn found(tools: &StoreTools, phone: &str, name: Option<&str>) -> Vec<String> {
    let request = ToolRequest::FindAppointments {
        phone: number(phone),
        name: name.map(str::to_owned),
    };
    let answer = tools.run(request).await.unwrap();
    let ToolAnswer::Appointments { appointments } = answer else {
        return vec![answer.to_content()];
    };
    appointments.into_iter().map(|fact| fact.name).collect()
}

#[tokio::test]
async fn another_number_needs_the_surname_that_its_appointments_are_under() {
    let db = Db::seeded().await;
    let tools = tools(&db, Some(OWN)).await;
    assert_eq!(found(&tools, OWN, None).await, ["Ann Bell"]);
    let refused = found(&tools, OTHER, None).await.concat();
    assert!(
        refused.contains("refused") && refused.contains("surname"),
        "{refused}"
    );
    assert!(found(&tools, OTHER, Some("Bell")).await.is_empty());
    assert_eq!(found(&tools, OTHER, Some("o'neil.")).await, ["Zoë O'Neil"]);
}

#[tokio::test]
async fn a_withheld_number_proves_nothing() {
    let db = Db::seeded().await;
    let tools = tools(&db, None).await;
    let refused = found(&tools, OWN, None).await.concat();
    assert!(refused.contains("refused"), "{refused}");
    assert_eq!(found(&tools, OWN, Some("Ann Bell")).await, ["Ann Bell"]);
}
