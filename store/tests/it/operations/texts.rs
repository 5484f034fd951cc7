//! Contacts, texts both ways, and words that were said.

use chrono::Duration;
use store::{
    call::{CallMode, Direction},
    contact::{ContactEdit, ContactFilter},
    message::{NewText, TextStatus},
};
use tenant_config::id::{ContactId, MessageId};
use uuid::Uuid;

use crate::harness::{Db, noon, number};

fn text(contact: ContactId, direction: Direction, sid: Option<&str>) -> NewText {
    NewText {
        id: MessageId(Uuid::now_v7()),
        direction,
        contact,
        line: None,
        from: number("+19185550142"),
        to: number("+19185550103"),
        text: "Are you open?".to_owned(),
        provider: "twilio",
        provider_message_id: sid.map(str::to_owned),
        mode: CallMode::Live,
        at: noon(),
    }
}

#[tokio::test]
async fn a_number_is_one_contact_of_each_tenant() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let caller = number("+19185550142");
    let mut tx = db.tx(a).await;
    let first = tx.contact_of(&caller, noon()).await.unwrap();
    let again = tx
        .contact_of(&caller, noon() + Duration::days(1))
        .await
        .unwrap();
    assert_eq!(first, again);
    let edit = ContactEdit {
        name: Some("Ada".to_owned()),
        email: None,
        notes: "likes mornings".to_owned(),
    };
    assert!(tx.edit_contact(first.id, &edit, noon()).await.unwrap());
    tx.set_opt_out(first.id, true, noon()).await.unwrap();
    tx.set_opt_out(first.id, true, noon() + Duration::days(1))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.tx(a).await;
    let stored = tx.contact(first.id).await.unwrap().unwrap();
    assert_eq!(
        (stored.name.as_deref(), stored.opted_out_at),
        (Some("Ada"), Some(noon()))
    );
    let search = ContactFilter {
        search: Some("ada".to_owned()),
        at_most: 9,
        ..ContactFilter::default()
    };
    assert_eq!(tx.contacts(&search).await.unwrap().len(), 1);
    tx.set_opt_out(first.id, false, noon()).await.unwrap();
    assert_eq!(
        tx.contact(first.id).await.unwrap().unwrap().opted_out_at,
        None
    );

    let mut tx = db.tx(b).await;
    assert_eq!(tx.contact(first.id).await.unwrap(), None);
    assert!(!tx.edit_contact(first.id, &edit, noon()).await.unwrap());
    assert!(!tx.delete_contact(first.id).await.unwrap());
    assert_ne!(tx.contact_of(&caller, noon()).await.unwrap().id, first.id);
}

#[tokio::test]
async fn a_text_is_stored_once_and_its_status_never_goes_back() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let mut tx = db.tx(tenant).await;
    let contact = tx
        .contact_of(&number("+19185550142"), noon())
        .await
        .unwrap()
        .id;
    let inbound = text(contact, Direction::Inbound, Some("SM1"));
    assert!(tx.store_text(&inbound).await.unwrap());
    let repeat = text(contact, Direction::Inbound, Some("SM1"));
    assert!(!tx.store_text(&repeat).await.unwrap());
    let reply = text(contact, Direction::Outbound, None);
    assert!(tx.store_text(&reply).await.unwrap());
    tx.text_accepted(reply.id, "SM2", noon()).await.unwrap();
    tx.commit().await.unwrap();

    let found = db.store.find_text("twilio", "SM2").await.unwrap();
    assert_eq!(found, Some((tenant, reply.id)));
    assert_eq!(db.store.find_text("twilio", "SM9").await.unwrap(), None);
    let mut tx = db.tx(tenant).await;
    let to = async |tx: &mut store::TenantTx, status| {
        tx.text_status(reply.id, status, None, noon())
            .await
            .unwrap()
    };
    assert!(to(&mut tx, TextStatus::Delivered).await);
    assert!(!to(&mut tx, TextStatus::Sent).await);
    assert!(!to(&mut tx, TextStatus::Failed).await);
    let texts = tx.conversation(contact, None, 9).await.unwrap();
    assert_eq!(texts.len(), 2);
    let reply_row = texts.iter().find(|t| t.id == reply.id).unwrap();
    assert_eq!(reply_row.status, TextStatus::Delivered);
    // The words stay when the contact goes.
    assert!(tx.delete_contact(contact).await.unwrap());
    tx.commit().await.unwrap();
    assert!(db.store.find_text("twilio", "SM1").await.unwrap().is_some());
}

#[tokio::test]
async fn words_are_found_in_the_tenants_own_calls_only() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    for (tenant, sid) in [(a, "CA-a"), (b, "CA-b")] {
        let call = db.call(tenant, sid).await;
        let mut tx = db.tx(tenant).await;
        for seq in 0..2 {
            let mut turn = crate::calls::turn(seq);
            turn.text = if seq == 0 {
                "How much are two cleanings?".to_owned()
            } else {
                "Nothing of interest".to_owned()
            };
            tx.add_turn(&call, &turn).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let later = noon() + Duration::days(1);
    let mut tx = db.tx(a).await;
    let found = tx.search_turns("cleaning", later, 9).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].call.tenant_id, found[0].seq), (a, 0));
    assert_eq!(
        tx.search_turns("cleaning -two", later, 9).await.unwrap(),
        []
    );
    assert_eq!(tx.search_turns("cleaning", noon(), 9).await.unwrap(), []);
    for odd in ["", "'; DROP TABLE", "\"unclosed", "& | !"] {
        assert_eq!(tx.search_turns(odd, later, 9).await.unwrap(), [], "{odd}");
    }
}
