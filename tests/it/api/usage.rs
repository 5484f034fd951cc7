//! What a tenant used: the sums of its own rows, and of nobody else's.

use serde_json::json;
use trunkline::clock::Clock;

use super::client::House;
use crate::harness::utc;

#[tokio::test]
async fn usage_is_the_sum_of_the_tenants_own_month() {
    let house = House::at(Clock::fixed(utc("2026-11-18 18:00"))).await;
    let db = &house.node.db;
    let viewer = house.signed_in("viewer@ours.test").await;
    let empty = viewer.get("/usage").await.is(200);
    assert_eq!(empty["calls"], json!({"used": 0, "included": 500}));
    assert_eq!(empty["month"], "2026-11");
    // The month of Chicago, six hours behind.
    assert_eq!(
        (&empty["since"], &empty["until"]),
        (
            &json!("2026-11-01T05:00:00Z"),
            &json!("2026-12-01T06:00:00Z")
        )
    );
    let mut seconds = 0;
    for (n, (at, mode, tenant)) in [
        ("2026-11-01 05:00", "live", house.ours),
        ("2026-11-30 23:30", "live", house.ours),
        ("2026-12-01 05:59", "live", house.ours),
        // The month before, the month after, a test, and somebody else's.
        ("2026-11-01 04:59", "live", house.ours),
        ("2026-12-01 06:00", "live", house.ours),
        ("2026-11-10 12:00", "test", house.ours),
        ("2026-11-10 12:00", "live", house.theirs),
    ]
    .into_iter()
    .enumerate()
    {
        let billed = 61 + 7 * n;
        seconds += if n < 3 { billed } else { 0 };
        db.store.prepare_partitions(utc(at)).await.unwrap();
        let id = uuid::Uuid::now_v7();
        db.arrange(&format!(
            "INSERT INTO app.calls (id, tenant_id, started_at, provider, provider_call_id, direction, mode,
               ivr_mode, resolution_method, status, bill_sec)
             VALUES ('{id}', '{tenant}', '{at}+00', 'twilio', 'CA{n}', 'inbound', '{mode}', 'simple',
               'to_number', 'completed', {billed});
             INSERT INTO app.recordings (id, tenant_id, call_started_at, call_id, kind, storage_key, channels,
               bytes, duration_ms, complete)
             VALUES (gen_random_uuid(), '{tenant}', '{at}+00', '{id}', 'conversation', 'k{n}', 2, 1000, {billed}000, true);
             INSERT INTO app.messages (id, tenant_id, channel, text, created_at, direction, status, mode, from_e164, to_e164)
             VALUES (gen_random_uuid(), '{tenant}', 'sms', 'hello', '{at}+00', 'inbound', 'received', '{mode}',
               '+19185550142', '+19185550101')"
        ))
        .await;
    }
    let used = viewer.get("/usage?month=2026-11").await.is(200);
    assert_eq!(used["calls"]["used"], 3, "{used}");
    assert_eq!(used["billed_s"], seconds);
    assert_eq!(used["recorded_ms"], 1000 * seconds);
    assert_eq!(used["recorded_bytes"], 3000);
    assert_eq!(
        (&used["texts_received"], &used["texts_sent"]),
        (&json!(3), &json!(0))
    );
    assert_eq!(viewer.get("/usage").await.is(200), used);
    let october = viewer.get("/usage?month=2026-10").await.is(200);
    assert_eq!(october["calls"]["used"], 1);
    for wrong in ["2026-13", "2026-1", "november"] {
        viewer
            .get(&format!("/usage?month={wrong}"))
            .await
            .problem(400, "invalid_request");
    }
    // The platform sees the same sums, and of each tenant its own.
    let operator = house.signed_in("super_admin@platform.test").await;
    let path = |id| format!("/admin/tenants/{id}/usage?month=2026-11");
    assert_eq!(operator.get(&path(house.ours)).await.is(200), used);
    let theirs = operator.get(&path(house.theirs)).await.is(200);
    assert_eq!(theirs["calls"]["used"], 1);
}
