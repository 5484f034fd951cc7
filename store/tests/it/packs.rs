//! A pack's next version: what is new is given, and nothing else.

use store::{
    agent::AgentKind,
    pack::{AgentOutcome, Pack, PackOrder},
    seed::business::Question,
};

use crate::harness::{Db, noon};

fn order(pack: &Pack) -> PackOrder<'_> {
    PackOrder {
        pack,
        booking: None,
        menu: None,
        at: noon(),
    }
}

#[tokio::test]
async fn a_newer_version_gives_what_is_new() {
    let db = Db::fresh().await;
    let (tenant, other) = (db.tenant("a").await, db.tenant("b").await);
    let first = Pack::find("lawn-care").unwrap();
    let mut tx = db.tx(tenant).await;
    let given = tx.apply_pack(&order(first)).await.unwrap();
    assert_eq!(given.had, None);
    assert_eq!(given.services.len(), first.services.len());
    assert_eq!(given.faqs.len(), first.faqs.len());
    assert!(given.agents.iter().all(|a| a.outcome == AgentOutcome::Made));
    let gone = tx.all_services().await.unwrap().remove(0);
    tx.delete_service(gone.service.id).await.unwrap();

    let mut second = first.clone();
    second.version += 1;
    second.faqs.push(Question {
        question: "Do you plow snow?".to_owned(),
        answer: "Tell us where, and the team calls you back.".to_owned(),
        keywords: Vec::new(),
    });
    second
        .agents
        .booking
        .instructions
        .push_str(" Ask about snow.");
    let given = tx.apply_pack(&order(&second)).await.unwrap();
    assert_eq!(given.had, Some(first.version));
    assert_eq!(given.services, Vec::<String>::new());
    assert_eq!(given.faqs, ["Do you plow snow?"]);
    let [agent] = given.agents.as_slice() else {
        panic!("{:?}", given.agents)
    };
    assert_eq!(
        (agent.kind, agent.outcome),
        (AgentKind::Booking, AgentOutcome::Published)
    );
    let said = tx.agent_version(agent.id).await.unwrap().unwrap();
    assert!(said.settings.prompt.ends_with("Ask about snow."));
    // The older version again, as a node that was not replaced yet would.
    let given = tx.apply_pack(&order(first)).await.unwrap();
    assert_eq!((given.had, given.faqs.len()), (Some(second.version), 0));
    let packs = tx.packs().await.unwrap();
    assert_eq!((packs.len(), packs[0].version), (1, second.version));
    tx.commit().await.unwrap();
    assert!(db.tx(other).await.packs().await.unwrap().is_empty());
}

#[tokio::test]
async fn two_who_apply_a_pack_at_once_give_it_once() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let pack = Pack::find("hvac").unwrap();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let scope = store::TenantScope::new(tenant, store::Actor::System);
                let mut tx = store.tenant(&scope).await.unwrap();
                let given = tx.apply_pack(&order(pack)).await.unwrap();
                tx.commit().await.unwrap();
                given.services.len()
            })
        })
        .collect();
    let mut given = Vec::new();
    for task in tasks {
        given.push(task.await.unwrap());
    }
    given.sort_unstable();
    assert_eq!(given, [0, 0, 0, pack.services.len()]);
}
