//! Logins, where they belong, invitations and resets.

use chrono::Duration;
use store::{
    StoreError,
    invite::NewInvite,
    membership::Role,
    platform::PlatformRole,
    session::RevokeReason,
    user::{NewUser, UserFilter},
};
use tenant_config::id::{InviteId, TenantId, UserId};
use uuid::Uuid;

use crate::{
    harness::{Db, noon},
    identity::sessions::new_session,
};

#[tokio::test]
async fn the_first_owner_is_made_once_and_has_to_change_the_password() {
    let db = Db::fresh().await;
    let owner = db.owner().await;
    assert_eq!(owner.role(), PlatformRole::Owner);
    let again = db
        .store
        .create_first_owner(UserId(Uuid::now_v7()), "second@example.com", "hash", noon())
        .await
        .unwrap();
    assert!(!again);
    assert!(
        db.store
            .find_login("second@example.com")
            .await
            .unwrap()
            .is_none()
    );
    let login = db
        .store
        .find_login(" OWNER@example.com ")
        .await
        .unwrap()
        .unwrap();
    assert!(login.must_change_password && login.password_hash.is_some());
    assert!(!format!("{login:?}").contains("hash"), "{login:?}");

    let mut tx = db.store.user(login.user).await.unwrap();
    tx.set_password("better", noon()).await.unwrap();
    tx.commit().await.unwrap();
    let login = db
        .store
        .find_login("owner@example.com")
        .await
        .unwrap()
        .unwrap();
    assert!(!login.must_change_password);
    assert_eq!(login.password_hash.as_deref(), Some("better"));
}

#[tokio::test]
async fn an_address_has_one_login_in_any_case() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    db.member(tenant, "ada", Role::Admin).await;
    let mut tx = db.tx(tenant).await;
    let twice = tx
        .create_user(&NewUser {
            id: UserId(Uuid::now_v7()),
            email: "ADA@Example.com".to_owned(),
            name: String::new(),
            password_hash: None,
            created_at: noon(),
        })
        .await;
    assert!(
        matches!(twice, Err(StoreError::Conflict { .. })),
        "{twice:?}"
    );
}

#[tokio::test]
async fn a_tenant_sees_its_own_people_and_a_login_all_its_tenants() {
    let db = Db::fresh().await;
    let (a, b) = (db.tenant("a").await, db.tenant("b").await);
    let ada = db.member(a, "ada", Role::Admin).await;
    db.member(b, "bob", Role::TenantOwner).await;
    let mut tx = db.tx(b).await;
    tx.add_member(ada, Role::Viewer, noon()).await.unwrap();
    let people = tx.members().await.unwrap();
    tx.commit().await.unwrap();
    let names: Vec<_> = people.iter().map(|m| (m.name.as_str(), m.role)).collect();
    assert_eq!(names, [("ada", Role::Viewer), ("bob", Role::TenantOwner)]);
    assert_eq!(db.tx(a).await.members().await.unwrap().len(), 1);

    let mut tx = db.store.user(ada).await.unwrap();
    let belongs = tx.memberships().await.unwrap();
    let belongs: Vec<_> = belongs.iter().map(|m| (m.slug.as_str(), m.role)).collect();
    assert_eq!(belongs, [("a", Role::Admin), ("b", Role::Viewer)]);
    assert_eq!(tx.account().await.unwrap().email, "ada@example.com");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let bob = db.member(tenant, "bob", Role::User).await;
    for demote in [true, false] {
        let mut tx = db.tx(tenant).await;
        let refused = if demote {
            tx.set_role(ada, Role::User).await
        } else {
            tx.remove_member(ada).await
        };
        assert!(
            matches!(&refused, Err(StoreError::Refused { rule }) if rule == "memberships_keep_an_admin"),
            "{refused:?}"
        );
    }
    let mut tx = db.tx(tenant).await;
    tx.set_role(bob, Role::TenantOwner).await.unwrap();
    tx.remove_member(ada).await.unwrap();
    tx.commit().await.unwrap();
    let unknown = db.tx(tenant).await.set_role(ada, Role::User).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn of_two_administrators_who_leave_at_once_one_stays() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let bob = db.member(tenant, "bob", Role::Admin).await;
    let leave = |user: UserId| {
        let store = db.store.clone();
        tokio::spawn(async move {
            let scope = store::TenantScope::new(tenant, store::Actor::User(user));
            let mut tx = store.tenant(&scope).await?;
            tx.remove_member(user).await?;
            tx.commit().await
        })
    };
    let (first, second) = (leave(ada), leave(bob));
    let left = [first.await.unwrap(), second.await.unwrap()];
    assert_eq!(left.iter().filter(|l| l.is_ok()).count(), 1, "{left:?}");
    assert_eq!(db.tx(tenant).await.members().await.unwrap().len(), 1);
}

fn invite(email: &str, hash: u8) -> NewInvite {
    NewInvite {
        contact: None,
        id: InviteId(Uuid::now_v7()),
        email: email.to_owned(),
        role: Role::User,
        hash: [hash; 32],
        invited_by: None,
        at: noon(),
        expires_at: noon() + Duration::days(7),
    }
}

#[tokio::test]
async fn an_invitation_works_once_and_the_next_takes_its_place() {
    let db = Db::fresh().await;
    let (tenant, other) = (db.tenant("a").await, db.tenant("b").await);
    let mut tx = db.tx(tenant).await;
    tx.invite(&invite("new@example.com", 1)).await.unwrap();
    tx.invite(&invite("NEW@example.com", 2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.store.find_invite(&[1; 32], noon()).await.unwrap(), None);
    assert_eq!(db.store.find_invite(&[9; 32], noon()).await.unwrap(), None);
    let late = noon() + Duration::days(7);
    assert_eq!(db.store.find_invite(&[2; 32], late).await.unwrap(), None);
    let open = db
        .store
        .find_invite(&[2; 32], noon())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((open.tenant, open.role), (tenant, Role::User));

    let user = db.member(other, "new", Role::Admin).await;
    assert!(
        !db.tx(other)
            .await
            .accept_invite(open.id, user, noon())
            .await
            .unwrap()
    );
    let mut tx = db.tx(tenant).await;
    assert!(tx.accept_invite(open.id, user, noon()).await.unwrap());
    assert!(!tx.accept_invite(open.id, user, noon()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(db.store.find_invite(&[2; 32], noon()).await.unwrap(), None);
    let mut tx = db.tx(tenant).await;
    assert_eq!(tx.member(user).await.unwrap().unwrap().role, Role::User);
    let states: Vec<_> = tx.invites().await.unwrap();
    assert_eq!(states.iter().filter(|i| i.accepted_at.is_some()).count(), 1);
    assert_eq!(states.iter().filter(|i| i.revoked_at.is_some()).count(), 1);
}

#[tokio::test]
async fn a_reset_is_used_up_with_the_password_it_sets() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let mut tx = db.store.user(ada).await.unwrap();
    let expires = noon() + Duration::hours(1);
    tx.start_password_reset(&[1; 32], noon(), expires)
        .await
        .unwrap();
    let session = new_session(None, 5);
    tx.begin_session(&session).await.unwrap();
    tx.commit().await.unwrap();

    let late = db
        .store
        .redeem_password_reset(&[1; 32], expires)
        .await
        .unwrap();
    assert!(late.is_none());
    assert!(
        db.store
            .redeem_password_reset(&[2; 32], noon())
            .await
            .unwrap()
            .is_none()
    );
    // Given up half way, it is not used.
    let dropped = db
        .store
        .redeem_password_reset(&[1; 32], noon())
        .await
        .unwrap();
    drop(dropped.unwrap());
    let mut tx = db
        .store
        .redeem_password_reset(&[1; 32], noon())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(tx.user_id(), ada);
    tx.set_password("new", noon()).await.unwrap();
    let ended = tx
        .revoke_sessions(None, RevokeReason::PasswordChanged, noon())
        .await;
    assert_eq!(ended.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(
        db.store
            .redeem_password_reset(&[1; 32], noon())
            .await
            .unwrap()
            .is_none()
    );
    let login = db
        .store
        .find_login("ada@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(login.password_hash.as_deref(), Some("new"));
    let access = db
        .store
        .session_access(session.id, None, noon())
        .await
        .unwrap();
    assert_eq!(access, None);
}

#[tokio::test]
async fn a_second_factor_counts_when_confirmed_and_each_code_once() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let mut tx = db.store.user(ada).await.unwrap();
    tx.propose_mfa(b"encrypted", "k1").await.unwrap();
    assert!(!tx.credentials().await.unwrap().mfa.unwrap().confirmed);
    tx.confirm_mfa(noon()).await.unwrap();
    assert!(tx.use_mfa_step(100).await.unwrap());
    assert!(!tx.use_mfa_step(100).await.unwrap());
    assert!(!tx.use_mfa_step(99).await.unwrap());
    tx.commit().await.unwrap();
    let mfa = db
        .store
        .find_login("ada@example.com")
        .await
        .unwrap()
        .unwrap()
        .mfa
        .unwrap();
    assert_eq!(
        (mfa.encrypted.as_slice(), mfa.key_id.as_str()),
        (b"encrypted".as_slice(), "k1")
    );
    assert_eq!((mfa.confirmed, mfa.last_step), (true, Some(100)));

    let mut platform = db.platform().await;
    platform.clear_mfa(ada).await.unwrap();
    platform.commit().await.unwrap();
    assert!(
        db.store
            .find_login("ada@example.com")
            .await
            .unwrap()
            .unwrap()
            .mfa
            .is_none()
    );
}

#[tokio::test]
async fn a_transaction_of_one_login_changes_no_other() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let bob = db.member(tenant, "bob", Role::Admin).await;
    let mut tx = db.store.user(ada).await.unwrap();
    let session = new_session(None, 1);
    tx.begin_session(&session).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.store.user(bob).await.unwrap();
    assert_eq!(tx.sessions(noon()).await.unwrap(), []);
    let ended = tx
        .revoke_session(session.id, RevokeReason::Revoked, noon())
        .await;
    assert!(!ended.unwrap());
    // As a tenant's administrator likewise.
    let mut tx = db.tx(tenant).await;
    assert_eq!(tx.members().await.unwrap().len(), 2);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_the_last_owner_stays() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let mut tx = db.store.user(ada).await.unwrap();
    let session = new_session(Some(tenant), 1);
    tx.begin_session(&session).await.unwrap();
    tx.commit().await.unwrap();
    let access = db.store.session_access(session.id, Some(tenant), noon());
    assert!(access.await.unwrap().unwrap().in_tenant.is_some());

    let owner = db.owner().await;
    let mut platform = db.platform().await;
    platform.disable_user(ada, Some(noon())).await.unwrap();
    platform.commit().await.unwrap();
    let access = db.store.session_access(session.id, Some(tenant), noon());
    assert_eq!(access.await.unwrap(), None);
    assert!(
        db.store
            .find_login("ada@example.com")
            .await
            .unwrap()
            .unwrap()
            .disabled
    );

    for role_too in [true, false] {
        let mut platform = db.platform().await;
        let refused = if role_too {
            platform
                .set_platform_role(owner.user().unwrap(), None)
                .await
        } else {
            platform
                .disable_user(owner.user().unwrap(), Some(noon()))
                .await
        };
        assert!(
            matches!(refused, Err(StoreError::Refused { .. })),
            "{refused:?}"
        );
    }
    // Another owner may take over.
    let mut platform = db.platform().await;
    platform.disable_user(ada, None).await.unwrap();
    platform
        .set_platform_role(ada, Some(PlatformRole::Owner))
        .await
        .unwrap();
    platform
        .set_platform_role(owner.user().unwrap(), None)
        .await
        .unwrap();
    platform.commit().await.unwrap();
    assert_eq!(
        db.store
            .platform_actor(owner.user().unwrap())
            .await
            .unwrap(),
        None
    );
    assert!(db.store.platform_actor(ada).await.unwrap().is_some());
    assert_eq!(
        db.store
            .platform_actor(UserId(Uuid::now_v7()))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn the_platform_lists_logins_page_by_page() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    for name in ["ada", "bob", "cyd"] {
        db.member(tenant, name, Role::Admin).await;
    }
    let mut platform = db.platform().await;
    let mut filter = UserFilter {
        at_most: 2,
        ..UserFilter::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = platform.users(&filter).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.before = Some((last.created_at, last.user));
        seen.extend(page.into_iter().map(|user| user.email));
    }
    seen.sort();
    assert_eq!(
        seen,
        [
            "ada@example.com",
            "bob@example.com",
            "cyd@example.com",
            "owner@example.com"
        ]
    );
    let staff = UserFilter {
        only_platform: true,
        at_most: 9,
        ..UserFilter::default()
    };
    assert_eq!(platform.users(&staff).await.unwrap().len(), 1);
    let search = UserFilter {
        search: Some("BOB".to_owned()),
        at_most: 9,
        ..UserFilter::default()
    };
    assert_eq!(platform.users(&search).await.unwrap()[0].tenants, 1);
    assert!(
        platform
            .enter(TenantId(Uuid::now_v7()))
            .await
            .unwrap()
            .members()
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn only_an_owner_chooses_the_platforms_people() {
    let db = Db::fresh().await;
    let tenant = db.tenant("a").await;
    let ada = db.member(tenant, "ada", Role::Admin).await;
    let bob = db.member(tenant, "bob", Role::Admin).await;
    let owner = db.owner().await.user().unwrap();
    let mut platform = db.platform().await;
    let super_admin = Some(PlatformRole::SuperAdmin);
    platform.set_platform_role(ada, super_admin).await.unwrap();
    platform.commit().await.unwrap();
    let ada_acts = db.store.platform_actor(ada).await.unwrap().unwrap();
    let new = NewUser {
        id: UserId(Uuid::now_v7()),
        email: "cyd@example.com".to_owned(),
        name: "Cyd".to_owned(),
        password_hash: None,
        created_at: noon(),
    };
    for attempt in 0..5 {
        let mut platform = db.store.platform(ada_acts).await.unwrap();
        let refused = match attempt {
            0 => {
                platform
                    .set_platform_role(ada, Some(PlatformRole::Owner))
                    .await
            }
            1 => platform.set_platform_role(bob, super_admin).await,
            2 => platform.disable_user(owner, Some(noon())).await,
            3 => platform.clear_mfa(owner).await,
            _ => platform.create_platform_user(&new, super_admin).await,
        };
        assert!(
            matches!(&refused, Err(StoreError::Refused { rule }) if rule == "users_platform_people_by_owner"),
            "{attempt}: {refused:?}"
        );
    }
    let mut platform = db.store.platform(ada_acts).await.unwrap();
    platform.create_platform_user(&new, None).await.unwrap();
    platform.disable_user(bob, Some(noon())).await.unwrap();
    // She still is who she is, and changes her own name.
    let mut tx = db.store.user(ada).await.unwrap();
    tx.rename("Ada").await.unwrap();
}
