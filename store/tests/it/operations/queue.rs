//! Jobs, what is to be sent, answers that are said again, notifications.

use std::collections::HashSet;

use chrono::Duration;
use serde_json::json;
use store::{
    Actor, StoreError, TenantScope,
    idempotency::{KeptAnswer, KeyClaim, KeyedRequest},
    job::{JobFilter, JobState, LeasedJob, NewJob},
    membership::Role,
    notification::NewNotification,
    outbox::{Channel, Delivery, NewOutbox},
    platform::PlatformRole,
};
use tenant_config::id::{JobId, NotificationId, OutboxId, TenantId};
use uuid::Uuid;

use crate::harness::{Db, noon};

fn job(dedupe: Option<&str>) -> NewJob {
    NewJob {
        id: JobId(Uuid::now_v7()),
        kind: "count",
        payload: json!({"n": 1}),
        dedupe_key: dedupe.map(str::to_owned),
        due_at: noon(),
        max_attempts: 2,
        created_at: noon(),
    }
}

async fn claim(db: &Db, minutes: i64) -> Vec<LeasedJob> {
    let at = noon() + Duration::minutes(minutes);
    db.store
        .claim_jobs(&["count"], at, at + Duration::minutes(5), 10)
        .await
        .unwrap()
}

async fn worker(db: &Db, tenant: TenantId) -> store::TenantTx {
    let scope = TenantScope::new(tenant, Actor::Worker);
    db.store.tenant(&scope).await.unwrap()
}

#[tokio::test]
async fn workers_at_once_take_each_job_once() {
    let db = Db::fresh().await;
    let tenants = [db.tenant("a").await, db.tenant("b").await];
    for tenant in tenants {
        let mut tx = db.tx(tenant).await;
        for _ in 0..50 {
            assert!(tx.enqueue(&job(None)).await.unwrap());
        }
        tx.commit().await.unwrap();
    }
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let lease = noon() + Duration::minutes(5);
                    let jobs = store
                        .claim_jobs(&["count"], noon(), lease, 7)
                        .await
                        .unwrap();
                    if jobs.is_empty() {
                        return mine;
                    }
                    mine.extend(jobs.into_iter().map(|job| (job.tenant, job.id)));
                }
            })
        })
        .collect();
    let mut taken = Vec::new();
    for task in tasks {
        taken.extend(task.await.unwrap());
    }
    assert_eq!(taken.len(), 100);
    assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 100);
    assert!(
        tenants
            .iter()
            .all(|t| taken.iter().filter(|(of, _)| of == t).count() == 50)
    );
}

#[tokio::test]
async fn a_job_is_tried_again_and_dies_after_its_last_attempt() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let mut tx = db.tx(tenant).await;
    assert!(tx.enqueue(&job(Some("once"))).await.unwrap());
    assert!(!tx.enqueue(&job(Some("once"))).await.unwrap());
    tx.commit().await.unwrap();

    let first = claim(&db, 0).await.remove(0);
    assert_eq!((first.attempt, first.tenant), (1, tenant));
    assert!(claim(&db, 4).await.is_empty());
    // Its worker was lost; the lease has run out.
    let second = claim(&db, 5).await.remove(0);
    assert_eq!(second.attempt, 2);
    let mut tx = worker(&db, tenant).await;
    assert!(
        !tx.finish_job(&first, noon()).await.unwrap(),
        "a lost lease finishes nothing"
    );
    let at = noon() + Duration::minutes(6);
    let state = tx.fail_job(&second, "no answer", at, at).await.unwrap();
    assert_eq!(state, Some(JobState::Dead));
    tx.commit().await.unwrap();
    assert!(claim(&db, 60).await.is_empty());

    let mut platform = db.platform().await;
    let dead = JobFilter {
        state: Some(JobState::Dead),
        at_most: 9,
        ..JobFilter::default()
    };
    let listed = platform.jobs(&dead).await.unwrap();
    assert_eq!(listed[0].last_error.as_deref(), Some("no answer"));
    assert!(platform.revive_job(second.id, at).await.unwrap());
    assert!(!platform.revive_job(second.id, at).await.unwrap());
    platform.commit().await.unwrap();
    let third = claim(&db, 60).await.remove(0);
    let mut tx = worker(&db, tenant).await;
    assert!(tx.finish_job(&third, at).await.unwrap());
    tx.commit().await.unwrap();
    let mut platform = db.platform().await;
    assert_eq!(
        platform.job_counts().await.unwrap(),
        [("count".to_owned(), JobState::Done, 1)]
    );
    assert_eq!(
        db.store
            .purge_finished(at, at + Duration::days(1))
            .await
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn one_whose_workers_are_all_lost_dies_and_can_be_given_up() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let new = job(None);
    let mut tx = db.tx(tenant).await;
    tx.enqueue(&new).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(&db, 0).await.len(), 1);
    assert_eq!(claim(&db, 5).await.len(), 1);
    assert_eq!(claim(&db, 10).await.len(), 0);
    let mut platform = db.platform().await;
    assert!(platform.discard_job(new.id, noon()).await.unwrap());
    assert!(
        !platform
            .discard_job(JobId(Uuid::now_v7()), noon())
            .await
            .unwrap()
    );
}

fn mail(channel: Channel) -> NewOutbox {
    NewOutbox {
        id: OutboxId(Uuid::now_v7()),
        channel,
        kind: "invite",
        recipient: "ada@example.com".to_owned(),
        subject: Some("Welcome".to_owned()),
        body: "https://example.com/invite/secret".to_owned(),
        message: None,
        at: noon(),
    }
}

#[tokio::test]
async fn what_is_to_be_sent_comes_with_its_job_and_waits_in_the_mailbox() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let (sent, waits) = (mail(Channel::Email), mail(Channel::Email));
    let mut tx = db.tx(tenant).await;
    tx.post(&mail(Channel::Email)).await.unwrap();
    drop(tx);
    let mut tx = db.tx(tenant).await;
    for new in [&sent, &waits, &mail(Channel::Sms)] {
        tx.post(new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let lease = noon() + Duration::minutes(5);
    let jobs = db
        .store
        .claim_jobs(
            &Channel::ALL
                .iter()
                .map(|c| c.job_kind())
                .collect::<Vec<_>>(),
            noon(),
            lease,
            9,
        )
        .await
        .unwrap();
    assert_eq!(jobs.len(), 3, "the one that was undone has left no job");

    let mut tx = worker(&db, tenant).await;
    let item = tx.outbox_item(sent.id).await.unwrap().unwrap();
    assert_eq!(item.body.as_deref(), Some(sent.body.as_str()));
    tx.outbox_sent(sent.id, Some("<1@example.com>"), noon())
        .await
        .unwrap();
    tx.outbox_failed(waits.id, "no SMTP server is set", false)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut platform = db.platform().await;
    let mails = platform.mailbox(None, None, 9).await.unwrap();
    assert_eq!(mails.len(), 2, "texts are not the platform's");
    // Both are of one moment: pages go by the id too.
    let first = platform.mailbox(None, None, 1).await.unwrap();
    let after = Some((first[0].created_at, first[0].id));
    let rest = platform.mailbox(None, after, 9).await.unwrap();
    assert_eq!((&first[..], &rest[..]), (&mails[..1], &mails[1..]));
    let waiting = platform
        .mailbox(Some(Delivery::Waiting), None, 9)
        .await
        .unwrap();
    assert_eq!((waiting.len(), waiting[0].attempts), (1, 1));
    assert!(waiting[0].body.is_some());
    let ada = db.member(tenant, "ada", Role::Admin).await;
    platform
        .set_platform_role(ada, Some(PlatformRole::SuperAdmin))
        .await
        .unwrap();
    platform.commit().await.unwrap();
    let ada = db.store.platform_actor(ada).await.unwrap().unwrap();
    let mut others = db.store.platform(ada).await.unwrap();
    assert_eq!(
        others.mailbox(None, None, 9).await.unwrap(),
        [],
        "links are an owner's"
    );
    let gone = mails.iter().find(|m| m.id == sent.id).unwrap();
    assert_eq!(
        (gone.delivery, gone.body.as_deref()),
        (Delivery::Sent, None)
    );
}

#[tokio::test]
async fn a_request_that_comes_again_is_answered_as_before() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let request = KeyedRequest {
        route: "POST /api/v1/faqs".to_owned(),
        key: "k".to_owned(),
        body_sha256: [1; 32],
    };
    let other_body = KeyedRequest {
        body_sha256: [2; 32],
        ..request.clone()
    };
    let (lease, expires) = (noon() + Duration::minutes(1), noon() + Duration::days(1));
    let claim = async |tenant: TenantId, request: &KeyedRequest, at| {
        let mut tx = db.tx(tenant).await;
        let claim = tx
            .claim_key(request, at, at + Duration::minutes(1), expires)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        claim
    };
    assert_eq!(claim(a, &request, noon()).await, KeyClaim::Mine);
    assert_eq!(claim(a, &request, noon()).await, KeyClaim::InFlight);
    assert_eq!(claim(a, &other_body, noon()).await, KeyClaim::Mismatch);
    assert_eq!(
        claim(b, &other_body, noon()).await,
        KeyClaim::Mine,
        "another tenant's key"
    );
    // Its node was lost.
    assert_eq!(claim(a, &request, lease).await, KeyClaim::Mine);
    let answer = KeptAnswer {
        status: 201,
        content_type: Some("application/json".to_owned()),
        body: b"{}".to_vec(),
    };
    let mut tx = db.tx(a).await;
    tx.answer_key(&request, &answer).await.unwrap();
    tx.release_key(&request).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(a, &request, lease).await, KeyClaim::Answered(answer));
    assert_eq!(claim(a, &other_body, lease).await, KeyClaim::Mismatch);
    assert_eq!(
        claim(a, &other_body, expires).await,
        KeyClaim::Mine,
        "a day later"
    );
    let mut tx = db.tx(a).await;
    tx.release_key(&other_body).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(a, &request, noon()).await, KeyClaim::Mine);
    assert_eq!(
        db.store
            .purge_finished(expires + Duration::days(1), noon())
            .await
            .unwrap(),
        2
    );
}

#[tokio::test]
async fn requests_at_once_with_one_key_are_one() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let request = KeyedRequest {
                    route: "POST /x".to_owned(),
                    key: "k".to_owned(),
                    body_sha256: [1; 32],
                };
                let scope = TenantScope::new(tenant, Actor::System);
                let mut tx = store.tenant(&scope).await.unwrap();
                let until = noon() + Duration::minutes(1);
                let claim = tx.claim_key(&request, noon(), until, until).await.unwrap();
                tx.commit().await.unwrap();
                claim
            })
        })
        .collect();
    let mut mine = 0;
    for task in tasks {
        let claim = task.await.unwrap();
        mine += usize::from(claim == KeyClaim::Mine);
        assert!(
            [KeyClaim::Mine, KeyClaim::InFlight].contains(&claim),
            "{claim:?}"
        );
    }
    assert_eq!(mine, 1);
}

#[tokio::test]
async fn a_notification_is_for_one_or_for_all_who_administer() {
    let db = Db::fresh().await;
    let (tenant, other) = (db.tenant("a").await, db.tenant("b").await);
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let stranger = db.member(other, "bob", Role::Admin).await;
    let new = |user| NewNotification {
        id: NotificationId(Uuid::now_v7()),
        user,
        kind: "setup_request",
        title: "Somebody asks".to_owned(),
        body: String::new(),
        link: None,
        at: noon(),
    };
    let (all, own) = (new(None), new(Some(ada)));
    let mut tx = db.tx(tenant).await;
    tx.notify(&all).await.unwrap();
    tx.notify(&own).await.unwrap();
    assert_eq!(tx.notifications(ada, true, None, 9).await.unwrap().len(), 2);
    assert_eq!(
        tx.notifications(ada, false, None, 9).await.unwrap().len(),
        1
    );
    assert!(
        !tx.read_notification(all.id, ada, false, noon())
            .await
            .unwrap()
    );
    assert!(
        tx.read_notification(all.id, ada, true, noon())
            .await
            .unwrap()
    );
    let later = noon() + chrono::TimeDelta::hours(1);
    assert!(
        tx.read_notification(all.id, ada, true, later)
            .await
            .unwrap()
    );
    let told = tx.notifications(ada, true, None, 9).await.unwrap();
    let read = told.iter().find(|row| row.id == all.id).unwrap();
    assert_eq!(read.read_at, Some(noon()), "the first time counts");
    let foreign = tx.notify(&new(Some(stranger))).await;
    assert!(
        matches!(foreign, Err(StoreError::Conflict { .. })),
        "{foreign:?}"
    );
}

#[tokio::test]
async fn an_event_that_is_delivered_again_has_its_effects_already() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let mut tx = db.tx(a).await;
    assert!(
        tx.first_delivery("stripe", "evt_1", "paid", noon())
            .await
            .unwrap()
    );
    drop(tx);
    let mut tx = db.tx(a).await;
    assert!(
        tx.first_delivery("stripe", "evt_1", "paid", noon())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(
        !db.tx(a)
            .await
            .first_delivery("stripe", "evt_1", "paid", noon())
            .await
            .unwrap()
    );
    assert!(
        db.tx(b)
            .await
            .first_delivery("stripe", "evt_1", "paid", noon())
            .await
            .unwrap()
    );
}
