//! What a tenant sets up: lines, menus, hours, agents, services and questions; and its list of calls.

use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use store::{
    StoreError,
    agent::{AgentKind, AgentRow, NewVersion},
    call::{CallFilter, CallMode, CallStatus, NewCall},
    knowledge::{FaqRow, ServiceRow},
    phone::{SecretEdit, SipEdit},
    seed::ROOT_TENANT,
};
use tenant_config::{
    hours::{HoursException, Interval},
    id::{AgentId, AgentVersionId, CallId, FaqId, IvrMenuId, PhoneConfigId, ServiceId, TenantId},
    ivr::{IvrAction, IvrMenu, IvrOption},
    knowledge::{Faq, Service},
    phone::{Fallback, IvrMode, PhoneConfig},
    voice::VoiceSettings,
};
use uuid::Uuid;

use crate::harness::{Db, new_call, noon, number};

fn line(tenant: TenantId, digits: &str) -> PhoneConfig {
    PhoneConfig {
        id: PhoneConfigId(Uuid::now_v7()),
        tenant_id: tenant,
        phone_number: Some(number(digits)),
        messaging_service_sid: None,
        ivr_mode: IvrMode::Simple,
        agent_id: None,
        ivr_menu_id: None,
        closed_menu_id: None,
        forward_to: None,
        dial_timeout: Duration::from_secs(20),
        fallback: Fallback::Voicemail,
        overflow: None,
        record: true,
    }
}

fn menu(name: &str, leads_to: Option<IvrMenuId>) -> IvrMenu {
    let action = leads_to.map_or(IvrAction::Voicemail, |menu| IvrAction::Submenu { menu });
    IvrMenu {
        id: IvrMenuId(Uuid::now_v7()),
        name: name.to_owned(),
        prompt: "Press 1.".to_owned(),
        no_input_prompt: String::new(),
        no_match_prompt: String::new(),
        timeout: Duration::from_secs(5),
        max_attempts: 3,
        options: vec![IvrOption {
            digit: '1',
            label: "One".to_owned(),
            action,
        }],
        fallback: IvrAction::HangUp,
    }
}

fn conflict<T: std::fmt::Debug>(result: &Result<T, StoreError>) {
    assert!(
        matches!(result, Err(StoreError::Conflict { .. })),
        "{result:?}"
    );
}

#[tokio::test]
async fn a_line_is_set_up_changed_and_taken_down_and_its_password_is_never_read() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let mut config = line(a, "+19185550150");
    let sip = SipEdit {
        domain: Some("pbx.example.com".to_owned()),
        username: Some("desk".to_owned()),
        password: SecretEdit::Set {
            encrypted: b"cipher".to_vec(),
            key_id: "k1".to_owned(),
        },
    };
    assert!(!format!("{sip:?}").contains("k1"));
    let mut tx = db.tx(a).await;
    tx.create_line(&config, &sip, noon()).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.tx(a).await;
    let stored = tx.line(config.id).await.unwrap().unwrap();
    assert_eq!((&stored.config, stored.created_at), (&config, noon()));
    assert!(stored.has_sip_password && !stored.is_root_protected);

    conflict(
        &db.tx(b)
            .await
            .create_line(&line(b, "+19185550150"), &sip, noon())
            .await,
    );
    assert_eq!(db.tx(b).await.line(config.id).await.unwrap(), None);
    assert!(!db.tx(b).await.save_line(&config, &sip).await.unwrap());
    assert!(!db.tx(b).await.delete_line(config.id).await.unwrap());

    config.phone_number = None;
    config.record = false;
    let keep = SipEdit::default();
    assert!(tx.save_line(&config, &keep).await.unwrap());
    let stored = tx.line(config.id).await.unwrap().unwrap();
    assert_eq!(stored.config, config);
    assert!(stored.has_sip_password && stored.sip_domain.is_none());
    let clear = SipEdit {
        password: SecretEdit::Clear,
        ..SipEdit::default()
    };
    assert!(tx.save_line(&config, &clear).await.unwrap());
    assert!(!tx.line(config.id).await.unwrap().unwrap().has_sip_password);
    tx.commit().await.unwrap();

    let mut tx = db.tx(ROOT_TENANT).await;
    let root = tx.lines().await.unwrap().remove(0);
    assert!(root.is_root_protected);
    let refused = tx.delete_line(root.config.id).await;
    assert!(
        matches!(refused, Err(StoreError::Refused { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_line_that_is_taken_down_in_mid_call_leaves_the_call() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let config = line(tenant, "+19185550150");
    let mut tx = db.tx(tenant).await;
    tx.create_line(&config, &SipEdit::default(), noon())
        .await
        .unwrap();
    let call = tx
        .begin_call(&NewCall {
            phone_config_id: Some(config.id),
            ..new_call("CA1")
        })
        .await
        .unwrap()
        .call;
    tx.commit().await.unwrap();
    let mut tx = db.tx(tenant).await;
    assert!(tx.delete_line(config.id).await.unwrap());
    tx.commit().await.unwrap();
    let row = db.tx(tenant).await.call(&call).await.unwrap();
    assert_eq!(row.phone_config_id, None);
}

#[tokio::test]
async fn menus_are_written_anew_and_one_that_answers_stays() {
    let db = Db::fresh().await;
    let (tenant, other) = (db.tenant("a").await, db.tenant("b").await);
    let second = menu("Second", None);
    let mut main = menu("Main", Some(second.id));
    let mut tx = db.tx(tenant).await;
    tx.create_menu(&second).await.unwrap();
    tx.create_menu(&main).await.unwrap();
    let mut config = line(tenant, "+19185550150");
    config.ivr_mode = IvrMode::Ivr;
    config.ivr_menu_id = Some(main.id);
    tx.create_line(&config, &SipEdit::default(), noon())
        .await
        .unwrap();
    main.options = vec![IvrOption {
        digit: '#',
        label: "End".to_owned(),
        action: IvrAction::HangUp,
    }];
    assert!(tx.save_menu(&main).await.unwrap());
    assert_eq!(tx.menu(main.id).await.unwrap(), Some(main.clone()));
    assert!(tx.delete_menu(second.id).await.unwrap());
    tx.commit().await.unwrap();

    assert!(!db.tx(other).await.save_menu(&main).await.unwrap());
    assert!(!db.tx(other).await.delete_menu(main.id).await.unwrap());
    let mut foreign = line(other, "+19185550151");
    foreign.ivr_menu_id = Some(main.id);
    conflict(
        &db.tx(other)
            .await
            .create_line(&foreign, &SipEdit::default(), noon())
            .await,
    );
    conflict(&db.tx(tenant).await.delete_menu(main.id).await);
    conflict(&db.tx(tenant).await.create_menu(&menu("Main", None)).await);
}

#[tokio::test]
async fn hours_are_replaced_as_a_whole() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let span = |opens, closes| Interval {
        opens: at(opens),
        closes: at(closes),
    };
    let mut week: [Vec<Interval>; 7] = Default::default();
    week[0] = vec![span(8, 12), span(13, 17)];
    let christmas = NaiveDate::from_ymd_opt(2026, 12, 25).unwrap();
    let exception = |intervals| HoursException {
        date: christmas,
        intervals,
        reason: Some("Christmas".to_owned()),
    };
    let mut tx = db.tx(tenant).await;
    tx.set_week(&week).await.unwrap();
    tx.set_exception(&exception(vec![span(9, 10)]))
        .await
        .unwrap();
    tx.set_exception(&exception(Vec::new())).await.unwrap();
    let hours = tx.business_hours().await.unwrap();
    assert_eq!(hours.week, week);
    assert_eq!(hours.exceptions, [exception(Vec::new())]);
    assert!(tx.clear_exception(christmas).await.unwrap());
    assert!(!tx.clear_exception(christmas).await.unwrap());
    week[0] = vec![span(17, 8)];
    let backwards = tx.set_week(&week).await;
    assert!(
        matches!(backwards, Err(StoreError::Invalid { .. })),
        "{backwards:?}"
    );
}

#[tokio::test]
async fn versions_are_numbered_published_and_rolled_back_to() {
    let db = Db::fresh().await;
    let (tenant, other) = (db.tenant("a").await, db.tenant("b").await);
    let agent = AgentId(Uuid::now_v7());
    let ids = [0; 2].map(|_| AgentVersionId(Uuid::now_v7()));
    let settings = VoiceSettings::default();
    let version = |id| NewVersion {
        id,
        settings: &settings,
        author: None,
        at: noon(),
    };
    let mut tx = db.tx(tenant).await;
    tx.create_agent(agent, AgentKind::Support, " Emma ", noon())
        .await
        .unwrap();
    for (number, id) in (1..).zip(ids) {
        let added = tx.add_agent_version(agent, &version(id)).await;
        assert_eq!(added.unwrap(), number);
    }
    assert_eq!(tx.agent_version(agent).await.unwrap(), None);
    for id in [ids[1], ids[0]] {
        assert!(tx.publish_agent(agent, id).await.unwrap());
        assert_eq!(tx.agent_version(agent).await.unwrap().unwrap().id, id);
    }
    let numbers: Vec<_> = tx.agent_versions(agent).await.unwrap();
    assert_eq!(
        numbers
            .iter()
            .map(|row| row.version.version)
            .collect::<Vec<_>>(),
        [2, 1]
    );
    assert!(tx.rename_agent(agent, "Ema").await.unwrap());
    let row = AgentRow {
        id: agent,
        kind: AgentKind::Support,
        name: "Ema".to_owned(),
        published: Some(ids[0]),
        settings: Some(settings.clone()),
        pack: None,
        latest_version: 2,
        created_at: noon(),
    };
    assert_eq!(tx.agents().await.unwrap(), [row]);
    tx.commit().await.unwrap();

    let unknown = db
        .tx(other)
        .await
        .add_agent_version(agent, &version(ids[0]))
        .await;
    assert!(
        matches!(unknown, Err(StoreError::NotFound { .. })),
        "{unknown:?}"
    );
    assert!(
        !db.tx(other)
            .await
            .publish_agent(agent, ids[0])
            .await
            .unwrap()
    );
    let mut tx = db.tx(tenant).await;
    let second = AgentId(Uuid::now_v7());
    tx.create_agent(second, AgentKind::Booking, "Second", noon())
        .await
        .unwrap();
    conflict(&tx.publish_agent(second, ids[0]).await);
}

#[tokio::test]
async fn versions_that_are_added_at_once_get_numbers_of_their_own() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let agent = AgentId(Uuid::now_v7());
    let mut tx = db.tx(tenant).await;
    tx.create_agent(agent, AgentKind::Booking, "Emma", noon())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let scope = store::TenantScope::new(tenant, store::Actor::System);
                let mut tx = store.tenant(&scope).await.unwrap();
                let id = AgentVersionId(Uuid::now_v7());
                let new = NewVersion {
                    id,
                    settings: &VoiceSettings::default(),
                    author: None,
                    at: noon(),
                };
                let number = tx.add_agent_version(agent, &new).await;
                tx.commit().await.unwrap();
                number.unwrap()
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(task.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn services_and_questions_are_kept_in_the_tenants_order() {
    let db = Db::fresh().await;
    let (tenant, other) = (db.tenant("a").await, db.tenant("b").await);
    let service = |name: &str, position| ServiceRow {
        service: Service {
            id: ServiceId(Uuid::now_v7()),
            name: name.to_owned(),
            aliases: vec!["it".to_owned()],
            description: String::new(),
            duration_min: 30,
            price_minor: Some(1250),
            upsells: vec!["Polish".to_owned()],
        },
        active: true,
        position,
    };
    let (mut first, second) = (service("Crown", 1), service("Cleaning", 0));
    let mut tx = db.tx(tenant).await;
    tx.save_service(&first).await.unwrap();
    tx.save_service(&second).await.unwrap();
    first.active = false;
    tx.save_service(&first).await.unwrap();
    assert_eq!(
        tx.all_services().await.unwrap(),
        [second.clone(), first.clone()]
    );
    assert_eq!(
        tx.services().await.unwrap(),
        std::slice::from_ref(&second.service)
    );
    let faq = FaqRow {
        id: FaqId(Uuid::now_v7()),
        faq: Faq {
            question: "Where are you?".to_owned(),
            answer: "Here.".to_owned(),
            keywords: Vec::new(),
        },
        position: 0,
    };
    tx.save_faq(&faq).await.unwrap();
    tx.save_faq(&faq).await.unwrap();
    assert_eq!(tx.all_faqs().await.unwrap(), std::slice::from_ref(&faq));
    tx.commit().await.unwrap();

    let mut tx = db.tx(other).await;
    assert!(!tx.delete_service(first.service.id).await.unwrap());
    assert!(!tx.delete_faq(faq.id).await.unwrap());
    let mut tx = db.tx(tenant).await;
    assert!(tx.delete_service(first.service.id).await.unwrap());
    assert!(tx.delete_faq(faq.id).await.unwrap());
    conflict(&tx.save_service(&service("Cleaning", 5)).await);
}

#[tokio::test]
async fn calls_are_listed_latest_first_page_by_page() {
    let db = Db::fresh().await;
    let (tenant, other) = (db.tenant("a").await, db.tenant("b").await);
    let mut tx = db.tx(tenant).await;
    let mut refs = Vec::new();
    for minute in 0..5 {
        let call = NewCall {
            started_at: noon() + chrono::Duration::minutes(minute / 2),
            mode: if minute == 4 {
                CallMode::Test
            } else {
                CallMode::Live
            },
            ..new_call(&format!("CA{minute}"))
        };
        refs.push(tx.begin_call(&call).await.unwrap().call);
    }
    let call = refs[0];
    tx.add_event(&call, "dtmf", Some(5), &serde_json::json!({"digits": "1"}))
        .await
        .unwrap();
    tx.add_turn(&call, &crate::calls::turn(0)).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.tx(tenant).await;
    let mut filter = CallFilter {
        at_most: 2,
        ..CallFilter::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = tx.calls(&filter).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some(last.place(filter.sort));
        seen.extend(page.into_iter().map(|summary| summary.call));
    }
    refs.sort_by_key(|call| std::cmp::Reverse((call.started_at, call.call_id)));
    assert_eq!(seen, refs);
    let all = CallFilter {
        at_most: 9,
        ..CallFilter::default()
    };
    let count = async |filter: CallFilter| db.tx(tenant).await.calls(&filter).await.unwrap().len();
    for (filter, expected) in [
        (
            CallFilter {
                mode: Some(CallMode::Test),
                ..all.clone()
            },
            1,
        ),
        (
            CallFilter {
                live: true,
                ..all.clone()
            },
            5,
        ),
        (
            CallFilter {
                status: Some(CallStatus::Completed),
                ..all.clone()
            },
            0,
        ),
        (
            CallFilter {
                from: Some(number("+19185550142")),
                ..all.clone()
            },
            5,
        ),
        (
            CallFilter {
                started_until: Some(noon()),
                ..all.clone()
            },
            0,
        ),
        (
            CallFilter {
                started_from: Some(noon() + chrono::Duration::minutes(1)),
                ..all.clone()
            },
            3,
        ),
        (
            CallFilter {
                ivr_mode: Some(IvrMode::Simple),
                ..all.clone()
            },
            0,
        ),
    ] {
        assert_eq!(count(filter.clone()).await, expected, "{filter:?}");
    }
    assert_eq!(tx.call_ref(call.call_id).await.unwrap(), Some(call));
    assert_eq!(tx.call_ref(CallId(Uuid::now_v7())).await.unwrap(), None);
    assert_eq!(tx.turns(&call).await.unwrap()[0].text, "We are open");
    assert_eq!(tx.events(&call).await.unwrap()[0].kind, "dtmf");
    assert_eq!(tx.recordings(&call).await.unwrap(), []);
    let mut tx = db.tx(other).await;
    assert_eq!(tx.calls(&all).await.unwrap(), []);
    assert_eq!(tx.call_ref(call.call_id).await.unwrap(), None);
    assert_eq!(tx.turns(&call).await.unwrap(), []);
    assert_eq!(tx.events(&call).await.unwrap(), []);
}
