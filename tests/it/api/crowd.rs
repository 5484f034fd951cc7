//! More than a hundred tenants with live calls at once: each sees its own, and the agent of each speaks of
//! its own.

use std::{collections::HashSet, sync::Arc, time::Duration};

use bench::Step;
use futures_util::future::join_all;
use serde_json::json;
use store::{
    Actor, TenantScope,
    call::{CallFilter, CallSummary},
};
use tenant_config::id::TenantId;

use super::client::House;
use crate::{
    harness::Db,
    node::{CALLER, Minds, NodeSetup},
    texts::Texter,
};

const TENANTS: usize = 110;
/// So many of them also have somebody in conversation at that moment.
const TALKING: usize = 12;

struct Business {
    id: TenantId,
    name: String,
    number: String,
}

async fn businesses(house: &House) -> Vec<Business> {
    let owner = house.signed_in("owner@platform.test").await;
    let mut all = Vec::new();
    for n in 0..TENANTS {
        let (name, number) = (format!("Salon {n:03}"), format!("+1918556{n:04}"));
        let wish = json!({
            "tenant": {"company_name": name, "slug": format!("salon-{n}"), "timezone": "America/Chicago",
                       "plan_tier": "pro", "admin_email": format!("owner{n}@salon.test")},
            "phone_number": number, "ivr_mode": "ai-voice", "forward_to": "+19185550199",
            "agent": {"agent_name": "Zoe"}
        });
        let made = owner.post("/admin/concierge/tenants", wish).await.is(201);
        let id = serde_json::from_value(made["tenant"]["id"].clone()).unwrap();
        all.push(Business { id, name, number });
    }
    all
}

/// A call comes in and is told to connect its stream; nobody ends it.
async fn ring(carrier: &Texter, business: &Business) {
    let sid = format!("CA{}", uuid::Uuid::new_v4().simple());
    let form = [
        ("CallSid", sid.as_str()),
        ("AccountSid", "AC0123456789abcdef0123456789abcdef"),
        ("From", CALLER),
        ("To", business.number.as_str()),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
    ];
    let answer = carrier.asks("/twilio/voice/incoming", &form).await;
    let twiml = answer.text().await.unwrap();
    assert!(twiml.contains("<Stream"), "{twiml}");
}

async fn live(house: &House, business: &Business) -> Vec<CallSummary> {
    let scope = TenantScope::new(business.id, Actor::System);
    let mut tx = house.node.db.store.tenant(&scope).await.unwrap();
    let filter = CallFilter {
        live: true,
        at_most: 200,
        ..CallFilter::default()
    };
    tx.calls(&filter).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_and_ten_tenants_with_live_calls_see_their_own() {
    let setup = NodeSetup::new(Arc::new(Db::seeded().await));
    let house = House::on(Minds::hearing(&[]).providers(), setup).await;
    let all = businesses(&house).await;
    let carrier = Texter::new(&house.node);
    join_all(all.iter().map(|business| ring(&carrier, business))).await;
    let talking = all[..TALKING].iter().map(|business| {
        let quiet = Duration::from_millis(400);
        let at_most = Duration::from_mins(1);
        let mut options = house
            .node
            .call(vec![Step::WaitForAgent { quiet, at_most }, Step::HangUp]);
        options.to.clone_from(&business.number);
        async move { bench::place_call(&options).await.unwrap() }
    });
    join_all(talking).await;

    let mut ids = HashSet::new();
    for business in &all {
        let calls = live(&house, business).await;
        let [only] = calls.as_slice() else {
            panic!("{}: {calls:?}", business.name);
        };
        assert_eq!(only.to.as_ref().unwrap().as_str(), business.number);
        assert!(ids.insert(only.call.call_id), "one call in two tenants");
    }
    for business in &all[..TALKING] {
        let said = spoken(&house, business).await;
        for other in &all {
            let is_own = other.id == business.id;
            assert_eq!(
                said.contains(&other.name),
                is_own,
                "{}: {said}",
                business.name
            );
        }
    }
}

/// What a tenant's agent was going to say, once it is written down.
async fn spoken(house: &House, business: &Business) -> String {
    let said = format!(
        "SELECT string_agg(generated_text, ' ') FROM app.call_turns WHERE tenant_id = '{}'",
        business.id
    );
    for _ in 0..100 {
        if let Some(said) = house.node.db.value(&said).await {
            return said;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{}: nobody spoke", business.name);
}
