//! Numbers: bought as a line or not at all, and given back.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use trunkline::post::Post;

use super::client::{House, send};
use crate::{
    harness::Db,
    node::NodeSetup,
    standins::twilio::{Manner, TwilioStandIn},
};

const NUMBER: &str = "+19185550101";
/// A number that no line of the demo has.
const FREE: &str = "+12155550101";

async fn house() -> (House, TwilioStandIn) {
    let carrier = TwilioStandIn::start().await;
    let setup = NodeSetup::new(Arc::new(Db::seeded().await));
    let post = Post {
        mail: None,
        carrier: Some(carrier.client()),
    };
    let house = House::with(NodeSetup { post, ..setup }).await;
    (house, carrier)
}

fn wish() -> Value {
    json!({"phone_number": FREE, "ivr_mode": "simple", "forward_to": "+19185550199"})
}

impl House {
    /// The tenant's log, as `action`s, latest first.
    async fn logged(&self, action: &str) -> usize {
        let sql = format!("SELECT count(*)::text FROM app.audit_log WHERE action = '{action}'");
        self.node.db.value(&sql).await.unwrap().parse().unwrap()
    }

    async fn has_line(&self) -> bool {
        let sql =
            format!("SELECT id::text FROM app.tenant_phone_config WHERE phone_number = '{FREE}'");
        self.node.db.value(&sql).await.is_some()
    }

    /// Lets the jobs that look after purchases be due, and be done.
    async fn looked_after(&self) {
        self.node
            .db
            .arrange("UPDATE app.jobs SET due_at = now() WHERE state = 'ready'")
            .await;
        let working = self.node.worker.clone().start();
        let waits = "SELECT count(*)::text FROM app.jobs WHERE kind = 'release_number' AND state IN ('ready', 'leased')";
        for _ in 0..600 {
            if self.node.db.value(waits).await.as_deref() == Some("0") {
                working.stop().await;
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the purchase is not looked after");
    }
}

#[tokio::test]
async fn numbers_are_found_by_where_they_are() {
    let (house, carrier) = house().await;
    let admin = house.signed_in("admin@ours.test").await;
    let said = admin
        .get("/phone-numbers/available?area_code=215&contains=55*&limit=5")
        .await
        .is(200);
    assert_eq!(said["data"][0]["phone_number"], "+12155550101");
    assert_eq!(said["data"][0]["sms"], true);
    let asked = carrier.asked("GET Available").pop().unwrap();
    for (name, value) in [
        ("AreaCode", "215"),
        ("Contains", "55*"),
        ("PageSize", "5"),
        ("SmsEnabled", "true"),
    ] {
        assert_eq!(asked.fields[name], value);
    }
    for bad in ["country=USA", "area_code=9x", "contains=%2F..", "limit=51"] {
        admin
            .get(&format!("/phone-numbers/available?{bad}"))
            .await
            .problem(400, "invalid_request");
    }
    carrier.next("GET Available", Manner::Fails(500, 20_500));
    admin
        .get("/phone-numbers/available")
        .await
        .problem(503, "unavailable");
}

#[tokio::test]
async fn a_number_is_bought_with_its_webhooks_and_given_back_when_typed() {
    let (house, carrier) = house().await;
    let admin = house.signed_in("admin@ours.test").await;
    let key = |request: reqwest::RequestBuilder| request.header("idempotency-key", "buy-1");
    let ask = || {
        send(key(admin
            .request(Method::POST, "/phone-numbers")
            .json(&wish())))
    };
    let bought = ask().await.is(201);
    assert_eq!(
        (&bought["phone_number"], &bought["is_bought"]),
        (&json!(FREE), &json!(true))
    );
    let again = ask().await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    let asked = carrier.asked("POST IncomingPhoneNumbers");
    assert_eq!(asked.len(), 1, "a request that comes again buys nothing");
    let origin = &house.node.origin;
    for (name, path) in [
        ("VoiceUrl", "/twilio/voice/incoming"),
        ("StatusCallback", "/twilio/voice/status"),
        ("SmsUrl", "/sms"),
    ] {
        assert_eq!(asked[0].fields[name], format!("{origin}{path}"));
    }
    house.looked_after().await;
    assert_eq!(carrier.numbers().len(), 1, "a number with a line stays");
    let line = format!("/phone-configs/{}", bought["id"].as_str().unwrap());
    admin.delete(&line).await.problem(409, "refused");
    admin
        .patch(&line, json!({"phone_number": NUMBER}))
        .await
        .problem(409, "refused");
    admin
        .patch(&line, json!({"dial_timeout_s": 30}))
        .await
        .is(200);
    let release = format!("{line}/release");
    let wrong = admin
        .post(&release, json!({"confirm_number": NUMBER}))
        .await
        .problem(422, "invalid_fields");
    assert_eq!(wrong["errors"][0]["pointer"], "/confirm_number");
    assert_eq!(carrier.numbers().len(), 1);
    carrier.next("DELETE", Manner::Fails(503, 20_503));
    admin
        .post(&release, json!({"confirm_number": FREE}))
        .await
        .problem(503, "unavailable");
    assert!(
        house.has_line().await,
        "a number that is kept keeps its line"
    );
    admin
        .post(&release, json!({"confirm_number": FREE}))
        .await
        .is(204);
    assert!(carrier.numbers().is_empty() && !house.has_line().await);
    assert_eq!(
        (
            house.logged("phone_number.bought").await,
            house.logged("phone_number.released").await
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn what_the_database_refuses_is_never_bought() {
    let (house, carrier) = house().await;
    let admin = house.signed_in("admin@ours.test").await;
    let mut taken = wish();
    taken["phone_number"] = json!(NUMBER);
    admin
        .post("/phone-numbers", taken)
        .await
        .problem(409, "duplicate");
    let nobody =
        json!({"phone_number": FREE, "ivr_mode": "ai-voice", "agent_id": uuid::Uuid::now_v7()});
    admin
        .post("/phone-numbers", nobody)
        .await
        .problem(409, "conflict");
    let mut none = wish();
    none["phone_number"] = Value::Null;
    admin
        .post("/phone-numbers", none)
        .await
        .problem(422, "invalid_fields");
    assert!(carrier.asked("POST").is_empty());
}

#[tokio::test]
async fn a_number_that_is_not_sold_leaves_nothing() {
    let (house, carrier) = house().await;
    let admin = house.signed_in("admin@ours.test").await;
    for (manner, status, code) in [
        (Manner::Fails(400, 21_422), 409, "conflict"),
        (Manner::Fails(500, 20_500), 503, "unavailable"),
        (Manner::AsksToWait(1), 503, "unavailable"),
        (Manner::Fails(401, 20_003), 503, "unavailable"),
    ] {
        carrier.next("POST Incoming", manner);
        admin
            .post("/phone-numbers", wish())
            .await
            .problem(status, code);
        assert!(!house.has_line().await && carrier.numbers().is_empty());
    }
    house.looked_after().await;
    assert!(carrier.asked("DELETE").is_empty());
}

#[tokio::test]
async fn a_number_of_the_accounts_own_is_never_given_back() {
    let (house, carrier) = house().await;
    carrier.owns("PNold", FREE, "the front desk");
    let admin = house.signed_in("admin@ours.test").await;
    carrier.next("POST Incoming", Manner::DoesItAndBreaksOff);
    admin
        .post("/phone-numbers", wish())
        .await
        .problem(503, "unavailable");
    house.looked_after().await;
    assert_eq!(carrier.numbers().keys().collect::<Vec<_>>(), ["PNold"]);
}

#[tokio::test]
async fn a_purchase_whose_answer_was_lost_is_undone() {
    let (house, carrier) = house().await;
    let admin = house.signed_in("admin@ours.test").await;
    carrier.next("POST Incoming", Manner::DoesItAndBreaksOff);
    admin
        .post("/phone-numbers", wish())
        .await
        .problem(503, "unavailable");
    assert!(carrier.numbers().is_empty() && !house.has_line().await);
}

/// The database takes the line and refuses its row in the log: the last step of a purchase.
const NO_LOG: &str = "
    CREATE FUNCTION app.no_log() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'no log' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER no_log BEFORE INSERT ON app.audit_log FOR EACH ROW
      WHEN (NEW.action = 'phone_number.bought') EXECUTE FUNCTION app.no_log();";

#[tokio::test]
async fn a_number_that_cannot_be_attached_is_given_back() {
    let (house, carrier) = house().await;
    house.node.db.arrange(NO_LOG).await;
    let admin = house.signed_in("admin@ours.test").await;
    let said = admin.post("/phone-numbers", wish()).await;
    assert!(said.status.is_server_error(), "{}", said.json);
    assert_eq!(carrier.asked("POST Incoming").len(), 1);
    assert!(carrier.numbers().is_empty() && !house.has_line().await);
}

#[tokio::test]
async fn an_undoing_that_fails_is_written_down_and_done_later() {
    let (house, carrier) = house().await;
    house.node.db.arrange(NO_LOG).await;
    let admin = house.signed_in("admin@ours.test").await;
    carrier.next("DELETE", Manner::Fails(500, 20_500));
    admin.post("/phone-numbers", wish()).await;
    assert_eq!(carrier.numbers().len(), 1, "it is still paid for");
    assert_eq!(house.logged("phone_number.undo_failed").await, 1);
    carrier.next("DELETE", Manner::Fails(503, 20_503));
    house.looked_after().await;
    assert!(carrier.numbers().is_empty());
    assert_eq!(house.logged("phone_number.released").await, 1);
}

#[tokio::test]
async fn only_administrators_buy_and_only_where_there_is_a_carrier() {
    let (house, carrier) = house().await;
    let user = house.signed_in("user@ours.test").await;
    user.post("/phone-numbers", wish())
        .await
        .problem(403, "forbidden");
    user.get("/phone-numbers/available")
        .await
        .problem(403, "forbidden");
    assert!(carrier.asked("").is_empty());
    let without = House::new().await;
    let admin = without.signed_in("admin@ours.test").await;
    let said = admin
        .post("/phone-numbers", wish())
        .await
        .problem(409, "refused");
    assert!(
        said["detail"]
            .as_str()
            .unwrap()
            .contains("TWILIO_ACCOUNT_SID"),
        "{said}"
    );
}

#[tokio::test]
async fn the_platform_sees_what_its_node_works_with_and_no_secret() {
    let (house, carrier) = house().await;
    let admin = house.signed_in("admin@ours.test").await;
    carrier.next("GET Available", Manner::Fails(500, 20_500));
    admin
        .get("/phone-numbers/available")
        .await
        .problem(503, "unavailable");
    admin.get("/phone-numbers/available").await.is(200);
    let owner = house.signed_in("owner@platform.test").await;
    let said = owner.get("/admin/integrations/status").await.is(200);
    let of = |name: &str| {
        let all = said["data"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).cloned().unwrap()
    };
    let mail = of("mail");
    assert_eq!(mail["configured"], false);
    assert_eq!(mail["missing"][0], "TRUNKLINE_SMTP_URL");
    let carriers = of("carrier");
    assert_eq!(carriers["configured"], true);
    assert!(carriers["last_success_at"].is_string());
    assert!(
        carriers["last_failure"].as_str().unwrap().contains("500"),
        "{carriers}"
    );
    let shown = said.to_string();
    assert!(
        !shown.contains(crate::standins::twilio::TOKEN)
            && !shown.contains(crate::standins::twilio::ACCOUNT)
    );
}

fn salon() -> Value {
    json!({"tenant": {"company_name": "Ann's Salon", "slug": "anns-salon", "timezone": "America/New_York",
                      "plan_tier": "pro"},
           "phone_number": FREE, "buy_number": true, "ivr_mode": "ai-voice"})
}

#[tokio::test]
async fn a_tenant_is_set_up_with_a_number_that_is_bought_for_it() {
    let (house, carrier) = house().await;
    let owner = house.signed_in("owner@platform.test").await;
    let made = owner
        .post("/admin/concierge/tenants", salon())
        .await
        .is(201);
    assert_eq!(
        (&made["line"]["phone_number"], &made["line"]["is_bought"]),
        (&json!(FREE), &json!(true))
    );
    assert_eq!(carrier.asked("POST Incoming").len(), 1);
    house.looked_after().await;
    assert_eq!(carrier.numbers().len(), 1);
}

#[tokio::test]
async fn a_tenant_whose_number_is_not_sold_is_not_set_up() {
    let (house, carrier) = house().await;
    let owner = house.signed_in("owner@platform.test").await;
    carrier.next("POST Incoming", Manner::Fails(400, 21_422));
    owner
        .post("/admin/concierge/tenants", salon())
        .await
        .problem(409, "conflict");
    carrier.next("POST Incoming", Manner::DoesItAndBreaksOff);
    carrier.next("DELETE", Manner::Fails(500, 20_500));
    owner
        .post("/admin/concierge/tenants", salon())
        .await
        .problem(503, "unavailable");
    let made = "SELECT id::text FROM app.tenants WHERE slug = 'anns-salon'";
    assert_eq!(house.node.db.value(made).await, None);
    assert_eq!(house.logged("phone_number.undo_failed").await, 1);
    house.looked_after().await;
    assert!(carrier.numbers().is_empty());
}
